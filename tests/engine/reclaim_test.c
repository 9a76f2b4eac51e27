/* Spans of an owner that sleeps, and what may come in the middle. */
#include "child.h"
#include "door.h"
#include "heap.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "engine/abandon.h"
#include "engine/alloc.h"
#include "engine/central.h"
#include "engine/purge.h"
#include "engine/queue.h"
#include "engine/region.h"
#include "engine/remote.h"
#include "engine/thread.h"
#include "os/os.h"

/* 8 MiB of the owner's: twice of what may be free and unnoticed. */
enum { BYTES = 512, COUNT = 16384 };

static char *objects[COUNT];

static struct bud_span *span_of(const void *address)
{
    const struct bud_region *const region = bud_region_of((uintptr_t)address);
    struct bud_span *const span =
        &region->spans[((uintptr_t)address - region->base) / BUD_UNIT_BYTES];

    return span - span->back;
}

/* The owner is the test's main thread, which sleeps in child_in_thread. */
static void allocate_all(void)
{
    for (int i = 0; i < COUNT; i++) {
        objects[i] = bud_alloc(BYTES);
        memset(objects[i], 1, BYTES);
    }
}

static void free_all(void *unused)
{
    (void)unused;
    bud_free(bud_alloc(16)); /* gets a cache */
    for (int i = 0; i < COUNT; i++) {
        bud_free(objects[i]);
    }
}

static void free_all_without_a_cache(void *unused)
{
    (void)unused;
    for (int i = 0; i < COUNT; i++) {
        bud_free(objects[i]);
    }
}

static void free_but_the_last_of_each_span(void *unused)
{
    (void)unused;
    bud_free(bud_alloc(16));
    for (int i = 0; i + 1 < COUNT; i++) {
        if (span_of(objects[i]) == span_of(objects[i + 1])) {
            bud_free(objects[i]);
        }
    }
}

static void the_memory_of_an_owner_that_sleeps_goes_back(void)
{
    allocate_all();
    child_in_thread(free_all, NULL);
    EXPECT(bud_purge_total_bytes() >= 3u << 20);
    EXPECT(bud_cache_mine->purged != NULL);
    EXPECT_EQUAL(heap_live_bytes(), 0);
    bud_remote_drain(bud_cache_mine);
    EXPECT(!bud_queue_has_news(bud_cache_mine));
    heap_expect_no_block();
    EXPECT(bud_region_used_units_locked() < 10);
}

static void who_has_no_cache_leaves_it_to_others(void)
{
    allocate_all();
    child_in_thread(free_all_without_a_cache, NULL);
    EXPECT_EQUAL(bud_purge_total_bytes(), 0);
    EXPECT_EQUAL(heap_live_bytes(), 0);
    bud_remote_drain(bud_cache_mine);
    heap_expect_no_block();
}

static void spans_with_a_live_object_keep_their_contents(void)
{
    allocate_all();
    child_in_thread(free_but_the_last_of_each_span, NULL);
    EXPECT_EQUAL(bud_purge_total_bytes(), 0);
    for (int i = 0; i + 1 < COUNT; i++) {
        if (span_of(objects[i]) != span_of(objects[i + 1])) {
            EXPECT(objects[i][0] == 1 && objects[i][BYTES - 1] == 1);
        }
    }
    bud_remote_drain(bud_cache_mine);
    heap_expect_consistent();
}

static void purged_spans_are_used_again(void)
{
    allocate_all();
    child_in_thread(free_all, NULL);
    allocate_all();
    heap_expect_consistent();
    EXPECT_EQUAL(heap_live_bytes(), (uint64_t)BYTES * COUNT);
}

static void what_the_kernel_refuses_to_take_is_announced_again(void)
{
    allocate_all();
    door_refuse_all_of(SYS_madvise, EPERM);
    child_in_thread(free_all, NULL);
    EXPECT_EQUAL(bud_purge_total_bytes(), 0);
    EXPECT(bud_cache_mine->queue != NULL);
    bud_remote_drain(bud_cache_mine);
    heap_expect_no_block();
}

/* ---- an owner that is awake ---- */

static void free_three_quarters(void *unused)
{
    (void)unused;
    bud_free(bud_alloc(16));
    for (int i = 0; i < COUNT * 3 / 4; i++) {
        bud_free(objects[i]);
    }
}

static void free_the_rest(void *unused)
{
    (void)unused;
    bud_free(bud_alloc(16));
    for (int i = COUNT * 3 / 4; i < COUNT; i++) {
        bud_free(objects[i]);
    }
}

static void an_owner_that_takes_in_what_is_freed_is_awake(void)
{
    allocate_all();
    EXPECT_EQUAL(bud_cache_mine->noticed_ms, 0);
    child_in_thread(free_the_rest, NULL);
    bud_remote_drain(bud_cache_mine);
    EXPECT(bud_cache_mine->noticed_ms > 0);
}

static void free_one_word(void *unused)
{
    (void)unused;
    for (int i = 0; i < 64; i++) {
        bud_free(objects[i]);
    }
}

static void an_owner_that_takes_in_little_may_be_asleep(void)
{
    allocate_all();
    child_in_thread(free_one_word, NULL);
    EXPECT(bud_cache_mine->unnoticed_bytes > 0);
    bud_remote_drain(bud_cache_mine);
    EXPECT_EQUAL(bud_cache_mine->noticed_ms, 0);
}

/* Six of eight MiB may stay: 64 units and a quarter of what is in use. */
static void the_memory_of_an_owner_that_is_awake_stays_within_reason(void)
{
    bud_purge_tick_ms = 1000000;
    allocate_all();
    bud_cache_mine->noticed_ms = bud_os_clock_ms();
    child_in_thread(free_three_quarters, NULL);
    EXPECT_EQUAL(bud_purge_total_bytes(), 0);
    child_in_thread(free_the_rest, NULL);
    EXPECT(bud_purge_total_bytes() > 0);
}

static void an_owner_that_has_been_awake_falls_asleep(void)
{
    bud_purge_tick_ms = 1;
    allocate_all();
    bud_cache_mine->noticed_ms = bud_os_clock_ms() - 1;
    child_in_thread(free_three_quarters, NULL);
    EXPECT(bud_purge_total_bytes() >= 3u << 20);
}

/* ---- in the middle, when the pages of a span are about to go ---- */

static struct bud_span *visited;

/* The span that this thread, not its owner, has in hand. */
static void find_visited(void)
{
    visited = bud_cache_mine->busy;
    EXPECT(visited != NULL && visited->owner != bud_cache_mine);
}

static struct bud_cache *owner_of_all;

/* The owner wakes up, and finds nothing to hand out. */
static void drain_for_owner(void)
{
    struct bud_cache *const mine = bud_cache_mine;

    find_visited();
    EXPECT(!bud_remote_drain(owner_of_all));
    EXPECT(!bud_span_is_empty(visited));
    bud_cache_mine = mine;
}

static void an_owner_that_wakes_up_meanwhile_takes_nothing(void)
{
    allocate_all();
    owner_of_all = bud_cache_mine;
    door_before_next(SYS_madvise, drain_for_owner);
    child_in_thread(free_all, NULL);
    EXPECT(visited != NULL);
    bud_remote_drain(bud_cache_mine);
    heap_expect_no_block();
}

static void free_in_visited(void)
{
    find_visited();
    bud_remote_free(visited, 0);
}

static void free_all_and_one_twice(void *unused)
{
    door_before_next(SYS_madvise, free_in_visited);
    child_in_thread(free_all, unused);
}

static void a_double_free_meanwhile_is_caught(void)
{
    allocate_all();
    child_expect_abort(free_all_and_one_twice, NULL,
                       "buddymalloc: double free of 0x");
}

static void abandon_visited(void)
{
    find_visited();
    struct bud_cache *const mine = bud_cache_mine;
    bud_cache_mine = owner_of_all;
    bud_cache_unlink(owner_of_all, visited);
    EXPECT(bud_central_enter());
    bud_abandon_locked(visited);
    bud_central_leave();
    bud_cache_mine = mine;
}

static void a_span_that_is_abandoned_meanwhile_is_not_lost(void)
{
    allocate_all();
    owner_of_all = bud_cache_mine;
    door_before_next(SYS_madvise, abandon_visited);
    child_in_thread(free_all, NULL);
    EXPECT(visited != NULL);
    bud_remote_drain(bud_cache_mine);
    heap_expect_no_block();
    EXPECT_EQUAL(visited->kind, BUD_SPAN_FREED);
}

/* ---- an owner that ends while its queue is held ---- */

static struct bud_cache *_Atomic ending;
static _Atomic bool is_held;

static void *end_with_the_queue_held(void *unused)
{
    bud_free(bud_alloc(16));
    ending = bud_cache_mine;
    while (!is_held) {
        usleep(100);
    }
    return unused;
}

static long cpu_us(pthread_t thread)
{
    clockid_t clock;
    struct timespec used;

    EXPECT(pthread_getcpuclockid(thread, &clock) == 0);
    EXPECT(clock_gettime(clock, &used) == 0);
    return (long)used.tv_sec * 1000000 + used.tv_nsec / 1000;
}

static void an_owner_that_ends_sleeps_until_the_visitor_is_done(void)
{
    pthread_t owner;

    EXPECT(pthread_create(&owner, NULL, end_with_the_queue_held, NULL) == 0);
    while (ending == NULL) {
        usleep(100);
    }
    EXPECT(bud_queue_hold(ending));
    is_held = true;
    while ((ending->held.holder & 1u) == 0) {
        usleep(1000); /* until it waits */
    }
    const long before_us = cpu_us(owner);
    usleep(50000);
    EXPECT(cpu_us(owner) - before_us < 10000);
    EXPECT_EQUAL(ending->life, BUD_CACHE_ALIVE);
    bud_queue_let_go(ending);
    EXPECT(pthread_join(owner, NULL) == 0);
    EXPECT_EQUAL(ending->life, BUD_CACHE_UNUSED);
    heap_expect_consistent();
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(the_memory_of_an_owner_that_sleeps_goes_back),
        TEST(who_has_no_cache_leaves_it_to_others),
        TEST(spans_with_a_live_object_keep_their_contents),
        TEST(purged_spans_are_used_again),
        TEST(what_the_kernel_refuses_to_take_is_announced_again),
        TEST(an_owner_that_takes_in_what_is_freed_is_awake),
        TEST(an_owner_that_takes_in_little_may_be_asleep),
        TEST(the_memory_of_an_owner_that_is_awake_stays_within_reason),
        TEST(an_owner_that_has_been_awake_falls_asleep),
        TEST(an_owner_that_wakes_up_meanwhile_takes_nothing),
        TEST(a_double_free_meanwhile_is_caught),
        TEST(a_span_that_is_abandoned_meanwhile_is_not_lost),
        TEST(an_owner_that_ends_sleeps_until_the_visitor_is_done),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
