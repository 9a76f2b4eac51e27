#include "engine/abandon.h"

#include <stdatomic.h>

#include "engine/central.h"
#include "engine/remote.h"

/* One list a class, linked through the owner's links, which have no other use
 * while there is no owner. Written under the central lock; the heads are also
 * looked at without it (relaxed: only to see whether the lock is worth it). */
static struct bud_span *_Atomic abandoned[BUD_CLASS_COUNT];

static struct bud_span *first_abandoned(uint32_t class)
{
    return atomic_load_explicit(&abandoned[class], memory_order_relaxed);
}

static void set_first_abandoned(uint32_t class, struct bud_span *span)
{
    atomic_store_explicit(&abandoned[class], span, memory_order_relaxed);
}

void bud_abandon_locked(struct bud_span *span)
{
    struct bud_span_cold *const cold = bud_span_cold(span);
    struct bud_span *const second = first_abandoned(span->class);

    cold->owned_previous = NULL;
    cold->owned_next = second;
    if (second != NULL) {
        bud_span_cold(second)->owned_previous = span;
    }
    set_first_abandoned(span->class, span);
    atomic_store_explicit(&span->owner, NULL, memory_order_release);
}

static void take_off_list(struct bud_span *span)
{
    struct bud_span_cold *const cold = bud_span_cold(span);

    if (cold->owned_previous != NULL) {
        bud_span_cold(cold->owned_previous)->owned_next = cold->owned_next;
    } else {
        set_first_abandoned(span->class, cold->owned_next);
    }
    if (cold->owned_next != NULL) {
        bud_span_cold(cold->owned_next)->owned_previous = cold->owned_previous;
    }
}

static bool is_without_owner(const struct bud_span *span)
{
    return atomic_load_explicit(&span->owner, memory_order_relaxed) == NULL;
}

static void adopt_locked(struct bud_span *span, struct bud_cache *cache)
{
    atomic_store_explicit(&span->owner, cache, memory_order_release);
    bud_cache_link(cache, span);
}

/* The lists of a dead cache may have been left half changed: the span is not
 * taken out of them, they are never looked at again. */
static void adopt_from_dead_locked(struct bud_span *span,
                                   struct bud_cache *cache)
{
    const uint32_t words = bud_slab_words(span->objects);

    bud_remote_repair(span);
    /* Its thread may have kept a current word, which the summary leaves out;
     * every word may have a free object, then. */
    span->summary = bud_slab_full_word(words, 0);
    adopt_locked(span, cache);
}

bool bud_adopt(struct bud_span *span, struct bud_cache *cache)
{
    if (!bud_central_enter()) {
        return false;
    }
    struct bud_cache *const owner =
        atomic_load_explicit(&span->owner, memory_order_relaxed);
    bool adopted = true;
    if (owner == NULL) {
        take_off_list(span);
        adopt_locked(span, cache);
    } else if (owner->life == BUD_CACHE_DEAD) {
        adopt_from_dead_locked(span, cache);
    } else {
        adopted = false;
    }
    bud_central_leave();
    return adopted;
}

bool bud_adopt_any(uint32_t class, struct bud_cache *cache)
{
    if (first_abandoned(class) == NULL || !bud_central_enter()) {
        return false;
    }
    struct bud_span *const span = first_abandoned(class);
    if (span != NULL) {
        take_off_list(span);
        adopt_locked(span, cache);
    }
    bud_central_leave();
    return span != NULL;
}

static void destroy_if_empty_locked(struct bud_span *span)
{
    if (bud_span_is_empty(span)) {
        take_off_list(span);
        bud_span_destroy_locked(span);
    }
}

bool bud_abandoned_collect(struct bud_span *span)
{
    /* A signal handler that came while its thread is inside: the objects stay
     * live, which is safe. */
    if (!bud_central_enter()) {
        return true;
    }
    const bool is_ours = is_without_owner(span);
    if (is_ours) {
        bud_span_collect(span, atomic_exchange_explicit(
                                   &bud_span_cold(span)->remote_summary, 0,
                                   memory_order_acq_rel));
        destroy_if_empty_locked(span);
    }
    bud_central_leave();
    return is_ours;
}

bool bud_abandoned_free(struct bud_span *span, uint32_t index)
{
    if (!bud_central_enter()) {
        return true;
    }
    const bool is_ours = is_without_owner(span);
    if (is_ours) {
        if (bud_slab_give(span->bits, span->objects, index) ==
            BUD_SLAB_WAS_FREE) {
            bud_misuse_double_free(span, index);
        }
        span->summary = bud_bits_set(span->summary, index / 64u);
        destroy_if_empty_locked(span);
    }
    bud_central_leave();
    return is_ours;
}
