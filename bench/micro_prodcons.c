/* One thread allocates, another frees: every free is remote, and no block
 * returns to its owner but through the allocator's own hand-over. Batches go
 * through a short queue whose ends sleep when they must wait, so that CPU time
 * is the allocator's and neither the queue's nor that of waiting.
 * Usage: micro_prodcons [SCALE] */
#include "micro.h"

#include <pthread.h>
#include <semaphore.h>

#define BATCH 500u
#define BATCHES 8u

static void *queue[BATCHES][BATCH];
static sem_t full_batches;
static sem_t free_batches;

static size_t size_of_message(uint64_t i)
{
    return 16 + (i % 32) * 16;
}

static void *consume(void *argument)
{
    const uint64_t batches = *(const uint64_t *)argument;
    for (uint64_t batch = 0; batch < batches; batch++) {
        sem_wait(&full_batches);
        for (unsigned i = 0; i < BATCH; i++) {
            micro_release(queue[batch % BATCHES][i], size_of_message(i));
        }
        sem_post(&free_batches);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    const double scale = micro_argument(argc, argv, 1, 1.0);
    uint64_t batches = (uint64_t)(64e3 * scale) + 1;
    pthread_t consumer;

    sem_init(&full_batches, 0, 0);
    sem_init(&free_batches, 0, BATCHES);
    if (pthread_create(&consumer, NULL, consume, &batches) != 0) {
        micro_fail("no thread");
    }
    for (uint64_t batch = 0; batch < batches; batch++) {
        sem_wait(&free_batches);
        for (unsigned i = 0; i < BATCH; i++) {
            queue[batch % BATCHES][i] = micro_allocate(size_of_message(i));
        }
        sem_post(&full_batches);
    }
    pthread_join(consumer, NULL);
    return 0;
}
