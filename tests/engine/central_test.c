/* The central lock and those who come back to it while they hold it. */
#include "child.h"
#include "door.h"
#include "heap.h"
#include "holder.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "engine/abandon.h"
#include "engine/alloc.h"
#include "engine/central.h"
#include "engine/region.h"
#include "engine/thread.h"
#include "os/os.h"

/* ---- coming back to the lock that one holds ---- */

static void its_holder_is_turned_away(void)
{
    EXPECT(bud_central_enter());
    EXPECT(!bud_central_enter());
    EXPECT(!bud_central_enter());
    bud_central_leave();
    EXPECT(bud_central_enter());
    bud_central_leave();
}

static void its_holder_is_let_in_between_the_two_ends_of_a_fork(void)
{
    bud_central_hold_for_fork();
    EXPECT(bud_central_enter());
    bud_central_leave();
    EXPECT(bud_central_enter());
    bud_central_leave();
    bud_central_resume_after_fork();
    EXPECT(bud_central_enter());
    EXPECT(!bud_central_enter());
    bud_central_leave();
}

/* As a signal handler that interrupts a fork handler's work. */
static void who_is_at_work_there_is_turned_away(void)
{
    bud_central_hold_for_fork();
    EXPECT(bud_central_enter());
    EXPECT(!bud_central_enter());
    bud_central_leave();
    EXPECT(bud_central_enter());
    bud_central_leave();
    bud_central_resume_after_fork();
}

/* As a signal handler that forks and interrupts a fork handler. */
static void a_fork_between_the_two_ends_of_another_changes_nothing(void)
{
    bud_central_hold_for_fork();
    bud_central_hold_for_fork();
    EXPECT(bud_central_enter());
    bud_central_leave();
    bud_central_resume_after_fork();
    EXPECT(bud_central_enter());
    bud_central_hold_for_fork();
    EXPECT(!bud_central_enter());
    bud_central_resume_after_fork();
    bud_central_leave();
    bud_central_resume_after_fork();
    EXPECT(bud_central_enter());
    EXPECT(!bud_central_enter());
    bud_central_leave();
}

static _Atomic bool has_come_in;

static void *come_in(void *unused)
{
    EXPECT(bud_central_enter());
    has_come_in = true;
    bud_central_leave();
    return unused;
}

static void nobody_else_comes_in_between_the_two_ends_of_a_fork(void)
{
    pthread_t thread;

    bud_central_hold_for_fork();
    EXPECT(bud_central_enter());
    bud_central_leave();
    EXPECT(pthread_create(&thread, NULL, come_in, NULL) == 0);
    usleep(20000);
    EXPECT(!has_come_in);
    bud_central_resume_after_fork();
    pthread_join(thread, NULL);
    EXPECT(has_come_in);
}

/* As a signal handler that forks while its thread is inside. */
static void a_fork_by_the_holder_leaves_the_lock_with_it(void)
{
    EXPECT(bud_central_enter());
    bud_central_hold_for_fork();
    EXPECT(!bud_central_enter());
    bud_central_resume_after_fork();
    EXPECT(!bud_central_enter());
    bud_central_leave();
    EXPECT(bud_central_enter());
    bud_central_leave();
}

/* ---- signal handlers whose thread waits for the lock ---- */

/* Calls `handle` in a thread that is about to sleep until another leaves. */
static void in_the_midst_of_a_wait(void (*handle)(void))
{
    holder_begin();
    door_before_next(SYS_futex, handle);
    EXPECT(bud_central_enter());
    EXPECT(holder_has_visitor());
    EXPECT(!bud_central_enter());
    bud_central_leave();
    holder_end();
}

static void fork_in_handler(void)
{
    holder_note_visitor();
    bud_central_hold_for_fork();
    EXPECT(!holder_is_at_work());
    bud_central_resume_after_fork();
}

static void a_fork_by_who_waits_waits_as_well(void)
{
    in_the_midst_of_a_wait(fork_in_handler);
}

static void work_in_handler(void)
{
    holder_note_visitor();
    EXPECT(bud_central_enter());
    EXPECT(!holder_is_at_work());
    EXPECT(!bud_central_enter());
    bud_central_leave();
}

static void work_by_who_waits_waits_as_well(void)
{
    in_the_midst_of_a_wait(work_in_handler);
}

/* ---- the engine without the lock ---- */

/* What a signal handler meets whose thread is inside: no memory, and frees
 * that leave the block live. Nothing hangs, nothing breaks. */
static void work_inside_the_lock_declines(void)
{
    void *const small = bud_alloc(16);
    void *const large = bud_alloc(100000);
    struct bud_span *const span =
        &bud_regions[0]
             .spans[((uintptr_t)large - bud_regions[0].base) / BUD_UNIT_BYTES];
    struct bud_cache *const cache = bud_cache_mine;

    EXPECT(bud_central_enter());
    EXPECT(bud_alloc(100000) == NULL);
    EXPECT(bud_alloc(32768) == NULL);
    EXPECT(bud_resize(large, 10000000) == NULL);
    bud_free(large);
    EXPECT_EQUAL(span->kind, BUD_SPAN_LARGE);
    EXPECT(!bud_adopt(span, cache));
    EXPECT(bud_abandoned_free(span, 0));
    EXPECT(bud_abandoned_collect(span));
    EXPECT(!bud_adopt_any(5, cache));
    bud_cache_mine = &bud_cache_none;
    EXPECT(bud_thread_begin() == NULL);
    bud_cache_mine = cache;
    bud_central_leave();
    bud_free(small);
    bud_free(large);
    heap_expect_no_block();
}

static void a_full_span_that_empties_inside_the_lock_stays(void)
{
    enum { OBJECTS = 4096 };
    char *objects[3 * OBJECTS];

    for (int i = 0; i < 3 * OBJECTS; i++) {
        objects[i] = bud_alloc(16);
    }
    bud_free(objects[0]);
    EXPECT(bud_central_enter());
    for (int i = OBJECTS; i < 2 * OBJECTS; i++) {
        bud_free(objects[i]);
    }
    bud_central_leave();
    heap_expect_consistent();
    EXPECT_EQUAL(heap_live_bytes(), 16 * (2 * OBJECTS - 1));
}

/* ---- the mutex ---- */

static struct bud_lock lock;
static unsigned long guarded;

enum { THREADS = 4, ROUNDS = 50000 };

static void *count_under_lock(void *unused)
{
    for (int i = 0; i < ROUNDS; i++) {
        bud_lock_acquire(&lock);
        EXPECT(lock.holder != 0);
        guarded++;
        bud_lock_release(&lock);
    }
    return unused;
}

static void one_thread_at_a_time_holds_the_lock(void)
{
    pthread_t threads[THREADS];

    for (int i = 0; i < THREADS; i++) {
        EXPECT(pthread_create(&threads[i], NULL, count_under_lock, NULL) == 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    EXPECT_EQUAL(guarded, THREADS * ROUNDS);
    EXPECT_EQUAL(lock.holder, 0);
}

static _Atomic bool has_entered;

static void *enter(void *unused)
{
    bud_lock_acquire(&lock);
    has_entered = true;
    bud_lock_release(&lock);
    return unused;
}

static void who_waits_sleeps_until_the_holder_leaves(void)
{
    pthread_t thread;

    bud_lock_acquire(&lock);
    EXPECT(pthread_create(&thread, NULL, enter, NULL) == 0);
    while ((lock.holder & 1u) == 0) {
        usleep(100);
    }
    usleep(20000);
    EXPECT(!has_entered);
    bud_lock_release(&lock);
    pthread_join(thread, NULL);
    EXPECT(has_entered);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(its_holder_is_turned_away),
        TEST(its_holder_is_let_in_between_the_two_ends_of_a_fork),
        TEST(who_is_at_work_there_is_turned_away),
        TEST(a_fork_between_the_two_ends_of_another_changes_nothing),
        TEST(nobody_else_comes_in_between_the_two_ends_of_a_fork),
        TEST(a_fork_by_the_holder_leaves_the_lock_with_it),
        TEST(a_fork_by_who_waits_waits_as_well),
        TEST(work_by_who_waits_waits_as_well),
        TEST(work_inside_the_lock_declines),
        TEST(a_full_span_that_empties_inside_the_lock_stays),
        TEST(one_thread_at_a_time_holds_the_lock),
        TEST(who_waits_sleeps_until_the_holder_leaves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
