/*
 * Destructors of thread-specific data that free and allocate, in every round
 * the system allows, hence after our own hook ran: served, and not leaked.
 */
#include <pthread.h>

#include "trap.h"

enum { KEYS = 40, THREADS = 2000 };

static pthread_key_t keys[KEYS];
static int destructors;

static void destroy(void *value)
{
    const size_t index = *(size_t *)value;
    __atomic_add_fetch(&destructors, 1, __ATOMIC_RELAXED);
    free(value);
    /* Asks for another round, until the system gives up. */
    size_t *again = (size_t *)malloc(1000 + index);
    if (__atomic_load_n(&destructors, __ATOMIC_RELAXED) % 5 != 0) {
        *again = index;
        pthread_setspecific(keys[index], again);
    } else {
        free(again);
    }
    void *large = malloc(100000);
    memset(large, 1, 100);
    free(large);
}

static void *live(void *unused)
{
    (void)unused;
    for (size_t i = 0; i < KEYS; i++) {
        size_t *value = (size_t *)malloc(sizeof *value + i * 10);
        *value = i;
        pthread_setspecific(keys[i], value);
    }
    return NULL;
}

static void run(int threads)
{
    for (int i = 0; i < threads; i++) {
        pthread_t thread;
        REQUIRE(pthread_create(&thread, NULL, live, NULL) == 0, "no thread");
        pthread_join(thread, NULL);
    }
}

int main(void)
{
    for (size_t i = 0; i < KEYS; i++) {
        REQUIRE(pthread_key_create(&keys[i], destroy) == 0, "no key");
    }
    run(THREADS / 10);
    const size_t early = rss_bytes();
    run(THREADS);
    const size_t late = rss_bytes();
    EXPECT(destructors > THREADS * KEYS, "%d destructors", destructors);
    /* What the last round sets is never freed, by the system's rules: some
     * kilobytes a thread; a leaked heap would be far more. */
    EXPECT(late < early + THREADS * 40 * KIB, "%zu KiB early, %zu late",
           early / KIB, late / KIB);
    return verdict();
}
