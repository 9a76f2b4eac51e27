#include "engine/abandon.h"

#include <stdatomic.h>

#include "engine/central.h"
#include "engine/remote.h"

/* Those of each class that may have a free object, linked through the owner's
 * links, which have no other use while there is no owner; `is_available` says
 * that a span is listed. Written under the central lock; the heads are also
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

static void list_if_usable(struct bud_span *span)
{
    struct bud_span_cold *const cold = bud_span_cold(span);
    struct bud_span *const second = first_abandoned(span->class);

    if (span->is_available || span->summary == 0) {
        return;
    }
    cold->owned_previous = NULL;
    cold->owned_next = second;
    if (second != NULL) {
        bud_span_cold(second)->owned_previous = span;
    }
    set_first_abandoned(span->class, span);
    span->is_available = 1;
}

static void unlist(struct bud_span *span)
{
    struct bud_span_cold *const cold = bud_span_cold(span);

    if (!span->is_available) {
        return;
    }
    if (cold->owned_previous != NULL) {
        bud_span_cold(cold->owned_previous)->owned_next = cold->owned_next;
    } else {
        set_first_abandoned(span->class, cold->owned_next);
    }
    if (cold->owned_next != NULL) {
        bud_span_cold(cold->owned_next)->owned_previous = cold->owned_previous;
    }
    span->is_available = 0;
}

bool bud_abandoned_has(uint32_t class)
{
    return first_abandoned(class) != NULL;
}

struct bud_span *bud_abandoned_first_locked(uint32_t class)
{
    return first_abandoned(class);
}

void bud_abandon_locked(struct bud_span *span)
{
    span->is_available = 0;
    list_if_usable(span);
    atomic_store_explicit(&span->owner, NULL, memory_order_release);
}

/* A dead cache's span: its thread may have kept a current word, which the
 * summary leaves out, so that every word may have a free object; and its lists
 * may have been left half changed, so that the span is not taken out of them:
 * they are never looked at again. */
static void inherit_locked(struct bud_span *span)
{
    bud_remote_repair(span);
    span->summary = bud_slab_full_word(bud_slab_words(span->objects), 0);
    bud_abandon_locked(span);
}

/* Whether the span belongs to the central lock, now at the latest. */
static bool is_ours_locked(struct bud_span *span)
{
    struct bud_cache *const owner =
        atomic_load_explicit(&span->owner, memory_order_relaxed);

    if (owner == NULL) {
        return true;
    }
    if (bud_cache_life(owner) != BUD_CACHE_DEAD) {
        return false;
    }
    inherit_locked(span);
    return true;
}

static void adopt_locked(struct bud_span *span, struct bud_cache *cache)
{
    unlist(span);
    bud_cache_link(cache, span);
    atomic_store_explicit(&span->owner, cache, memory_order_release);
}

bool bud_adopt(struct bud_span *span, struct bud_cache *cache)
{
    if (!bud_central_enter()) {
        return false;
    }
    const bool is_ours = is_ours_locked(span);
    if (is_ours) {
        adopt_locked(span, cache);
    }
    bud_central_leave();
    return is_ours;
}

bool bud_adopt_any(uint32_t class, struct bud_cache *cache)
{
    if (first_abandoned(class) == NULL || !bud_central_enter()) {
        return false;
    }
    struct bud_span *const span = first_abandoned(class);
    if (span != NULL) {
        adopt_locked(span, cache);
    }
    bud_central_leave();
    return span != NULL;
}

void bud_abandoned_settle_locked(struct bud_span *span)
{
    if (bud_span_is_empty(span)) {
        unlist(span);
        bud_span_destroy_locked(span);
        return;
    }
    list_if_usable(span);
}

void bud_abandoned_trim_locked(void)
{
    for (uint32_t class = 0; class < BUD_CLASS_COUNT; class++) {
        struct bud_span *span = first_abandoned(class);
        while (span != NULL) {
            struct bud_span *const next = bud_span_cold(span)->owned_next;
            bud_abandoned_settle_locked(span);
            span = next;
        }
    }
}

bool bud_abandoned_collect(struct bud_span *span)
{
    /* A signal handler that came while its thread is inside: the objects stay
     * live, which is safe. */
    if (!bud_central_enter()) {
        return true;
    }
    const bool is_ours = is_ours_locked(span);
    if (is_ours) {
        bud_span_collect(span,
                         atomic_exchange_explicit(&span->remote_summary, 0,
                                                  memory_order_acq_rel));
        bud_abandoned_settle_locked(span);
    }
    bud_central_leave();
    return is_ours;
}

bool bud_abandoned_free(struct bud_span *span, uint32_t index)
{
    if (!bud_central_enter()) {
        return true;
    }
    const bool is_ours = is_ours_locked(span);
    if (is_ours) {
        if (bud_slab_give(span->bits, span->objects, index) ==
            BUD_SLAB_WAS_FREE) {
            bud_misuse_double_free(span, index);
        }
        span->summary = bud_bits_set(span->summary, bud_bits_word_of(index));
        bud_abandoned_settle_locked(span);
    }
    bud_central_leave();
    return is_ours;
}
