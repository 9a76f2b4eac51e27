#include "engine/reclaim.h"

#include "core/units.h"
#include "engine/purge.h"
#include "engine/queue.h"
#include "os/os.h"

/* How much may be free and unnoticed, for each owner. */
static const uint64_t UNNOTICED_BYTES_MAX = UINT64_C(4) << 20;

/* The objects that were taken out of a remote bitmap. */
struct limbo {
    uint64_t words[BUD_SLAB_WORDS];
    uint64_t marks;
    uint32_t objects;
};

static void take_out(struct bud_span *span, struct limbo *limbo)
{
    struct bud_span_remote *const remote = bud_span_remote(span);
    uint64_t left = atomic_exchange_explicit(
        &span->remote_summary, 0, memory_order_acq_rel);

    limbo->marks = left;
    limbo->objects = 0;
    while (left != 0) {
        const uint32_t word = bud_slab_take(&left);
        limbo->words[word] = atomic_exchange_explicit(
            &remote->words[word], 0, memory_order_acquire);
        limbo->objects +=
            (uint32_t)__builtin_popcountll(limbo->words[word]);
    }
}

/* As if the objects were freed now, all at once; returns the words that are to
 * be marked. */
static uint64_t put_in(struct bud_span *span, const struct limbo *limbo)
{
    struct bud_span_remote *const remote = bud_span_remote(span);
    uint64_t left = limbo->marks;
    uint64_t marks = 0;

    while (left != 0) {
        const uint32_t word = bud_slab_take(&left);
        const uint64_t before = atomic_fetch_or_explicit(
            &remote->words[word], limbo->words[word], memory_order_acq_rel);
        if (bud_unlikely((before & limbo->words[word]) != 0)) {
            bud_misuse_double_free(
                span, word * 64u +
                          bud_bits_lowest(before & limbo->words[word]));
        }
        if (before == 0 && limbo->words[word] != 0) {
            marks = bud_bits_set(marks, word);
        }
    }
    return marks;
}

static bool purge(const struct bud_span *span)
{
    const uint64_t bytes = bud_units_to_bytes(bud_span_cold(span)->units);

    if (!bud_os_purge(bud_span_start(span), bytes)) {
        return false;
    }
    bud_purge_count(bytes);
    return true;
}

/* Who marks the first word brings the span to its owner: here, to the list of
 * those that need no second visit. */
static void leave_purged(struct bud_cache *owner, struct bud_span *span,
                         uint64_t marks)
{
    if (atomic_fetch_or_explicit(&span->remote_summary, marks,
                                 memory_order_acq_rel) == 0) {
        bud_queue_add_purged(owner, span);
    }
}

static void visit(struct bud_cache *owner, struct bud_span *span)
{
    struct limbo limbo;

    if (atomic_load_explicit(&span->owner, memory_order_acquire) != owner) {
        bud_queue_announce(span);
        return;
    }
    take_out(span, &limbo);
    const bool is_purged = limbo.objects == span->objects && purge(span);
    const uint64_t marks = put_in(span, &limbo);
    if (is_purged && marks != 0) {
        leave_purged(owner, span, marks);
    } else if (marks != 0) {
        bud_queue_mark(span, marks);
    }
}

void bud_reclaim_note(struct bud_cache *owner, uint64_t bytes)
{
    struct bud_span *span;

    if (atomic_fetch_add_explicit(&owner->unnoticed_bytes, bytes,
                                  memory_order_relaxed) +
                bytes < UNNOTICED_BYTES_MAX ||
        bud_cache_mine == &bud_cache_none || !bud_queue_hold(owner)) {
        return;
    }
    atomic_store_explicit(&owner->unnoticed_bytes, 0, memory_order_relaxed);
    if (bud_queue_set_aside(owner)) {
        while ((span = bud_queue_next_set_aside(owner)) != NULL) {
            visit(owner, span);
        }
    }
    bud_queue_let_go(owner);
}
