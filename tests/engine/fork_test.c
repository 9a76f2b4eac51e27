/* A forked child: its own heap is whole, and so is what its parent's other
 * threads left in it. */
#include "child.h"
#include "door.h"
#include "heap.h"
#include "holder.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/abandon.h"
#include "engine/alloc.h"
#include "engine/central.h"
#include "engine/queue.h"
#include "engine/region.h"
#include "engine/thread.h"

/* By a pointer: what a build that measures coverage puts in the place of a
 * call of fork makes the child forget what ran in it. */
static pid_t (*volatile const fork_itself)(void) = fork;

/* What the next fork interrupts. */
static void (*before_fork)(void);

/* Forks and runs `act` in the child, which must succeed. */
static void in_fork(void (*act)(void))
{
    int status = -1;

    if (before_fork != NULL) {
        before_fork();
        before_fork = NULL;
    }
    const pid_t child = fork_itself();

    if (child == 0) {
        alarm(30);
        act();
        exit(0);
    }
    EXPECT(waitpid(child, &status, 0) == child);
    EXPECT_EQUAL(status, 0);
}

static struct bud_span *span_of(const void *address)
{
    const struct bud_region *const region = bud_region_of((uintptr_t)address);

    return &region->spans[((uintptr_t)address - region->base) / BUD_UNIT_BYTES];
}

/* ---- a thread that lives on in the parent only ---- */

enum { COUNT = 8 };

static sem_t is_ready, may_end;
static void *theirs[COUNT];
static void *mine[COUNT];

static void *live_on(void *unused)
{
    (void)unused;
    for (int i = 0; i < COUNT; i++) {
        theirs[i] = bud_alloc(100);
    }
    for (int i = 1; i < COUNT; i++) {
        bud_free(mine[i]);
    }
    sem_post(&is_ready);
    sem_wait(&may_end);
    return NULL;
}

static pthread_t thread;

/* Two threads with blocks, each with frees by the other in its queue. */
static void begin(void)
{
    sem_init(&is_ready, 0, 0);
    sem_init(&may_end, 0, 0);
    for (int i = 0; i < COUNT; i++) {
        mine[i] = bud_alloc(100);
    }
    EXPECT(pthread_create(&thread, NULL, live_on, NULL) == 0);
    sem_wait(&is_ready);
    bud_free(theirs[1]);
    EXPECT(span_of(mine[0])->owner == bud_cache_mine);
    EXPECT(span_of(theirs[0])->owner != bud_cache_mine);
    EXPECT(bud_cache_mine->queue != NULL);
    EXPECT(span_of(theirs[0])->owner->queue != NULL);
}

static void finish(void)
{
    sem_post(&may_end);
    pthread_join(thread, NULL);
    heap_expect_consistent();
}

static void allocate_and_free(void)
{
    struct block small = block_new(100);
    struct block large = block_new(100000);

    heap_expect_consistent();
    block_free(&small);
    block_free(&large);
    heap_expect_consistent();
}

static void a_child_allocates_and_frees(void)
{
    bud_alloc(1);
    in_fork(allocate_and_free);
    in_fork(allocate_and_free);
}

static void drain_and_count(void)
{
    EXPECT(bud_cache_mine->queue == NULL);
    EXPECT_EQUAL(heap_free_objects(span_of(mine[0])),
                 span_of(mine[0])->objects - 1);
    heap_expect_consistent();
}

static void a_child_has_taken_in_what_others_freed(void)
{
    begin();
    in_fork(drain_and_count);
    finish();
}

static void free_theirs(void)
{
    struct bud_span *const span = span_of(theirs[0]);
    const struct bud_cache *const dead = span->owner;

    EXPECT_EQUAL(dead->life, BUD_CACHE_DEAD);
    EXPECT(dead->queue == BUD_QUEUE_CLOSED);
    bud_free(theirs[0]);
    EXPECT(span->owner == bud_cache_mine);
    heap_expect_consistent();
    EXPECT_EQUAL(heap_live_bytes(), (COUNT - 2) * 112 + 112);
    for (int i = 2; i < COUNT; i++) {
        bud_free(theirs[i]);
    }
    bud_free(mine[0]);
    heap_expect_no_block();
}

static void a_child_adopts_the_spans_of_lost_threads_as_it_frees(void)
{
    begin();
    in_fork(free_theirs);
    finish();
}

static void free_some_of_theirs(void *unused)
{
    (void)unused;
    bud_free(theirs[2]); /* without a cache: remotely, to a dead one */
}

static void free_theirs_in_a_thread(void)
{
    child_in_thread(free_some_of_theirs, NULL);
    EXPECT_EQUAL(heap_live_bytes(), (COUNT - 2) * 112 + 112);
    bud_free(theirs[0]);
    heap_expect_consistent();
    EXPECT_EQUAL(heap_live_bytes(), (COUNT - 3) * 112 + 112);
}

static void a_thread_of_the_child_frees_there_as_well(void)
{
    begin();
    in_fork(free_theirs_in_a_thread);
    finish();
}

static void double_free_theirs(void *unused)
{
    (void)unused;
    bud_free(theirs[1]);
}

static void expect_double_free(void)
{
    child_expect_abort(double_free_theirs, NULL, "double free of");
}

static void a_child_knows_what_was_freed_before_the_fork(void)
{
    begin();
    in_fork(expect_double_free);
    finish();
}

static void fork_again(void)
{
    in_fork(free_theirs);
}

static void a_child_of_a_child_is_no_worse(void)
{
    begin();
    in_fork(fork_again);
    finish();
}

/* ---- what a lost thread had in hand ---- */

static void count_one_live(void)
{
    EXPECT_EQUAL(bud_span_remote(span_of(mine[0]))->words[0], 0);
    EXPECT_EQUAL(heap_live_bytes(), (COUNT - 1) * 112 + 112);
    heap_expect_consistent();
    bud_alloc(100);
}

static void a_mark_that_was_not_announced_is_taken_in(void)
{
    begin();
    bud_remote_drain(bud_cache_mine);
    struct bud_span *const span = span_of(mine[0]);
    struct bud_cache *const other = span_of(theirs[0])->owner;

    /* The other thread has set the bit and the mark and got no further. */
    const uint32_t index = 3;
    void *const object = bud_span_start(span) + index * span->size_bytes;
    bud_slab_init(span->bits, span->objects);
    span->bits[0] &= ~((UINT64_C(1) << index) | 1u);
    bud_span_remote(span)->words[0] = UINT64_C(1) << index;
    span->remote_summary = 1;
    other->busy = span;
    EXPECT(object != NULL);
    in_fork(count_one_live);
    other->busy = NULL;
    bud_span_cold(span)->remote_next = NULL;
    bud_cache_mine->queue = span;
    bud_remote_drain(bud_cache_mine);
    finish();
}

static void leave_nothing(void *unused)
{
    (void)unused;
    bud_free(bud_alloc(64));
}

static void use_a_cache_and_leave_it(void)
{
    child_in_thread(leave_nothing, NULL);
    EXPECT(bud_cache_mine == &bud_cache_none);
}

static void a_queue_that_a_lost_thread_held_can_be_closed(void)
{
    child_in_thread(leave_nothing, NULL);
    struct bud_cache *const unused = bud_thread_caches();

    /* A thread that reclaims has come just after the owner's end. */
    EXPECT_EQUAL(unused->life, BUD_CACHE_UNUSED);
    EXPECT(bud_queue_hold(unused));
    in_fork(use_a_cache_and_leave_it);
    bud_queue_let_go(unused);
}

static void a_queue_that_a_lost_thread_was_moving_is_taken_in(void)
{
    begin();
    struct bud_cache *const cache = bud_cache_mine;
    struct bud_span *const queued = cache->queue;

    /* Another thread has taken what is in the queue and put it nowhere yet. */
    EXPECT(bud_queue_hold(cache));
    cache->queue = NULL;
    in_fork(drain_and_count);
    cache->queue = queued;
    bud_queue_let_go(cache);
    finish();
}

static struct bud_span *left;

static void leave(void *unused)
{
    (void)unused;
    left = span_of(bud_alloc(64));
}

static void expect_left_repaired(void)
{
    EXPECT_EQUAL(left->remote_summary, 0);
    EXPECT_EQUAL(bud_span_remote(left)->words[0], 0);
    heap_expect_consistent();
}

/* The only object of an abandoned span is on its way in another's queue. */
static void in_fork_with_left_queued(void (*act)(void))
{
    child_in_thread(leave, NULL);
    begin();
    struct bud_cache *const other = span_of(theirs[0])->owner;
    struct bud_span *const rest = other->queue;

    bud_span_remote(left)->words[0] = 1;
    left->remote_summary = 1;
    bud_span_cold(left)->remote_next = rest;
    other->queue = left;
    in_fork(act);
    other->queue = rest;
}

static void a_lost_queue_may_hold_spans_without_an_owner(void)
{
    in_fork_with_left_queued(expect_left_repaired);
    EXPECT(bud_abandoned_collect(left));
    finish();
}

/* ---- a signal handler forks; what it interrupted goes on in the child ---- */

/* In a child of a child, where links of lost queues mean nothing any more. */
static void fork_with_a_link_in_a_circle(void)
{
    bud_span_cold(left)->remote_next = left;
    in_fork(allocate_and_free);
}

static void expect_tree_untouched(void)
{
    EXPECT_EQUAL(left->kind, BUD_SPAN_SMALL);
    EXPECT_EQUAL(left->remote_summary, 1);
    bud_central_leave();
    heap_expect_consistent();
    fork_with_a_link_in_a_circle();
}

static void enter_the_lock(void)
{
    EXPECT(bud_central_enter());
}

static void a_fork_inside_the_lock_changes_nothing_under_it(void)
{
    before_fork = enter_the_lock;
    in_fork_with_left_queued(expect_tree_untouched);
    bud_central_leave();
    EXPECT(bud_abandoned_collect(left));
    finish();
}

static pid_t child_of_who_waits;

static void fork_and_return(void)
{
    holder_note_visitor();
    child_of_who_waits = fork_itself();
    if (child_of_who_waits == 0) {
        alarm(10);
    }
}

static void a_child_of_who_waits_for_the_lock_gets_it(void)
{
    int status = -1;

    holder_begin();
    door_before_next(SYS_futex, fork_and_return);
    allocate_and_free();
    EXPECT(holder_has_visitor());
    if (child_of_who_waits == 0) {
        exit(0);
    }
    EXPECT(waitpid(child_of_who_waits, &status, 0) == child_of_who_waits);
    EXPECT_EQUAL(status, 0);
    holder_end();
}

/* The other thread has passed a span on to us that it has adopted since. */
static void queue_theirs(void)
{
    struct bud_span *const span = span_of(theirs[0]);

    span->owner->queue = NULL;
    bud_span_cold(span)->remote_next = bud_cache_mine->queue;
    bud_cache_mine->queue = span;
}

static void adopt_theirs(void)
{
    bud_central_leave();
    bud_free(theirs[0]);
    EXPECT(span_of(theirs[0])->owner == bud_cache_mine);
}

static void expect_drained(uint64_t live)
{
    bud_remote_drain(bud_cache_mine);
    EXPECT(bud_cache_mine->queue == NULL);
    EXPECT_EQUAL(heap_live_bytes(), live * 112 + 112);
    heap_expect_consistent();
}

static void adopt_theirs_and_free_in_a_thread(void)
{
    adopt_theirs();
    child_in_thread(free_some_of_theirs, NULL);
    expect_drained(COUNT - 3);
}

static void adopt_theirs_and_free_all(void)
{
    adopt_theirs();
    for (int i = 2; i < COUNT; i++) {
        bud_free(theirs[i]);
    }
    EXPECT_EQUAL(span_of(theirs[0])->kind, BUD_SPAN_SMALL);
    expect_drained(0);
    EXPECT_EQUAL(span_of(theirs[0])->kind, BUD_SPAN_FREED);
}

static void in_fork_with_theirs_queued(void (*act)(void))
{
    begin();
    queue_theirs();
    before_fork = enter_the_lock;
    in_fork(act);
    bud_central_leave();
    bud_remote_drain(bud_cache_mine);
    finish();
}

static void an_adopted_span_that_is_queued_is_not_queued_twice(void)
{
    in_fork_with_theirs_queued(adopt_theirs_and_free_in_a_thread);
}

static void an_adopted_span_that_is_queued_is_not_given_back(void)
{
    in_fork_with_theirs_queued(adopt_theirs_and_free_all);
}

static void pick_a_span_up(void)
{
    bud_queue_pick_up(left);
}

static void expect_hand_untouched(void)
{
    EXPECT_EQUAL(left->remote_summary, 1);
    EXPECT(bud_cache_mine->busy == left);
    bud_queue_put_down();
    fork_with_a_link_in_a_circle();
}

static void a_fork_with_a_span_in_hand_repairs_nothing(void)
{
    before_fork = pick_a_span_up;
    in_fork_with_left_queued(expect_hand_untouched);
    bud_queue_put_down();
    EXPECT(bud_abandoned_collect(left));
    finish();
}

/* Another thread that forked now would find the interrupted span noted. */
static void expect_note(void)
{
    EXPECT(bud_cache_mine->busy == left);
    holder_note_visitor();
}

static void a_handler_that_frees_leaves_the_note_of_what_it_interrupted(void)
{
    child_in_thread(leave, NULL);
    begin();
    holder_begin();
    bud_queue_pick_up(left);
    door_before_next(SYS_futex, expect_note);
    bud_free(theirs[2]);
    EXPECT(holder_has_visitor());
    EXPECT(!bud_remote_drain(bud_cache_mine));
    EXPECT(bud_cache_mine->busy == left);
    bud_queue_put_down();
    EXPECT(bud_remote_drain(bud_cache_mine));
    EXPECT_EQUAL(heap_live_bytes(), (COUNT - 2) * 112 + 112 + 64);
    holder_end();
    finish();
}

static void enter_the_cache(void)
{
    EXPECT(bud_cache_enter(bud_cache_mine));
}

static void expect_lists_untouched(void)
{
    EXPECT(bud_cache_mine->queue != NULL);
    bud_cache_leave(bud_cache_mine);
    heap_expect_consistent();
    fork_with_a_link_in_a_circle();
}

static void a_fork_inside_the_cache_changes_none_of_its_lists(void)
{
    before_fork = enter_the_cache;
    in_fork_with_left_queued(expect_lists_untouched);
    bud_cache_leave(bud_cache_mine);
    EXPECT(bud_abandoned_collect(left));
    finish();
}

/* ---- before anybody has allocated ---- */

static void *stay_inside_for_a_while(void *unused)
{
    EXPECT(bud_central_enter());
    sem_post(&is_ready);
    usleep(100000);
    bud_central_leave();
    return unused;
}

static void the_first_fork_waits_for_who_is_inside(void)
{
    sem_init(&is_ready, 0, 0);
    EXPECT(pthread_create(&thread, NULL, stay_inside_for_a_while, NULL) == 0);
    sem_wait(&is_ready);
    EXPECT(bud_thread_caches() == NULL);
    in_fork(allocate_and_free);
    pthread_join(thread, NULL);
}

/* ---- fork handlers of the program ---- */

static void allocate_in_handler(void)
{
    void *const small = bud_alloc(10);
    void *const large = bud_alloc(1 << 20);

    EXPECT(small != NULL && large != NULL);
    bud_free(small);
    bud_free(large);
}

static unsigned times_inside;
static bool is_to_allocate_inside;

static void perhaps_allocate_inside(void)
{
    if (is_to_allocate_inside) {
        allocate_in_handler();
        times_inside++;
    }
}

/* Before ours, which come with the library: `before` runs after it, the rest
 * before. */
__attribute__((constructor(101))) static void register_handlers_first(void)
{
    EXPECT(pthread_atfork(perhaps_allocate_inside, perhaps_allocate_inside,
                          perhaps_allocate_inside) == 0);
}

static void handlers_that_run_inside_ours_allocate(void)
{
    is_to_allocate_inside = true;
    bud_alloc(1);
    in_fork(allocate_and_free);
    EXPECT_EQUAL(times_inside, 2);
    heap_expect_consistent();
}

static void handlers_that_run_outside_ours_allocate(void)
{
    bud_alloc(1);
    EXPECT(pthread_atfork(allocate_in_handler, allocate_in_handler,
                          allocate_in_handler) == 0);
    in_fork(allocate_and_free);
    heap_expect_consistent();
}

/* ---- while other threads are at work ---- */

static _Atomic bool is_over;

static void *churn(void *unused)
{
    void *blocks[64] = {NULL};

    for (unsigned i = 0; !is_over; i++) {
        bud_free(blocks[i % 64]);
        blocks[i % 64] = bud_alloc(i * 37 % 3000);
        bud_free(atomic_exchange((void *_Atomic *)&theirs[i % COUNT],
                                 bud_alloc(i % 500)));
    }
    for (int i = 0; i < 64; i++) {
        bud_free(blocks[i]);
    }
    return unused;
}

static void free_what_is_there(void)
{
    for (int i = 0; i < COUNT; i++) {
        bud_free(theirs[i]);
    }
    for (size_t bytes = 1; bytes < 40000; bytes += 97) {
        bud_free(bud_alloc(bytes));
    }
}

static void children_work_whenever_the_fork_comes(void)
{
    pthread_t threads[2];

    bud_alloc(1);
    for (int i = 0; i < 2; i++) {
        EXPECT(pthread_create(&threads[i], NULL, churn, NULL) == 0);
    }
    for (int i = 0; i < 60; i++) {
        in_fork(free_what_is_there);
    }
    is_over = true;
    for (int i = 0; i < 2; i++) {
        pthread_join(threads[i], NULL);
    }
    heap_expect_consistent();
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(a_child_allocates_and_frees),
        TEST(a_child_has_taken_in_what_others_freed),
        TEST(a_child_adopts_the_spans_of_lost_threads_as_it_frees),
        TEST(a_thread_of_the_child_frees_there_as_well),
        TEST(a_child_knows_what_was_freed_before_the_fork),
        TEST(a_child_of_a_child_is_no_worse),
        TEST(a_mark_that_was_not_announced_is_taken_in),
        TEST(a_queue_that_a_lost_thread_was_moving_is_taken_in),
        TEST(a_lost_queue_may_hold_spans_without_an_owner),
        TEST(a_fork_inside_the_lock_changes_nothing_under_it),
        TEST(a_child_of_who_waits_for_the_lock_gets_it),
        TEST(an_adopted_span_that_is_queued_is_not_queued_twice),
        TEST(an_adopted_span_that_is_queued_is_not_given_back),
        TEST(a_fork_with_a_span_in_hand_repairs_nothing),
        TEST(a_handler_that_frees_leaves_the_note_of_what_it_interrupted),
        TEST(a_fork_inside_the_cache_changes_none_of_its_lists),
        TEST(a_queue_that_a_lost_thread_held_can_be_closed),
        TEST(the_first_fork_waits_for_who_is_inside),
        TEST(handlers_that_run_inside_ours_allocate),
        TEST(handlers_that_run_outside_ours_allocate),
        TEST(children_work_whenever_the_fork_comes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
