#include "engine/remote.h"

#include <stdatomic.h>

#include "engine/abandon.h"
#include "engine/central.h"
#include "engine/misuse.h"
#include "engine/queue.h"
#include "engine/reclaim.h"

/* The bit of a live object is 0 and only a free makes it 1, so a 1 means free,
 * however stale the word. The remote bitmap, a cache miss of its own, is asked
 * only when it is marked: what is being put there at this instant, the one who
 * puts it finds. */
__attribute__((no_sanitize("thread"))) bool
bud_remote_is_free(const struct bud_span *span, uint32_t index)
{
    const uint32_t word = bud_bits_word_of(index);
    const uint32_t bit = bud_bits_bit_of(index);

    if (bud_bits_test(span->bits[word], bit) != 0u) {
        return true;
    }
    if (atomic_load_explicit(&span->remote_summary, memory_order_relaxed) ==
        0) {
        return false;
    }
    const uint64_t freed = atomic_load_explicit(
        &bud_span_remote(span)->words[word], memory_order_relaxed);
    return bud_bits_test(freed, bit) != 0u;
}

/* Returns the bytes of the object's word when all of them are free now, else
 * 0. Once the bit is out and the word is marked, the owner may give the span
 * away: what is needed of it is read before. */
static uint64_t put_and_mark(struct bud_span *span, uint32_t index)
{
    const uint32_t word = bud_bits_word_of(index);
    const uint32_t bit = bud_bits_bit_of(index);
    const uint64_t full = bud_slab_full_word(span->objects, word);
    const uint64_t word_bytes = bud_units_word_offset(1, span->size_bytes);
    const uint64_t before =
        atomic_fetch_or_explicit(&bud_span_remote(span)->words[word],
                                 bud_bits_set(0, bit), memory_order_acq_rel);

    if (bud_unlikely(bud_bits_test(before, bit) != 0u)) {
        bud_misuse_double_free(span, index);
    }
    if (before == 0) {
        bud_queue_mark(span, bud_bits_set(0, word));
    }
    return bud_bits_set(before, bit) == full ? word_bytes : 0;
}

static void note_freed(struct bud_cache *owner, uint64_t bytes)
{
    if (bud_unlikely(bytes > 0)) {
        bud_reclaim_note(owner, bytes);
    }
}

/* Takes the free back first. */
void bud_remote_defer(struct bud_span *span, uint32_t index)
{
    uint64_t *const word = &span->bits[bud_bits_word_of(index)];

    *word = bud_bits_clear(*word, bud_bits_bit_of(index));
    note_freed(bud_cache_mine, put_and_mark(span, index));
}

static bool is_ownerless(const struct bud_cache *owner)
{
    return owner == NULL || bud_cache_life(owner) == BUD_CACHE_DEAD;
}

/* Frees in a span without a living owner. Returns false when it has got one
 * meanwhile. A thread adopts what it frees into while it has nothing else of
 * the class to allocate from; one that only frees leaves the rest to those
 * that allocate. */
static bool free_ownerless(struct bud_cache *mine, struct bud_span *span,
                           uint32_t index)
{
    if (mine == &bud_cache_none ||
        mine->classes[span->class].available != NULL ||
        !bud_cache_enter(mine)) {
        return bud_abandoned_free(span, index);
    }
    const bool adopted = bud_adopt(span, mine);
    bud_cache_leave(mine);
    if (adopted) {
        bud_cache_free_own(span, index);
    }
    return adopted;
}

/* The thread notes what it has in hand, for a child that forks off in
 * between. */
static void free_owned(struct bud_cache *owner, struct bud_span *span,
                       uint32_t index)
{
    bud_queue_pick_up(span);
    const uint64_t bytes = put_and_mark(span, index);
    bud_queue_put_down();
    note_freed(owner, bytes);
}

/* The same where there is no place for the note: in a thread without a cache,
 * and in a signal handler, where the note is that of the work it interrupted.
 * The central lock keeps forks away and the owner from ending. Returns false
 * when the span has lost its owner before. */
static bool free_owned_without_note(struct bud_span *span, uint32_t index)
{
    const bool entered = bud_central_enter();
    struct bud_cache *const owner =
        atomic_load_explicit(&span->owner, memory_order_acquire);
    const bool is_owned = !is_ownerless(owner);

    if (is_owned) {
        note_freed(owner, put_and_mark(span, index));
    }
    if (entered) {
        bud_central_leave();
    }
    return is_owned;
}

void bud_remote_free(struct bud_span *span, uint32_t index)
{
    struct bud_cache *const mine = bud_cache_mine;
    bool is_done = false;

    if (bud_unlikely(bud_remote_is_free(span, index))) {
        bud_misuse_double_free(span, index);
    }
    while (!is_done) {
        struct bud_cache *const owner =
            atomic_load_explicit(&span->owner, memory_order_acquire);
        if (bud_unlikely(is_ownerless(owner))) {
            is_done = free_ownerless(mine, span, index);
        } else if (bud_unlikely(mine == &bud_cache_none ||
                                bud_queue_has_in_hand())) {
            is_done = free_owned_without_note(span, index);
        } else {
            free_owned(owner, span, index);
            is_done = true;
        }
    }
}

/* ---- the owner's side ---- */

static void take_in(struct bud_cache *cache, struct bud_span *span)
{
    if (atomic_load_explicit(&span->owner, memory_order_relaxed) != cache) {
        bud_queue_announce(span);
        return;
    }
    bud_span_collect(span, atomic_exchange_explicit(&span->remote_summary, 0,
                                                    memory_order_acq_rel));
    bud_cache_regain(cache, span);
}

/* One at a time, so that a thread that a fork leaves behind in the middle has
 * at most one span in its hands, which `busy` names. The caller holds the
 * queue. */
static bool drain_held(struct bud_cache *cache)
{
    struct bud_span *span;
    bool any = false;

    while ((span = bud_queue_pop(cache)) != NULL) {
        take_in(cache, span);
        any = true;
    }
    bud_reclaim_note_noticed(cache);
    return any;
}

bool bud_remote_drain(struct bud_cache *cache)
{
    if (bud_queue_has_in_hand() || !bud_queue_hold(cache)) {
        return false;
    }
    const bool any = drain_held(cache);
    bud_queue_let_go(cache);
    return any;
}

/* Another thread may be reclaiming from the queue; it is soon done. */
void bud_remote_close(struct bud_cache *cache)
{
    bud_queue_hold_or_wait(cache);
    do {
        drain_held(cache);
    } while (!bud_queue_close(cache));
    bud_queue_let_go(cache);
}

bool bud_remote_keeps_marks;

/* The thread that is gone may have merged a word and not yet emptied it, so an
 * object in both bitmaps is no double free here. */
void bud_remote_repair(struct bud_span *span)
{
    struct bud_span_remote *const remote = bud_span_remote(span);
    const uint32_t words = bud_slab_words(span->objects);
    const uint64_t kept =
        bud_remote_keeps_marks
            ? atomic_load_explicit(&span->remote_summary, memory_order_relaxed)
            : 0;

    atomic_store_explicit(&span->remote_summary, kept, memory_order_relaxed);
    for (uint32_t word = 0; word < words; word++) {
        if (bud_bits_test(kept, word) != 0u) {
            continue;
        }
        const uint64_t freed = atomic_exchange_explicit(&remote->words[word], 0,
                                                        memory_order_acquire);
        bud_slab_merge(&span->bits[word], freed);
        if (freed != 0) {
            span->summary = bud_bits_set(span->summary, word);
        }
    }
}
