/* Every scenario is run again and again, each time with another of its system
 * calls refused, until it makes fewer calls than that: once with that call
 * alone refused, once with it and all later ones. Whatever is refused, nothing
 * crashes, a request is served or fails with ENOMEM, what was there before
 * stays as it was, and afterwards all is well again. */
#include "child.h"
#include "door.h"
#include "heap.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/alloc.h"
#include "engine/options.h"
#include "engine/region.h"
#include "engine/stats.h"
#include "engine/trim.h"

static const size_t MIB = 1u << 20;

/* ---- the blocks of a run ---- */

enum { BLOCKS_MAX = 4096 };

static struct block blocks[BLOCKS_MAX];
static size_t block_count;

/* What a request may answer. */
static bool keep(void *address, size_t bytes)
{
    EXPECT(address != NULL || errno == ENOMEM);
    if (address == NULL) {
        return false;
    }
    EXPECT(block_count < BLOCKS_MAX);
    blocks[block_count++] = block_fill(address, bytes);
    return true;
}

static bool allocate(size_t bytes)
{
    errno = 0;
    return keep(bud_alloc(bytes), bytes);
}

static void resize(size_t index, size_t bytes)
{
    struct block *const block = &blocks[index];

    if (index >= block_count) {
        return;
    }
    errno = 0;
    void *const address = bud_resize(block->address, bytes);
    if (address == NULL) {
        EXPECT_EQUAL(errno, ENOMEM);
        block_expect(block, block->bytes);
        return;
    }
    block->address = address;
    block_expect(block, bytes < block->bytes ? bytes : block->bytes);
    *block = block_fill(address, bytes);
}

static void release(size_t index)
{
    if (index < block_count) {
        block_free(&blocks[index]);
        blocks[index] = blocks[--block_count];
    }
}

static void release_all(void)
{
    while (block_count > 0) {
        release(block_count - 1);
    }
}

/* ---- the scenarios ---- */

static void a_first_request(void)
{
    allocate(24);
}

static void many_spans(void)
{
    for (int i = 0; i < 1000; i++) {
        allocate((size_t)i % 7 * 4000 + 100);
    }
}

static void large_blocks(void)
{
    for (size_t bytes = 40000; bytes < 6 * MIB; bytes *= 3) {
        allocate(bytes);
        errno = 0;
        keep(bud_alloc_aligned(MIB, bytes), bytes);
        errno = 0;
        keep(bud_alloc_aligned(512, bytes / 8), bytes / 8);
    }
}

static void growing_blocks(void)
{
    allocate(2 * MIB);
    allocate(100000);
    allocate(1000);
    for (size_t bytes = MIB; bytes < 30 * MIB; bytes += 3 * MIB) {
        resize(0, bytes);
        resize(1, bytes / 8);
        resize(2, bytes / 100);
        allocate(50000); /* something in the way */
    }
    resize(0, 3 * MIB);
    resize(0, 300);
}

static bool is_zero(const unsigned char *start, size_t bytes)
{
    return start[0] == 0 && memcmp(start, start + 1, bytes - 1) == 0;
}

static void zeroed_blocks(void)
{
    static const size_t sizes[] = {100, 100000, MIB, 2 * MIB};

    for (int i = 0; i < 12; i++) {
        const size_t bytes = sizes[i % 4];
        errno = 0;
        unsigned char *const address = bud_alloc_zeroed(bytes);
        EXPECT(address == NULL || is_zero(address, bytes));
        if (address != NULL && i < 8) {
            memset(address, 1, bytes);
        }
        if (keep(address, bytes) && i < 8) {
            release(block_count - 1);
        }
    }
}

static void purging(void)
{
    for (size_t i = 0; i < 40; i++) {
        allocate(MIB);
    }
    for (int i = 0; i < 39; i++) {
        release(0);
    }
    allocate(30 * MIB);
    release(block_count - 1);
}

static void trimming(void)
{
    many_spans();
    release_all();
    allocate(10);
    bud_trim();
    allocate(MIB);
}

static void *live_and_leave(void *unused)
{
    for (int i = 0; i < 50; i++) {
        allocate((size_t)i * 300);
    }
    for (int i = 0; i < 20; i++) {
        release(0);
    }
    return unused;
}

static void threads_that_come_and_go(void)
{
    pthread_t thread;

    allocate(100);
    for (int i = 0; i < 3; i++) {
        EXPECT(pthread_create(&thread, NULL, live_and_leave, NULL) == 0);
        pthread_join(thread, NULL);
    }
}

static void several_regions(void)
{
    door_limit_address_space(1); /* of 16 units each */
    for (int i = 0; i < 12; i++) {
        allocate(400000);
        allocate(3000);
    }
    allocate(3 * MIB);
}

static void a_forked_child(void)
{
    int status = -1;

    live_and_leave(NULL);
    fflush(NULL);
    const pid_t child = fork();
    if (child == 0) {
        alarm(30);
        allocate(MIB);
        release_all();
        exit(0);
    }
    EXPECT(waitpid(child, &status, 0) == child);
    EXPECT_EQUAL(status, 0);
}

static void printed_words(void)
{
    const int saved = dup(2);

    allocate(100);
    dup2(open("/dev/null", O_WRONLY), 2);
    bud_stats_print(2);
    bud_options_apply("help,unknown");
    dup2(saved, 2);
}

/* ---- a run ---- */

struct run {
    void (*scenario)(void);
    uint64_t first, last;
    int error;
};

enum { ENDED_WITHOUT_REFUSAL = 77 };

static void expect_recovery(void)
{
    for (size_t i = 0; i < block_count; i++) {
        block_expect(&blocks[i], blocks[i].bytes);
    }
    heap_expect_consistent();
    EXPECT(allocate(24));
    EXPECT(allocate(20000));
    EXPECT(allocate(MIB));
    release_all();
    heap_expect_no_block();
}

static void run_once(void *argument)
{
    const struct run *const run = argument;

    door_refuse(run->first, run->last, run->error);
    run->scenario();
    const bool is_over = door_count() < run->first;
    door_open();
    expect_recovery();
    if (is_over) {
        exit(ENDED_WITHOUT_REFUSAL);
    }
}

static void sweep(void (*scenario)(void), bool persistent, int error)
{
    struct run run = {.scenario = scenario, .error = error};
    int status = 0;

    while (status == 0) {
        run.first++;
        run.last = persistent ? UINT64_MAX : run.first;
        const struct outcome seen = child_observe(run_once, &run);
        status = seen.status;
        if (status != 0 && (!WIFEXITED(status) ||
                            WEXITSTATUS(status) != ENDED_WITHOUT_REFUSAL)) {
            fprintf(stderr, "call %llu%s refused with %d: status %#x\n%s",
                    (unsigned long long)run.first,
                    persistent ? " and all later ones" : "", error,
                    (unsigned)status, seen.words);
            EXPECT(false);
        }
    }
    EXPECT(run.first > 1);
}

static void sweep_all(void (*scenario)(void))
{
    sweep(scenario, false, ENOMEM);
    sweep(scenario, false, EPERM);
    sweep(scenario, true, ENOMEM);
}

#define SWEEP(scenario)                                                        \
    static void scenario##_with_any_call_refused(void)                         \
    {                                                                          \
        sweep_all(scenario);                                                   \
    }

SWEEP(a_first_request)
SWEEP(many_spans)
SWEEP(large_blocks)
SWEEP(growing_blocks)
SWEEP(zeroed_blocks)
SWEEP(purging)
SWEEP(trimming)
SWEEP(threads_that_come_and_go)
SWEEP(several_regions)
SWEEP(a_forked_child)
SWEEP(printed_words)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(a_first_request_with_any_call_refused),
        TEST(many_spans_with_any_call_refused),
        TEST(large_blocks_with_any_call_refused),
        TEST(growing_blocks_with_any_call_refused),
        TEST(zeroed_blocks_with_any_call_refused),
        TEST(purging_with_any_call_refused),
        TEST(trimming_with_any_call_refused),
        TEST(threads_that_come_and_go_with_any_call_refused),
        TEST(several_regions_with_any_call_refused),
        TEST(a_forked_child_with_any_call_refused),
        TEST(printed_words_with_any_call_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
