/*
 * Four threads that never allocate free what one thread makes, in batches of
 * 50,000 blocks of all sizes: memory is reused by the maker, batch by batch.
 */
#include <pthread.h>

#include "trap.h"

enum { FREERS = 4, BATCH = 50000, BATCHES = 60 };

static void *batch[BATCH];
static pthread_barrier_t gate;

static void *free_part(void *part)
{
    for (int b = 0; b < BATCHES; b++) {
        pthread_barrier_wait(&gate);
        for (size_t i = (size_t)(uintptr_t)part; i < BATCH; i += FREERS) {
            free(batch[i]);
        }
        pthread_barrier_wait(&gate);
    }
    return NULL;
}

int main(void)
{
    struct dice dice = dice_of(trap_seed(), 0);
    pthread_t threads[FREERS];
    pthread_barrier_init(&gate, NULL, FREERS + 1);
    for (uintptr_t i = 0; i < FREERS; i++) {
        pthread_create(&threads[i], NULL, free_part, (void *)i);
    }
    size_t first = 0;
    for (int b = 0; b < BATCHES; b++) {
        for (size_t i = 0; i < BATCH; i++) {
            const size_t size = roll_below(&dice, 1000) + 1;
            batch[i] = malloc(size);
            memset(batch[i], 1, size);
        }
        if (b == 4) {
            first = rss_bytes();
        }
        pthread_barrier_wait(&gate);
        pthread_barrier_wait(&gate);
    }
    for (int i = 0; i < FREERS; i++) {
        pthread_join(threads[i], NULL);
    }
    const size_t last = rss_bytes();
    EXPECT(last < first + first / 2, "%zu MiB in batch 5, %zu at the end",
           first / MIB, last / MIB);
    EXPECT(first < 120 * MIB, "25 MB a batch, %zu MiB resident", first / MIB);
    return verdict();
}
