/* The thread's cache: where nearly every malloc and free is served, without a
 * lock and without an atomic operation.
 *
 * For each size class the cache points at the current word of the current
 * span's bitmap: at the word, not at a copy of it, so that nothing can
 * disagree with it. An allocation finds the lowest set bit, clears it,
 * multiplies and adds. When the word is empty, refill goes round: to the next
 * word of the span that may have a bit, to the objects that other threads
 * freed, to the next span with free objects, to a span that a dead thread
 * left, to a new span.
 *
 * A cache belongs to one thread at a time and outlives it: its memory is never
 * given back, so that a late remote free finds a cache, if another thread's. */
#ifndef BUD_ENGINE_CACHE_H
#define BUD_ENGINE_CACHE_H

#include <stdatomic.h>
#include <stddef.h>

#include "core/address.h"
#include "core/units.h"
#include "engine/hint.h"
#include "engine/misuse.h"
#include "engine/span.h"
#include "os/os.h"

/* Requests up to this size find their class by one look into a table. */
#define BUD_CACHE_DIRECT_MAX_BYTES BUD_CLASS_FINE_MAX_BYTES

/* What a cache keeps of one size class. */
struct bud_cache_class {
    uint64_t *word;       /* the current word, or one that is always 0 */
    uintptr_t word_start; /* address of the object of its bit 0 */
    uint32_t size_bytes;
    uint32_t class;
    struct bud_span *current; /* the span of `word`, or NULL; not available */
    uint32_t next_word;       /* where refill looks next in `current` */
    /* Those with free objects, the one that has waited longest first. */
    struct bud_span *available;
    struct bud_span *available_last; /* unless there is none */
};

/* What has become of the thread that a cache belongs to. */
enum bud_cache_life {
    BUD_CACHE_UNUSED, /* nobody's; its queue is closed */
    BUD_CACHE_ALIVE,
    BUD_CACHE_DEAD, /* its thread did not come along through a fork */
};

/* Fields without a note are read and written by the owning thread only. */
struct bud_cache {
    struct bud_cache_class
        *direct[BUD_CACHE_DIRECT_MAX_BYTES / BUD_CLASS_STEP_BYTES + 1u];
    struct bud_cache_class classes[BUD_CLASS_COUNT];

    struct bud_span *owned; /* all spans of this cache; owner only */
    bool has_exit_hook;     /* owner only */

    /* The thread is changing lists of this cache. Read by its own signal
     * handlers only, which then keep off the lists: they allocate from the
     * tree and leave news of their frees in the queue. */
    bool is_inside;

    /* Written under the central lock; read by remote frees, relaxed: it turns
     * DEAD only in a forked child that has a single thread. */
    _Atomic uint32_t life;

    /* The span that this thread is changing as a non-owner, or has popped: a
     * forked child repairs it. Written by the thread (release), read by the
     * child only. */
    struct bud_span *_Atomic busy;

    struct bud_cache *next;        /* of all caches; set once, under the lock */
    struct bud_cache *next_unused; /* under the central lock */

    /* Spans with remotely freed objects, see queue.h. BUD_QUEUE_CLOSED while
     * the cache is nobody's. On a line of its own, away from what the owner's
     * fast path reads. */
    _Alignas(64) struct bud_span *_Atomic queue;
    /* Held by the one thread that may pop. Only the holder changes the two
     * lists (release, for a forked child); their heads are looked at by others
     * (relaxed). */
    struct bud_lock held;
    struct bud_span *_Atomic set_aside;
    struct bud_span *_Atomic purged;
    /* Freed remotely since the owner last looked, and when it last took in a
     * good deal; hints, relaxed. */
    _Atomic uint64_t unnoticed_bytes;
    _Atomic uint64_t noticed_ms;
};

#define BUD_QUEUE_CLOSED ((struct bud_span *)1)

/* What has become of the thread of this cache. */
static inline uint32_t bud_cache_life(const struct bud_cache *cache)
{
    return atomic_load_explicit(&cache->life, memory_order_relaxed);
}

/* The calling thread's cache; &bud_cache_none until it has one. */
extern _Thread_local struct bud_cache *bud_cache_mine
    __attribute__((tls_model("initial-exec")));

/* A cache whose every class is empty: the fast paths need no test for a
 * thread that has none. */
extern struct bud_cache bud_cache_none;

/* Brackets every change of a cache's lists; false in a signal handler that
 * came in between. */
static inline bool bud_cache_enter(struct bud_cache *cache)
{
    if (cache->is_inside) {
        return false;
    }
    cache->is_inside = true;
    atomic_signal_fence(memory_order_seq_cst);
    return true;
}

/* Ends what bud_cache_enter began. */
static inline void bud_cache_leave(struct bud_cache *cache)
{
    atomic_signal_fence(memory_order_seq_cst);
    cache->is_inside = false;
}

/* ---- allocation ---- */

/* Serves `size_bytes`, which is at most BUD_CLASS_MAX_BYTES, when the current
 * word of `from` has no free object. NULL when there is no memory. */
void *bud_cache_refill(struct bud_cache_class *from, size_t size_bytes);

/* Takes an object from the current word of `from`, or refills it. */
static inline void *bud_cache_alloc_from(struct bud_cache_class *from,
                                         size_t size_bytes)
{
    if (bud_unlikely(bud_slab_is_used_up(*from->word))) {
        return bud_cache_refill(from, size_bytes);
    }
    const uint32_t index = bud_slab_take(from->word);
    return (void *)bud_address_at(
        from->word_start, bud_units_object_offset(index, from->size_bytes));
}

/* Allocates from the class's current word; at most
 * BUD_CACHE_DIRECT_MAX_BYTES. */
static inline void *bud_cache_alloc_direct(size_t size_bytes)
{
    struct bud_cache *const cache = bud_cache_mine;
    return bud_cache_alloc_from(
        cache->direct[bud_size_class_steps((uint32_t)size_bytes)], size_bytes);
}

/* Allocates more than BUD_CACHE_DIRECT_MAX_BYTES, at most
 * BUD_CLASS_MAX_BYTES. */
void *bud_cache_alloc_coarse(size_t size_bytes);

/* Allocates an object of `class`. */
void *bud_cache_alloc_class(uint32_t class);

/* ---- the edges of free; for the owner of the span ---- */

/* Object `index` was freed, of a span whose summary is empty. */
void bud_cache_span_opened(struct bud_span *span, uint32_t index);

/* Object `index` was freed, and every object of its word is free: perhaps the
 * span is empty. */
void bud_cache_word_filled(struct bud_span *span, uint32_t index);

/* Frees object `index` of a span of the calling thread's cache, for which it
 * has no news of remote frees. Aborts on a double free. */
static inline void bud_cache_free_plain(struct bud_span *span, uint32_t index)
{
    const uint32_t what = bud_slab_give(span->bits, span->objects, index);

    if (bud_unlikely(what == BUD_SLAB_WAS_FREE)) {
        bud_misuse_double_free(span, index);
    }
    if (bud_unlikely(what == BUD_SLAB_WORD_IS_FULL)) {
        bud_cache_word_filled(span, index);
        return;
    }
    if (bud_unlikely(span->summary == 0)) {
        bud_cache_span_opened(span, index);
        return;
    }
    /* Whether the word was empty is not asked: in a large heap it is as
     * likely as not, and the wrong guess waits for the bitmap's line. */
    span->summary = bud_bits_set(span->summary, bud_bits_word_of(index));
}

/* The same with a look at the span's remote bitmap. */
void bud_cache_free_checked(struct bud_span *span, uint32_t index);

/* Frees object `index` of a span of the calling thread's cache. Aborts on a
 * double free, also when the first was another thread's. */
static inline void bud_cache_free_own(struct bud_span *span, uint32_t index)
{
    if (bud_unlikely(atomic_load_explicit(&span->remote_summary,
                                          memory_order_relaxed) != 0)) {
        bud_cache_free_checked(span, index);
        return;
    }
    bud_cache_free_plain(span, index);
}

/* ---- spans coming and going; the owner's thread, inside ---- */

/* Objects of the span may have become free: makes it available, or gives it
 * back when it is empty. */
void bud_cache_regain(struct bud_cache *cache, struct bud_span *span);

/* Makes a span, owned by the cache, part of its lists. */
void bud_cache_link(struct bud_cache *cache, struct bud_span *span);

/* Takes it out of all of them, the current one included. */
void bud_cache_unlink(struct bud_cache *cache, struct bud_span *span);

/* Sets up the tables of a cache that has no spans. */
void bud_cache_prepare(struct bud_cache *cache);

#endif
