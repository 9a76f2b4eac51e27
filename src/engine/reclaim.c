#include "engine/reclaim.h"

#include "core/units.h"
#include "engine/purge.h"
#include "engine/queue.h"
#include "os/os.h"

/* How much may be free and unnoticed, for each owner. */
static const uint64_t UNNOTICED_BYTES_MAX = UINT64_C(4) << 20;

/* Whether other threads have freed every object of the span. */
static bool is_all_freed(const struct bud_span *span)
{
    const struct bud_span_remote *const remote = bud_span_remote(span);
    const uint32_t words = bud_slab_words(span->objects);

    for (uint32_t word = 0; word < words; word++) {
        if (atomic_load_explicit(&remote->words[word], memory_order_acquire) !=
            bud_slab_full_word(span->objects, word)) {
            return false;
        }
    }
    return true;
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

static void visit(struct bud_cache *owner, struct bud_span *span)
{
    if (atomic_load_explicit(&span->owner, memory_order_acquire) == owner &&
        is_all_freed(span) && purge(span)) {
        bud_queue_add_purged(owner, span);
        return;
    }
    bud_queue_announce(span);
}

void bud_reclaim_note(struct bud_cache *owner, uint64_t bytes)
{
    struct bud_span *span;

    if (atomic_fetch_add_explicit(&owner->unnoticed_bytes, bytes,
                                  memory_order_relaxed) +
                bytes <
            UNNOTICED_BYTES_MAX ||
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
