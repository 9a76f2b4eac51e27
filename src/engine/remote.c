#include "engine/remote.h"

#include <stdatomic.h>

#include "engine/abandon.h"
#include "engine/misuse.h"
#include "engine/queue.h"
#include "engine/reclaim.h"

/* The bit of a live object is 0 and only a free makes it 1, so a 1 means free,
 * however stale the word. */
__attribute__((no_sanitize("thread"))) bool
bud_remote_is_free(const struct bud_span *span, uint32_t index)
{
    const uint64_t freed = atomic_load_explicit(
        &bud_span_remote(span)->words[index / 64u], memory_order_relaxed);

    return bud_slab_is_free(span->bits, index) != 0u ||
           bud_bits_test(freed, index % 64u) != 0u;
}

static void put_and_mark(struct bud_cache *owner, struct bud_span *span,
                         uint32_t index)
{
    const uint32_t word = index / 64u;
    const uint64_t bit = bud_bits_set(0, index % 64u);
    const uint64_t before = atomic_fetch_or_explicit(
        &bud_span_remote(span)->words[word], bit, memory_order_acq_rel);

    if (bud_unlikely((before & bit) != 0)) {
        bud_misuse_double_free(span, index);
    }
    if (before == 0) {
        bud_queue_mark(span, bud_bits_set(0, word));
    }
    if (bud_unlikely((before | bit) ==
                     bud_slab_full_word(span->objects, word))) {
        bud_reclaim_note(owner, 64u * (uint64_t)span->size_bytes);
    }
}

void bud_remote_defer(struct bud_span *span, uint32_t word)
{
    bud_queue_mark(span, bud_bits_set(0, word));
}

static bool is_ownerless(const struct bud_cache *owner)
{
    return owner == NULL ||
           atomic_load_explicit(&owner->life, memory_order_relaxed) ==
               BUD_CACHE_DEAD;
}

/* Frees in a span without a living owner. Returns false when it has got one
 * meanwhile. */
static bool free_ownerless(struct bud_cache *mine, struct bud_span *span,
                           uint32_t index)
{
    if (mine == &bud_cache_none || !bud_cache_enter(mine)) {
        return bud_abandoned_free(span, index);
    }
    const bool adopted = bud_adopt(span, mine);
    bud_cache_leave(mine);
    if (adopted) {
        bud_cache_free_own(span, index);
    }
    return adopted;
}

void bud_remote_free(struct bud_span *span, uint32_t index)
{
    struct bud_cache *owner;

    if (bud_unlikely(bud_remote_is_free(span, index))) {
        bud_misuse_double_free(span, index);
    }
    for (;;) {
        owner = atomic_load_explicit(&span->owner, memory_order_acquire);
        if (bud_likely(!is_ownerless(owner))) {
            break;
        }
        if (free_ownerless(bud_cache_mine, span, index)) {
            return;
        }
    }
    bud_queue_pick_up(span);
    put_and_mark(owner, span, index);
    bud_queue_put_down();
}

/* ---- the owner's side ---- */

static void take_in(struct bud_cache *cache, struct bud_span *span)
{
    if (atomic_load_explicit(&span->owner, memory_order_relaxed) != cache) {
        bud_queue_announce(span);
        return;
    }
    bud_span_collect(span, atomic_exchange_explicit(
                               &span->remote_summary, 0,
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
    atomic_store_explicit(&cache->unnoticed_bytes, 0, memory_order_relaxed);
    return any;
}

bool bud_remote_drain(struct bud_cache *cache)
{
    if (!bud_queue_hold(cache)) {
        return false;
    }
    const bool any = drain_held(cache);
    bud_queue_let_go(cache);
    return any;
}

/* Another thread may be reclaiming from the queue; it is soon done. */
void bud_remote_close(struct bud_cache *cache)
{
    while (!bud_queue_hold(cache)) {
    }
    do {
        drain_held(cache);
    } while (!bud_queue_close(cache));
    bud_queue_let_go(cache);
}

void bud_remote_repair(struct bud_span *span)
{
    const uint32_t words = bud_slab_words(span->objects);

    atomic_store_explicit(&span->remote_summary, 0,
                          memory_order_relaxed);
    bud_span_collect(span, bud_slab_full_word(words, 0));
}
