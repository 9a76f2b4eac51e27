#include "engine/thread.h"

#include <stdatomic.h>

#include "core/address.h"
#include "engine/abandon.h"
#include "engine/central.h"
#include "engine/queue.h"
#include "engine/region.h"
#include "engine/remote.h"
#include "engine/watch.h"
#include "os/os.h"

/* ---- caches; under the central lock ---- */

static struct bud_cache *_Atomic all_caches;
static struct bud_cache *unused_caches;

/* Memory for caches, cut from whole units that are never given back. Its end is
 * not kept: that may be the address of a block, which Memcheck would then find
 * reached and not lost. */
static uintptr_t cache_memory;
static size_t cache_memory_bytes;

static void compute_classes_once(void)
{
    const uint32_t steps = BUD_CLASS_MAX_BYTES / BUD_CLASS_COARSE_STEP_BYTES;

    if (bud_classes[0].size_bytes != 0) {
        return;
    }
    for (uint32_t step = 0; step <= steps; step++) {
        bud_coarse_classes[step] =
            (uint8_t)bud_size_class_for(step * BUD_CLASS_COARSE_STEP_BYTES);
    }
    for (uint32_t class = 0; class < BUD_CLASS_COUNT; class++) {
        const uint32_t objects = bud_size_class_objects(class);
        bud_classes[class] = (struct bud_class){
            .reciprocal = bud_size_class_reciprocal(class),
            .size_bytes = bud_size_class_bytes(class),
            .objects = objects,
            .units = bud_size_class_units(class),
            .bitmap_words = bud_slab_words(objects),
        };
    }
}

static struct bud_cache *new_cache_locked(void)
{
    if (cache_memory_bytes < sizeof(struct bud_cache)) {
        struct bud_run run;
        if (!bud_region_take_locked(1, &run)) {
            return NULL;
        }
        cache_memory = (uintptr_t)bud_region_address(run.region, run.unit);
        cache_memory_bytes = BUD_UNIT_BYTES;
    }
    struct bud_cache *const cache = (struct bud_cache *)cache_memory;
    cache_memory = bud_address_at(cache_memory, sizeof *cache);
    cache_memory_bytes -= sizeof *cache;
    if (bud_watch_is_on()) {
        bud_watch_open(cache, sizeof *cache);
    }
    *cache = (struct bud_cache){.queue = BUD_QUEUE_CLOSED};
    bud_cache_prepare(cache);
    cache->next = atomic_load_explicit(&all_caches, memory_order_relaxed);
    atomic_store_explicit(&all_caches, cache, memory_order_release);
    return cache;
}

static void set_life(struct bud_cache *cache, enum bud_cache_life life)
{
    atomic_store_explicit(&cache->life, life, memory_order_relaxed);
}

static struct bud_cache *open_cache_locked(void)
{
    compute_classes_once();
    struct bud_cache *cache = unused_caches;
    if (cache != NULL) {
        unused_caches = cache->next_unused;
    } else {
        cache = new_cache_locked();
    }
    if (cache != NULL) {
        set_life(cache, BUD_CACHE_ALIVE);
        cache->is_inside = false;
        cache->has_exit_hook = false;
        atomic_store_explicit(&cache->queue, NULL, memory_order_release);
    }
    return cache;
}

struct bud_cache *bud_thread_caches(void)
{
    return atomic_load_explicit(&all_caches, memory_order_acquire);
}

/* ---- the end of a thread ---- */

/* One empty span of a class stays for the next thread, which will want it; more
 * go back. */
static void leave_spans(struct bud_cache *cache)
{
    while (cache->owned != NULL && bud_central_enter()) {
        struct bud_span *const span = cache->owned;
        bud_cache_unlink(cache, span);
        if (bud_span_is_empty(span) && bud_abandoned_has(span->class)) {
            bud_span_destroy_locked(span);
        } else {
            bud_abandon_locked(span);
        }
        bud_central_leave();
    }
}

/* What the thread frees after this, in later destructors or in libc, it frees
 * as a thread without a cache; if it allocates, it gets a cache and this hook
 * again. */
static void end(void *value)
{
    struct bud_cache *const cache = value;

    bud_cache_enter(cache);
    bud_remote_drain(cache);
    leave_spans(cache);
    bud_remote_close(cache);
    bud_cache_mine = &bud_cache_none;
    if (bud_central_enter()) {
        set_life(cache, BUD_CACHE_UNUSED);
        cache->next_unused = unused_caches;
        unused_caches = cache;
        bud_central_leave();
    }
}

/* ---- fork ---- */

/* The child holds the central lock since before the fork. It enters for one
 * span at a time, so that a signal handler finds the tree whole or is turned
 * away. */
static void repair_unless_owned(struct bud_span *span)
{
    struct bud_cache *const owner =
        span == NULL ? NULL
                     : atomic_load_explicit(&span->owner, memory_order_relaxed);

    if (span == NULL || span->kind != BUD_SPAN_SMALL) {
        return;
    }
    if (owner == NULL && bud_central_enter()) {
        bud_remote_repair(span);
        bud_abandoned_settle_locked(span);
        bud_central_leave();
    } else if (owner == bud_cache_mine) {
        bud_remote_repair(span);
        bud_cache_regain(owner, span);
    }
}

static void repair_list(struct bud_span *span)
{
    while (span != NULL && span != BUD_QUEUE_CLOSED) {
        struct bud_span *const next = bud_span_cold(span)->remote_next;
        repair_unless_owned(span);
        span = next;
    }
}

/* The thread of this cache is not in the child. A span of somebody else that
 * it had in hand, or in its queue, would never be announced again. */
static void repair_lost(struct bud_cache *cache)
{
    repair_list(atomic_load_explicit(&cache->queue, memory_order_acquire));
    repair_list(atomic_load_explicit(&cache->purged, memory_order_relaxed));
    repair_unless_owned(
        atomic_load_explicit(&cache->busy, memory_order_acquire));
}

/* Its spans are adopted one by one by who frees into them. A child's child must
 * not follow these links again. */
static void bury(struct bud_cache *cache)
{
    atomic_store_explicit(&cache->set_aside, NULL, memory_order_relaxed);
    atomic_store_explicit(&cache->purged, NULL, memory_order_relaxed);
    atomic_store_explicit(&cache->busy, NULL, memory_order_relaxed);
    atomic_store_explicit(&cache->queue, BUD_QUEUE_CLOSED,
                          memory_order_release);
}

static void for_each_dead(void (*act)(struct bud_cache *))
{
    struct bud_cache *cache;

    for (cache = bud_thread_caches(); cache != NULL; cache = cache->next) {
        if (bud_cache_life(cache) == BUD_CACHE_DEAD) {
            act(cache);
        }
    }
}

/* All that is marked and repairable. For when a thread was lost that held a
 * queue: what it had set aside, or was just moving there, which is in no list
 * for a moment (bud_queue_set_aside). */
static void repair_marked(void)
{
    for (uint32_t i = 0; i < bud_region_count_locked(); i++) {
        const struct bud_region *const region = &bud_regions[i];
        for (uint32_t unit = 0; unit < region->committed_units; unit++) {
            struct bud_span *const span = &region->spans[unit];
            if (span->kind == BUD_SPAN_SMALL &&
                atomic_load_explicit(&span->remote_summary,
                                     memory_order_relaxed) != 0) {
                repair_unless_owned(span);
            }
        }
    }
}

static void repair_all(bool was_held)
{
    /* First our own queue, so that no span is both in it and repaired. */
    bud_remote_drain(bud_cache_mine);
    bud_remote_keeps_marks = false;
    for_each_dead(repair_lost);
    if (was_held) {
        repair_marked();
    }
}

/* Whether the thread was not at work under the central lock. */
static bool is_tree_whole(void)
{
    if (!bud_central_enter()) {
        return false;
    }
    bud_central_leave();
    return true;
}

/* Declines when a signal handler forked that interrupted its thread in the
 * tree, in its lists or with a span in hand. What is announced to nobody then
 * stays live, which is safe. */
static bool try_repair_all(bool was_held)
{
    if (bud_queue_has_in_hand() || !is_tree_whole() ||
        !bud_cache_enter(bud_cache_mine)) {
        return false;
    }
    repair_all(was_held);
    bud_cache_leave(bud_cache_mine);
    return true;
}

static void after_fork_in_child(void)
{
    struct bud_cache *cache;
    bool was_held = false;

    for (cache = bud_thread_caches(); cache != NULL; cache = cache->next) {
        if (cache != bud_cache_mine &&
            bud_cache_life(cache) == BUD_CACHE_ALIVE) {
            set_life(cache, BUD_CACHE_DEAD);
        }
        /* Who held the queue is gone, also that of a cache nobody uses. */
        was_held = !bud_queue_hold(cache) || was_held;
        bud_queue_let_go(cache);
    }
    bud_remote_keeps_marks =
        !try_repair_all(was_held || bud_remote_keeps_marks);
    for_each_dead(bury);
    bud_central_resume_after_fork();
}

/* ---- the beginning ---- */

/* At load, so that no thread can fork while another is inside and nobody
 * waits for it; or with the first cache, if that comes earlier; again with the
 * next, if libc has refused. Not before the cache, since libc's registration
 * allocates. */
__attribute__((constructor)) static void arm_fork_once(void)
{
    static atomic_flag is_armed = ATOMIC_FLAG_INIT;

    if (!atomic_flag_test_and_set_explicit(&is_armed, memory_order_relaxed) &&
        !bud_os_at_fork(bud_central_hold_for_fork,
                        bud_central_resume_after_fork, after_fork_in_child)) {
        atomic_flag_clear_explicit(&is_armed, memory_order_relaxed);
    }
}

void bud_thread_ensure_exit_hook(struct bud_cache *cache)
{
    if (!cache->has_exit_hook) {
        /* Before the call, which may allocate. */
        cache->has_exit_hook = true;
        cache->has_exit_hook = bud_os_set_thread_exit(end, cache);
    }
}

struct bud_cache *bud_thread_begin(void)
{
    if (!bud_central_enter()) {
        return NULL;
    }
    struct bud_cache *const cache = open_cache_locked();
    bud_central_leave();
    if (cache == NULL) {
        return NULL;
    }
    bud_cache_mine = cache;
    arm_fork_once();
    bud_thread_ensure_exit_hook(cache);
    return cache;
}
