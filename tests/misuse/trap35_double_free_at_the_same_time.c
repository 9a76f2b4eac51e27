/*
 * Two threads that free one block of a third at the very same time: one of
 * the two is refused, each time, so that no round of two hundred gets through.
 *
 * The owner that races another thread is left out: neither is sure to see the
 * other's store without a fence in every free.
 */
#include "misuse.h"

static void *volatile block;
static pthread_barrier_t gate;

static void *free_at_the_gate(void *unused)
{
    (void)unused;
    pthread_barrier_wait(&gate);
    free(block);
    return NULL;
}

static void race(size_t size)
{
    pthread_t threads[2];
    pthread_barrier_init(&gate, NULL, 2);
    void *keeper = block_of(size);
    block = misused(block_of(size));
    for (int i = 0; i < 2; i++) {
        pthread_create(&threads[i], NULL, free_at_the_gate, NULL);
    }
    for (int i = 0; i < 2; i++) {
        pthread_join(threads[i], NULL);
    }
    (void)opaque(keeper);
    /* The owner hears of remote frees at the latest when it uses the span. */
    for (int i = 0; i < 10000; i++) {
        (void)opaque(malloc(size));
    }
}

static void small(void)
{
    race(64);
}

static void large(void)
{
    race(100000);
}

static const struct misuse cases[] = {
    {"small", small, DOUBLE_FREE, ANY_DETAIL},
    {"large", large, DOUBLE_FREE, ANY_DETAIL},
};

int main(void)
{
    int worst = 0;
    for (int round = 0; round < 100 && worst == 0; round++) {
        worst = RUN_MISUSES(cases);
    }
    return worst;
}
