/*
 * Threads with the smallest stack that the system allows use every path of
 * the allocator, the first use in the thread and its end among them.
 */
#include <malloc.h>
#include <pthread.h>

#include "trap.h"

enum { THREADS = 20 };

static void *left[THREADS][64];

static void *live(void *number)
{
    const size_t index = (size_t)(uintptr_t)number;
    for (size_t i = 0; i < 64; i++) {
        left[index][i] = malloc(((size_t)1 << (i % 22)) + i);
    }
    for (size_t i = 0; i < 64; i++) {
        left[index][i] = realloc(left[index][i], ((size_t)1 << (i % 21)) + 1);
    }
    if (index > 0) {
        for (size_t i = 0; i < 64; i++) {
            free(left[index - 1][i]);
        }
    }
    free(calloc(1, 500000));
    free(memalign(65536, 100000));
    malloc_trim(0);
    (void)malloc_usable_size(left[index][0]);
    return number;
}

static void run(void *unused)
{
    (void)unused;
    pthread_attr_t smallest;
    pthread_attr_init(&smallest);
    const size_t size = (size_t)sysconf(_SC_THREAD_STACK_MIN);
    REQUIRE(pthread_attr_setstacksize(&smallest, size) == 0, "no such stack");
    for (uintptr_t i = 0; i < THREADS; i++) {
        pthread_t thread;
        REQUIRE(pthread_create(&thread, &smallest, live, (void *)i) == 0,
                "no thread");
        pthread_join(thread, NULL);
    }
    for (size_t i = 0; i < 64; i++) {
        free(left[THREADS - 1][i]);
    }
}

int main(void)
{
    const struct outcome seen = observe(run, NULL, 30);
    EXPECT(ended_well(&seen), "wait status %d (11 is a stack overflow)",
           seen.status);
    return verdict();
}
