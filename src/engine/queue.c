#include "engine/queue.h"

#include "engine/abandon.h"

void bud_queue_pick_up(struct bud_span *span)
{
    struct bud_cache *const mine = bud_cache_mine;

    if (mine != &bud_cache_none) {
        atomic_store_explicit(&mine->busy, span, memory_order_release);
    }
}

void bud_queue_put_down(void)
{
    bud_queue_pick_up(NULL);
}

/* Pushes unless the queue is closed; true when the span is in good hands. */
static bool try_push(struct bud_cache *owner, struct bud_span *span)
{
    struct bud_span *head =
        atomic_load_explicit(&owner->queue, memory_order_acquire);

    do {
        if (head == BUD_QUEUE_CLOSED) {
            /* A dead owner stays: whoever adopts the span takes in all that
             * it finds. Else the span has been abandoned meanwhile, which the
             * next look at its owner shows. */
            return bud_cache_life(owner) == BUD_CACHE_DEAD;
        }
        bud_span_cold(span)->remote_next = head;
    } while (!atomic_compare_exchange_weak_explicit(&owner->queue, &head, span,
                                                    memory_order_release,
                                                    memory_order_acquire));
    return true;
}

void bud_queue_announce(struct bud_span *span)
{
    bool is_done = false;

    while (!is_done) {
        struct bud_cache *const owner =
            atomic_load_explicit(&span->owner, memory_order_acquire);
        is_done =
            owner == NULL ? bud_abandoned_collect(span) : try_push(owner, span);
    }
}

void bud_queue_mark(struct bud_span *span, uint64_t words)
{
    const uint64_t before = atomic_fetch_or_explicit(
        &span->remote_summary, words, memory_order_acq_rel);

    if (before == 0) {
        bud_queue_announce(span);
    }
}

bool bud_queue_hold(struct bud_cache *cache)
{
    return bud_lock_try_acquire(&cache->held);
}

void bud_queue_hold_or_wait(struct bud_cache *cache)
{
    bud_lock_acquire(&cache->held);
}

void bud_queue_let_go(struct bud_cache *cache)
{
    bud_lock_release(&cache->held);
}

static struct bud_span *pop_from_list(struct bud_span *_Atomic *list)
{
    struct bud_span *const span =
        atomic_load_explicit(list, memory_order_relaxed);

    bud_queue_pick_up(span);
    if (span != NULL) {
        atomic_store_explicit(list, bud_span_cold(span)->remote_next,
                              memory_order_release);
    }
    return span;
}

static struct bud_span *pop_from_queue(struct bud_cache *cache)
{
    struct bud_span *span =
        atomic_load_explicit(&cache->queue, memory_order_acquire);

    while (span != NULL && span != BUD_QUEUE_CLOSED) {
        bud_queue_pick_up(span);
        if (atomic_compare_exchange_weak_explicit(
                &cache->queue, &span, bud_span_cold(span)->remote_next,
                memory_order_acq_rel, memory_order_acquire)) {
            return span;
        }
    }
    bud_queue_put_down();
    return NULL;
}

struct bud_span *bud_queue_pop(struct bud_cache *cache)
{
    if (atomic_load_explicit(&cache->purged, memory_order_relaxed) != NULL) {
        return pop_from_list(&cache->purged);
    }
    if (atomic_load_explicit(&cache->set_aside, memory_order_relaxed) != NULL) {
        return pop_from_list(&cache->set_aside);
    }
    return pop_from_queue(cache);
}

bool bud_queue_set_aside(struct bud_cache *cache)
{
    if (atomic_load_explicit(&cache->queue, memory_order_relaxed) ==
        BUD_QUEUE_CLOSED) {
        return false;
    }
    struct bud_span *const all =
        atomic_exchange_explicit(&cache->queue, NULL, memory_order_acq_rel);
    atomic_store_explicit(&cache->set_aside, all, memory_order_release);
    return true;
}

struct bud_span *bud_queue_next_set_aside(struct bud_cache *cache)
{
    return pop_from_list(&cache->set_aside);
}

void bud_queue_add_purged(struct bud_cache *cache, struct bud_span *span)
{
    bud_span_cold(span)->remote_next =
        atomic_load_explicit(&cache->purged, memory_order_relaxed);
    atomic_store_explicit(&cache->purged, span, memory_order_release);
}

bool bud_queue_close(struct bud_cache *cache)
{
    struct bud_span *empty = NULL;

    return atomic_compare_exchange_strong_explicit(
        &cache->queue, &empty, BUD_QUEUE_CLOSED, memory_order_acq_rel,
        memory_order_relaxed);
}
