/*
 * 500 MB of small objects are made and freed, then the program does nothing:
 * no allocation, no free, no trim.  Two seconds later no more than a fifth of
 * it may be resident: made by the main thread, by a thread that sleeps, and
 * by a thread that has ended.
 */
#include <pthread.h>

#include "trap.h"

static const size_t spike = 500 * 1000 * 1000;
static int wait_here[2];

/* The blocks form a list, so that the test needs no memory itself. */
static size_t make_spike(void)
{
    struct dice dice = dice_of(7, 7);
    void **list = NULL;
    for (size_t had = 0; had < spike;) {
        const size_t size = roll_below(&dice, 496) + 16;
        void **block = (void **)malloc(size);
        REQUIRE(block != NULL, "no memory");
        memset(block, 1, size);
        *block = list;
        list = block;
        had += size;
    }
    const size_t peak = rss_bytes();
    while (list != NULL) {
        void **next = (void **)*list;
        free(list);
        list = next;
    }
    return peak;
}

static void check(const char *name, size_t peak)
{
    const size_t left = wait_for_rss(peak / 5, 2000);
    EXPECT(left <= peak / 5, "%s: %zu MiB at the peak, %zu MiB after 2 s", name,
           peak / MIB, left / MIB);
}

static void *spike_and_end(void *peak)
{
    *(size_t *)peak = make_spike();
    return NULL;
}

static void *spike_and_sleep(void *peak)
{
    char byte;
    const size_t made = make_spike();
    __atomic_store_n((size_t *)peak, made, __ATOMIC_RELEASE);
    return read(wait_here[0], &byte, 1) < 0 ? peak : NULL;
}

int main(void)
{
    pthread_t thread;
    size_t peak = 0;
    REQUIRE(pipe(wait_here) == 0, "no pipe");
    check("main thread", make_spike());
    pthread_create(&thread, NULL, spike_and_end, &peak);
    pthread_join(thread, NULL);
    check("a thread that ended", peak);
    peak = 0;
    pthread_create(&thread, NULL, spike_and_sleep, &peak);
    while (__atomic_load_n(&peak, __ATOMIC_ACQUIRE) == 0) {
        sleep_ms(5);
    }
    check("a thread that sleeps", peak);
    close(wait_here[1]);
    pthread_join(thread, NULL);
    return verdict();
}
