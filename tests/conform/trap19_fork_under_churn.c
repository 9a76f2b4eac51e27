/*
 * Four threads churn and hand blocks to each other while the process forks
 * 200 times: every child allocates and frees at once, also what it inherited,
 * and ends in either way; and a fork stays a matter of milliseconds.
 */
#include <pthread.h>

#include "trap.h"

enum { THREADS = 4, FORKS = 200, SHARED = 1024 };

static void *shared[SHARED];
static int ending;

static void *churn(void *seed)
{
    struct dice dice = dice_of((uint64_t)(uintptr_t)seed, 1);
    while (!__atomic_load_n(&ending, __ATOMIC_RELAXED)) {
        void **place = &shared[roll_below(&dice, SHARED)];
        const size_t size = roll_size(&dice, 200000);
        char *block = (char *)malloc(size);
        block[0] = block[size - 1] = 1;
        free(__atomic_exchange_n(place, block, __ATOMIC_ACQ_REL));
    }
    return NULL;
}

static void live_as_child(struct dice dice)
{
    void *blocks[200];
    for (size_t i = 0; i < 200; i++) {
        const size_t size = roll_size(&dice, 400000);
        blocks[i] = malloc(size);
        REQUIRE(blocks[i] != NULL, "no memory in a child");
        memset(blocks[i], 1, size < 5000 ? size : 5000);
    }
    for (size_t i = 0; i < SHARED; i++) {
        /* Nobody else is left to take it at the same time. */
        free(shared[i]);
    }
    for (size_t i = 0; i < 200; i++) {
        blocks[i] = realloc(blocks[i], roll_size(&dice, 400000));
        free(blocks[i]);
    }
}

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a;
    const double y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(void)
{
    static double times[FORKS];
    const uint64_t seed = trap_seed();
    pthread_t threads[THREADS];
    for (uintptr_t i = 0; i < THREADS; i++) {
        pthread_create(&threads[i], NULL, churn, (void *)(seed + i));
    }
    for (size_t i = 0; i < FORKS; i++) {
        const double before = seconds_now();
        const pid_t child = fork();
        times[i] = seconds_now() - before;
        REQUIRE(child >= 0, "no fork");
        if (child == 0) {
            live_as_child(dice_of(seed, i + 100));
            if (i % 2 == 0) {
                exit(0);
            }
            _exit(0);
        }
        REQUIRE(child_ends_well(child, 20), "child %zu hangs or fails", i);
    }
    __atomic_store_n(&ending, 1, __ATOMIC_RELAXED);
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    qsort(times, FORKS, sizeof *times, by_value);
    EXPECT(times[FORKS / 2] < 0.2, "the median fork takes %.0f ms",
           times[FORKS / 2] * 1e3);
    return verdict();
}
