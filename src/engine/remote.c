#include "engine/remote.h"

#include <stdatomic.h>

#include "engine/abandon.h"
#include "engine/misuse.h"

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

static void set_busy(struct bud_cache *cache, struct bud_span *span)
{
    if (cache != &bud_cache_none) {
        atomic_store_explicit(&cache->busy, span, memory_order_release);
    }
}

/* Hands a span whose remote_summary the caller made non-zero, or that it
 * popped, to whoever owns it now. */
static void announce(struct bud_span *span)
{
    struct bud_span_cold *const cold = bud_span_cold(span);

    for (;;) {
        struct bud_cache *const owner =
            atomic_load_explicit(&span->owner, memory_order_acquire);
        if (owner == NULL) {
            if (bud_abandoned_collect(span)) {
                return;
            }
            continue;
        }
        struct bud_span *head =
            atomic_load_explicit(&owner->queue, memory_order_acquire);
        if (head == BUD_QUEUE_CLOSED) {
            /* Either the span has been abandoned, which the next look at its
             * owner shows, or the owner is dead and whoever adopts the span
             * takes in all it finds. */
            if (owner->life == BUD_CACHE_DEAD) {
                return;
            }
            continue;
        }
        cold->remote_next = head;
        if (atomic_compare_exchange_weak_explicit(&owner->queue, &head, span,
                                                  memory_order_release,
                                                  memory_order_relaxed)) {
            return;
        }
    }
}

static void mark(struct bud_span *span, uint32_t word)
{
    const uint64_t marks = atomic_fetch_or_explicit(
        &bud_span_cold(span)->remote_summary, bud_bits_set(0, word),
        memory_order_acq_rel);

    if (marks == 0) {
        announce(span);
    }
}

void bud_remote_defer(struct bud_span *span, uint32_t word)
{
    mark(span, word);
}

static void put_and_mark(struct bud_span *span, uint32_t index)
{
    struct bud_span_remote *const remote = bud_span_remote(span);
    const uint32_t word = index / 64u;
    const uint64_t before = atomic_fetch_or_explicit(
        &remote->words[word], bud_bits_set(0, index % 64u),
        memory_order_acq_rel);

    if (bud_unlikely(bud_bits_test(before, index % 64u) != 0u)) {
        bud_misuse_double_free(span, index);
    }
    if (before != 0) {
        return;
    }
    mark(span, word);
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
    struct bud_cache *const mine = bud_cache_mine;

    if (bud_unlikely(bud_remote_is_free(span, index))) {
        bud_misuse_double_free(span, index);
    }
    for (;;) {
        struct bud_cache *const owner =
            atomic_load_explicit(&span->owner, memory_order_acquire);
        if (bud_likely(!is_ownerless(owner))) {
            break;
        }
        if (free_ownerless(mine, span, index)) {
            return;
        }
    }
    set_busy(mine, span);
    put_and_mark(span, index);
    set_busy(mine, NULL);
}

/* ---- the owner's side ---- */

static void take_in(struct bud_cache *cache, struct bud_span *span)
{
    if (atomic_load_explicit(&span->owner, memory_order_relaxed) != cache) {
        announce(span);
        return;
    }
    bud_span_collect(span, atomic_exchange_explicit(
                               &bud_span_cold(span)->remote_summary, 0,
                               memory_order_acq_rel));
    bud_cache_regain(cache, span);
}

/* One at a time, so that a thread that a fork leaves behind in the middle has
 * at most one span in its hands, which `busy` names. */
void bud_remote_drain(struct bud_cache *cache)
{
    struct bud_span *span =
        atomic_load_explicit(&cache->queue, memory_order_acquire);

    while (span != NULL && span != BUD_QUEUE_CLOSED) {
        set_busy(cache, span);
        if (atomic_compare_exchange_weak_explicit(
                &cache->queue, &span, bud_span_cold(span)->remote_next,
                memory_order_acquire, memory_order_acquire)) {
            take_in(cache, span);
            span = atomic_load_explicit(&cache->queue, memory_order_acquire);
        }
    }
    set_busy(cache, NULL);
}

void bud_remote_close(struct bud_cache *cache)
{
    struct bud_span *empty;

    do {
        bud_remote_drain(cache);
        empty = NULL;
    } while (!atomic_compare_exchange_strong_explicit(
        &cache->queue, &empty, BUD_QUEUE_CLOSED, memory_order_acq_rel,
        memory_order_relaxed));
}

void bud_remote_repair(struct bud_span *span)
{
    const uint32_t words = bud_slab_words(span->objects);

    atomic_store_explicit(&bud_span_cold(span)->remote_summary, 0,
                          memory_order_relaxed);
    bud_span_collect(span, bud_slab_full_word(words, 0));
}
