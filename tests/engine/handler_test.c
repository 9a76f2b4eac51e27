/* What a signal handler may do that interrupted its thread inside the engine:
 * the tests put a thread inside by hand, or send signals at any moment. A
 * handler that asks for a small block while its thread takes one of the same
 * class may get the same: that is not promised, and not tested. */
#include "child.h"
#include "heap.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/alloc.h"
#include "engine/queue.h"
#include "engine/region.h"
#include "engine/remote.h"
#include "engine/trim.h"

enum { OBJECTS_OF_16 = 4096 };

static struct bud_span *span_of(const void *address)
{
    const struct bud_region *const region = bud_region_of((uintptr_t)address);

    return &region->spans[((uintptr_t)address - region->base) / BUD_UNIT_BYTES];
}

static char *full_span(void)
{
    char *const first = bud_alloc(16);

    for (uint32_t i = 1; i < OBJECTS_OF_16; i++) {
        EXPECT(bud_alloc(16) == first + 16 * i);
    }
    return first;
}

static void inside_a_cache_small_requests_come_from_the_tree(void)
{
    full_span();
    EXPECT(bud_cache_enter(bud_cache_mine));
    EXPECT(!bud_cache_enter(bud_cache_mine));
    struct block block = block_new(16);
    struct block other = block_new(20000);
    EXPECT_EQUAL(span_of(block.address)->kind, BUD_SPAN_LARGE);
    EXPECT(bud_alloc(0) != NULL);
    block_free(&block);
    block_free(&other);
    bud_cache_leave(bud_cache_mine);
    block = block_new(16);
    EXPECT_EQUAL(span_of(block.address)->kind, BUD_SPAN_SMALL);
    heap_expect_consistent();
}

static void a_free_that_opens_a_span_is_told_by_the_queue(void)
{
    char *const first = full_span();

    full_span(); /* now the first is not the current one */
    EXPECT(bud_cache_enter(bud_cache_mine));
    bud_free(first + 16 * 70);
    EXPECT_EQUAL(span_of(first)->is_available, 0);
    EXPECT(bud_queue_has_news(bud_cache_mine));
    bud_cache_leave(bud_cache_mine);
    EXPECT(bud_alloc(16) == first + 16 * 70);
    heap_expect_consistent();
}

static void a_free_beside_free_objects_inside_leaves_them_free(void)
{
    char *const last = full_span() + 16 * (OBJECTS_OF_16 - 1);

    /* The last word is the current one: it has a free object, the summary,
     * which was read to its end, has none. */
    bud_free(last);
    span_of(last)->summary = 0;
    EXPECT(bud_cache_enter(bud_cache_mine));
    bud_free(last - 16);
    bud_cache_leave(bud_cache_mine);
    EXPECT_EQUAL(heap_free_objects(span_of(last)), 1);
    EXPECT(bud_alloc(16) == last);
    EXPECT(bud_alloc(16) == last - 16);
    heap_expect_consistent();
}

static void an_empty_span_is_not_given_back_inside(void)
{
    char *const first = full_span();
    char *const second = full_span();

    full_span();
    bud_free(first);
    bud_free(second);
    EXPECT(bud_cache_enter(bud_cache_mine));
    for (uint32_t i = 1; i < OBJECTS_OF_16; i++) {
        bud_free(first + 16 * i);
    }
    EXPECT_EQUAL(span_of(first)->kind, BUD_SPAN_SMALL);
    bud_cache_leave(bud_cache_mine);
    heap_expect_consistent();
    bud_trim();
    EXPECT_EQUAL(span_of(first)->kind, BUD_SPAN_FREED);
    heap_expect_consistent();
}

static void leave(void *slot)
{
    *(void **)slot = bud_alloc(100);
}

static void an_abandoned_span_is_not_adopted_inside(void)
{
    void *left;

    child_in_thread(leave, &left);
    bud_alloc(16);
    EXPECT(bud_cache_enter(bud_cache_mine));
    bud_free(left);
    bud_trim();
    bud_cache_leave(bud_cache_mine);
    EXPECT(span_of(left)->owner != bud_cache_mine);
    EXPECT_EQUAL(heap_live_bytes(), 16);
    heap_expect_consistent();
}

static void a_fork_inside_a_cache_leaves_a_child_that_works(void)
{
    int status = -1;

    full_span();
    EXPECT(bud_cache_enter(bud_cache_mine));
    const pid_t child = fork();
    if (child == 0) {
        alarm(30);
        bud_cache_leave(bud_cache_mine);
        struct block block = block_new(16);
        block_free(&block);
        heap_expect_consistent();
        exit(0);
    }
    EXPECT(waitpid(child, &status, 0) == child);
    EXPECT_EQUAL(status, 0);
}

/* ---- signals at any moment ---- */

static _Atomic bool is_over;
static _Atomic unsigned handled;
static void *_Atomic handed[64];

static void allocate_and_free(int number)
{
    static const size_t sizes[] = {100000, 300000, 2000000};

    (void)number;
    const int saved = errno;
    const unsigned n = ++handled;
    void *const block = bud_alloc(sizes[n % 3]);
    if (block != NULL) {
        *(char *)block = 1;
        bud_free(atomic_exchange(&handed[n % 64], block));
    }
    errno = saved;
}

static void *send_signals(void *target)
{
    while (!is_over) {
        pthread_kill(*(pthread_t *)target, SIGUSR1);
        usleep(20);
    }
    return NULL;
}

static void handlers_that_ask_for_large_blocks_break_nothing(void)
{
    static struct block blocks[3000];
    pthread_t self = pthread_self();
    pthread_t sender;

    signal(SIGUSR1, allocate_and_free);
    EXPECT(pthread_create(&sender, NULL, send_signals, &self) == 0);
    for (int round = 0; round < 40 || handled < 200; round++) {
        for (int i = 0; i < 3000; i++) {
            blocks[i] = block_new((size_t)(i * 37 % 2000));
        }
        for (int i = 0; i < 3000; i++) {
            block_free(&blocks[i]);
        }
    }
    is_over = true;
    pthread_join(sender, NULL);
    signal(SIGUSR1, SIG_IGN);
    for (int i = 0; i < 64; i++) {
        bud_free(handed[i]);
    }
    bud_remote_drain(bud_cache_mine);
    heap_expect_consistent();
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(inside_a_cache_small_requests_come_from_the_tree),
        TEST(a_free_that_opens_a_span_is_told_by_the_queue),
        TEST(a_free_beside_free_objects_inside_leaves_them_free),
        TEST(an_empty_span_is_not_given_back_inside),
        TEST(an_abandoned_span_is_not_adopted_inside),
        TEST(a_fork_inside_a_cache_leaves_a_child_that_works),
        TEST(handlers_that_ask_for_large_blocks_break_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
