/* A cache's queue: the spans of the cache in which other threads have freed
 * objects. A stack that any thread pushes on (release), and that one thread at
 * a time pops from (acquire): who holds the queue. So a popped head cannot come
 * back while it is being popped, and popping has no ABA problem. Every change
 * by the holder is a release as well: a forked child that sees the span gone
 * sees in whose hand it is, or that the queue is held.
 *
 * A span is in at most one queue, since only the thread that makes its
 * remote_summary non-zero pushes it, and only a thread that popped it makes
 * remote_summary zero again. */
#ifndef BUD_ENGINE_QUEUE_H
#define BUD_ENGINE_QUEUE_H

#include "engine/cache.h"

/* Marks words of a span that got their first remotely freed object. Whoever
 * marks the first one brings the span to its owner. */
void bud_queue_mark(struct bud_span *span, uint64_t words);

/* Brings a span that the caller popped, or was the first to mark, to the
 * queue of whoever owns it now. */
void bud_queue_announce(struct bud_span *span);

/* Whether the caller is now the one who may pop; false when somebody else
 * is. */
bool bud_queue_hold(struct bud_cache *cache);

/* The same, but sleeps until nobody else is: holds are short. */
void bud_queue_hold_or_wait(struct bud_cache *cache);

/* Ends either hold. */
void bud_queue_let_go(struct bud_cache *cache);

/* Takes a span out of a queue that the caller holds, or of its side lists.
 * NULL when there is none. Until the next call the span is named in the calling
 * thread's `busy`. */
struct bud_span *bud_queue_pop(struct bud_cache *cache);

/* For a holder that is not the owner and that gives spans back to the queue:
 * moves what is in the queue to a side list, which bud_queue_next_set_aside
 * takes from. Returns false when the queue is closed. */
bool bud_queue_set_aside(struct bud_cache *cache);
struct bud_span *bud_queue_next_set_aside(struct bud_cache *cache);

/* Puts a span, whose marks the caller made, on the list of those that only the
 * owner needs to see. The caller holds the queue. */
void bud_queue_add_purged(struct bud_cache *cache, struct bud_span *span);

/* Notes which span this thread has in hand, for a child that forks off without
 * the thread. */
void bud_queue_pick_up(struct bud_span *span);
void bud_queue_put_down(void);

/* Whether it has one: asked by a signal handler, of the work it interrupted. */
static inline bool bud_queue_has_in_hand(void)
{
    return atomic_load_explicit(&bud_cache_mine->busy, memory_order_relaxed) !=
           NULL;
}

/* Whether there may be something to pop; without holding the queue. */
static inline bool bud_queue_has_news(const struct bud_cache *cache)
{
    return atomic_load_explicit(&cache->queue, memory_order_relaxed) != NULL ||
           atomic_load_explicit(&cache->purged, memory_order_relaxed) != NULL;
}

/* Closes the queue of a cache if it is empty; returns whether it was. */
bool bud_queue_close(struct bud_cache *cache);

#endif
