#include "engine/cache.h"

#include <errno.h>
#include <stdatomic.h>

#include "engine/abandon.h"
#include "engine/audit.h"
#include "engine/central.h"
#include "engine/large.h"
#include "engine/queue.h"
#include "engine/remote.h"
#include "engine/thread.h"
#include "engine/watch.h"

/* The word of every class without a span: never has a free object, so it is
 * never written. */
static uint64_t empty_word;

static struct bud_cache_class empty_class = {.word = &empty_word};

struct bud_cache bud_cache_none = {
    .direct = {[0 ... BUD_CACHE_DIRECT_MAX_BYTES / BUD_CLASS_STEP_BYTES] =
                   &empty_class},
    .queue = BUD_QUEUE_CLOSED,
};

_Thread_local struct bud_cache *bud_cache_mine = &bud_cache_none;

void bud_cache_prepare(struct bud_cache *cache)
{
    const uint32_t steps = BUD_CACHE_DIRECT_MAX_BYTES / BUD_CLASS_STEP_BYTES;

    for (uint32_t class = 0; class < BUD_CLASS_COUNT; class++) {
        cache->classes[class] = (struct bud_cache_class){
            .word = &empty_word,
            .size_bytes = bud_classes[class].size_bytes,
            .class = class,
        };
    }
    for (uint32_t step = 0; step <= steps; step++) {
        cache->direct[step] = bud_watch_is_on()
                                  ? &empty_class
                                  : &cache->classes[bud_size_class_for(
                                        step * BUD_CLASS_STEP_BYTES)];
    }
}

/* ---- lists ---- */

/* At the end: when its turn comes it has gathered more free objects than the
 * one it would have now. */
static void make_available(struct bud_cache_class *in, struct bud_span *span)
{
    struct bud_span_cold *const cold = bud_span_cold(span);

    cold->available_next = NULL;
    if (in->available == NULL) {
        cold->available_previous = NULL;
        in->available = span;
    } else {
        cold->available_previous = in->available_last;
        bud_span_cold(in->available_last)->available_next = span;
    }
    in->available_last = span;
    span->is_available = 1;
}

static void make_unavailable(struct bud_cache_class *in, struct bud_span *span)
{
    const struct bud_span_cold *const cold = bud_span_cold(span);

    if (cold->available_previous != NULL) {
        bud_span_cold(cold->available_previous)->available_next =
            cold->available_next;
    } else {
        in->available = cold->available_next;
    }
    if (cold->available_next != NULL) {
        bud_span_cold(cold->available_next)->available_previous =
            cold->available_previous;
    } else {
        in->available_last = cold->available_previous;
    }
    span->is_available = 0;
}

static void stop_using_current(struct bud_cache_class *in)
{
    struct bud_span *const span = in->current;

    if (!bud_slab_is_used_up(*in->word)) {
        const uint64_t word = (uint64_t)(in->word - span->bits);
        span->summary = bud_bits_set(span->summary, (uint32_t)word);
    }
    in->current = NULL;
    in->word = &empty_word;
}

void bud_cache_link(struct bud_cache *cache, struct bud_span *span)
{
    struct bud_span_cold *const cold = bud_span_cold(span);

    cold->owned_previous = NULL;
    cold->owned_next = cache->owned;
    if (cache->owned != NULL) {
        bud_span_cold(cache->owned)->owned_previous = span;
    }
    cache->owned = span;
    span->is_available = 0;
    if (span->summary != 0) {
        make_available(&cache->classes[span->class], span);
    }
}

void bud_cache_unlink(struct bud_cache *cache, struct bud_span *span)
{
    struct bud_cache_class *const in = &cache->classes[span->class];
    struct bud_span_cold *const cold = bud_span_cold(span);

    if (in->current == span) {
        stop_using_current(in);
    }
    if (span->is_available) {
        make_unavailable(in, span);
    }
    if (cold->owned_previous != NULL) {
        bud_span_cold(cold->owned_previous)->owned_next = cold->owned_next;
    } else {
        cache->owned = cold->owned_next;
    }
    if (cold->owned_next != NULL) {
        bud_span_cold(cold->owned_next)->owned_previous = cold->owned_previous;
    }
}

/* ---- refill ---- */

/* The word of the summary, which has one, to look at next: going round, since
 * taking the lowest would return to words with one free object again and
 * again; but within the words that have been used, so that fresh pages are
 * touched only when nothing else is free. */
static uint32_t choose_word(struct bud_span *span, uint32_t from)
{
    const uint64_t used = bud_bits_common(
        span->summary, bud_slab_full_word(span->last_word + 1u, 0));
    const uint64_t later = bud_bits_lower(used, from);

    if (later != 0) {
        return from + bud_bits_lowest(later);
    }
    if (used != 0) {
        return bud_bits_lowest(used);
    }
    return bud_bits_lowest(span->summary);
}

/* Makes the next word of the current span that has a free object the current
 * one. */
static bool next_word(struct bud_cache_class *in)
{
    struct bud_span *const span = in->current;

    if (span == NULL) {
        return false;
    }
    while (span->summary != 0) {
        const uint32_t word = choose_word(span, in->next_word);
        span->summary = bud_bits_clear(span->summary, word);
        in->next_word = bud_bits_bit_of(word + 1u);
        if (word > span->last_word) {
            span->last_word = (uint8_t)word;
        }
        if (!bud_slab_is_used_up(span->bits[word])) {
            in->word = &span->bits[word];
            in->word_start =
                bud_address_at((uintptr_t)bud_span_start(span),
                               bud_units_word_offset(word, span->size_bytes));
            if (bud_watch_is_on()) {
                bud_watch_hide(&in->word_start);
            }
            return true;
        }
    }
    return false;
}

/* Makes a span with free objects the current one. */
static bool next_span(struct bud_cache *cache, struct bud_cache_class *in)
{
    if (in->available == NULL && !bud_adopt_any(in->class, cache)) {
        struct bud_span *const span = bud_span_create(in->class, cache);
        if (span == NULL) {
            return false;
        }
        bud_cache_link(cache, span);
    }
    in->current = in->available;
    in->next_word = 0;
    make_unavailable(in, in->current);
    return true;
}

static bool refill(struct bud_cache *cache, struct bud_cache_class *in)
{
    while (!next_word(in)) {
        if (bud_queue_has_news(cache) && bud_remote_drain(cache)) {
            continue;
        }
        in->current = NULL;
        in->word = &empty_word;
        if (in->available == NULL) {
            bud_thread_ensure_exit_hook(cache);
        }
        if (!next_span(cache, in)) {
            return false;
        }
    }
    return true;
}

/* A signal handler came while its thread was changing the cache's lists. */
static void *alloc_in_handler(size_t size_bytes)
{
    void *const block =
        bud_large_alloc(size_bytes > 0 ? size_bytes : 1, 1, false);

    if (block == NULL) {
        errno = ENOMEM;
    }
    return block;
}

void *bud_cache_refill(struct bud_cache_class *from, size_t size_bytes)
{
    if (from == &empty_class) {
        return bud_watch_is_on() ? bud_watch_alloc(1, size_bytes)
                                 : bud_cache_alloc_class(bud_size_class_for(
                                       (uint32_t)size_bytes));
    }
    struct bud_cache *const cache = bud_cache_mine;
    if (!bud_cache_enter(cache)) {
        return alloc_in_handler(size_bytes);
    }
    const bool refilled = refill(cache, from);
    bud_cache_leave(cache);
    bud_audit_step();
    if (!refilled) {
        errno = ENOMEM;
        return NULL;
    }
    return bud_cache_alloc_from(from, size_bytes);
}

/* The calling thread's cache, which may have to be opened; NULL and ENOMEM when
 * there is no memory for it. */
static inline struct bud_cache *mine_opened(void)
{
    struct bud_cache *cache = bud_cache_mine;

    if (bud_unlikely(cache == &bud_cache_none)) {
        cache = bud_thread_begin();
        if (cache == NULL) {
            errno = ENOMEM;
        }
    }
    return cache;
}

void *bud_cache_alloc_class(uint32_t class)
{
    struct bud_cache *const cache = mine_opened();

    if (bud_unlikely(cache == NULL)) {
        return NULL;
    }
    return bud_cache_alloc_from(&cache->classes[class],
                                bud_classes[class].size_bytes);
}

void *bud_cache_alloc_coarse(size_t size_bytes)
{
    struct bud_cache *const cache = mine_opened();

    if (bud_unlikely(cache == NULL)) {
        return NULL;
    }
    const uint32_t class =
        bud_coarse_classes[bud_size_class_coarse_steps((uint32_t)size_bytes)];
    return bud_cache_alloc_from(&cache->classes[class], size_bytes);
}

/* ---- the edges of free ---- */

/* A cache keeps the current span of a class even when it is empty, so that a
 * program that frees and allocates at the edge of a span does not go to the
 * tree each time; and another one only for as long as the current one is used
 * up. */
static bool is_to_be_kept(const struct bud_cache_class *in,
                          const struct bud_span *span)
{
    if (in->current == span) {
        return true;
    }
    const bool has_room = !bud_slab_is_used_up(*in->word) ||
                          (in->current != NULL && in->current->summary != 0);
    return !has_room && in->available == span &&
           bud_span_cold(span)->available_next == NULL;
}

static void open_span(struct bud_cache *cache, struct bud_span *span)
{
    struct bud_cache_class *const in = &cache->classes[span->class];

    if (in->current != span && !span->is_available) {
        make_available(in, span);
    }
}

static void retire_if_empty(struct bud_cache *cache, struct bud_span *span)
{
    if (is_to_be_kept(&cache->classes[span->class], span) ||
        !bud_span_is_empty(span) || !bud_central_enter()) {
        return;
    }
    bud_cache_unlink(cache, span);
    bud_span_destroy_locked(span);
    bud_central_leave();
}

void bud_cache_free_checked(struct bud_span *span, uint32_t index)
{
    if (bud_remote_is_free(span, index)) {
        bud_misuse_double_free(span, index);
    }
    bud_cache_free_plain(span, index);
}

void bud_cache_regain(struct bud_cache *cache, struct bud_span *span)
{
    if (span->summary != 0) {
        open_span(cache, span);
        retire_if_empty(cache, span);
    }
}

void bud_cache_span_opened(struct bud_span *span, uint32_t index)
{
    struct bud_cache *const cache = bud_cache_mine;

    if (!bud_cache_enter(cache)) {
        bud_remote_defer(span, index);
        return;
    }
    span->summary = bud_bits_set(span->summary, bud_bits_word_of(index));
    open_span(cache, span);
    bud_cache_leave(cache);
}

void bud_cache_word_filled(struct bud_span *span, uint32_t index)
{
    struct bud_cache *const cache = bud_cache_mine;

    if (span->summary == 0) {
        bud_cache_span_opened(span, index);
    } else {
        span->summary = bud_bits_set(span->summary, bud_bits_word_of(index));
    }
    if (bud_cache_enter(cache)) {
        retire_if_empty(cache, span);
        bud_cache_leave(cache);
    }
}
