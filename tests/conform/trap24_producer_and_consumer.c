/*
 * One thread only allocates and another only frees, millions of blocks
 * through a short queue: memory stays bounded.
 */
#include <pthread.h>
#include <sched.h>

#include "trap.h"

enum { QUEUE = 1024, BLOCKS = 4000000 };

static void *queue[QUEUE];
static size_t taken;

static void *consume(void *unused)
{
    (void)unused;
    for (size_t i = 0; i < BLOCKS; i++) {
        void **place = &queue[i % QUEUE];
        void *block;
        while ((block = __atomic_exchange_n(place, NULL, __ATOMIC_ACQUIRE)) ==
               NULL) {
            sched_yield();
        }
        free(block);
        __atomic_store_n(&taken, i, __ATOMIC_RELEASE);
    }
    return NULL;
}

int main(void)
{
    struct dice dice = dice_of(trap_seed(), 0);
    pthread_t consumer;
    size_t most = 0;
    pthread_create(&consumer, NULL, consume, NULL);
    for (size_t i = 0; i < BLOCKS; i++) {
        const size_t size = i % 1000 == 0 ? 100000 : roll_below(&dice, 500) + 1;
        char *block = (char *)malloc(size);
        REQUIRE(block != NULL, "no memory");
        block[0] = block[size - 1] = 1;
        while (__atomic_load_n(&queue[i % QUEUE], __ATOMIC_ACQUIRE) != NULL) {
            sched_yield();
        }
        __atomic_store_n(&queue[i % QUEUE], block, __ATOMIC_RELEASE);
        if (i % 10000 == 0 && rss_bytes() > most) {
            most = rss_bytes();
        }
    }
    pthread_join(consumer, NULL);
    EXPECT(most < 64 * MIB, "less than 1 MiB is live, %zu MiB are resident",
           most / MIB);
    return verdict();
}
