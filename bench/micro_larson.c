/* A thread replaces random blocks of its array, starts a successor, hands it
 * the array and ends: blocks outlive the thread that made them, over and over.
 * After Larson and Krishnan, "Memory Allocation for Long-Running Server
 * Applications" (ISMM 1998).
 * Usage: micro_larson [SCALE] */
#include "micro.h"

#include <pthread.h>
#include <semaphore.h>

#define CHAINS 2u
#define BLOCKS 1000u
#define GENERATIONS 40u

struct chain {
    void *blocks[BLOCKS];
    size_t sizes[BLOCKS];
    uint64_t random_state;
    uint64_t steps;
    unsigned generations_left;
};

static sem_t chain_ended;

static size_t larson_size(uint64_t *random_state)
{
    return MICRO_SMALLEST + (micro_random(random_state) >> 40) % 1000;
}

static void *serve(void *argument);

static void start(struct chain *chain)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, serve, chain) != 0) {
        micro_fail("no thread");
    }
    pthread_detach(thread);
}

static void *serve(void *argument)
{
    struct chain *chain = argument;
    for (uint64_t step = 0; step < chain->steps; step++) {
        const size_t i = micro_random(&chain->random_state) % BLOCKS;
        micro_release(chain->blocks[i], chain->sizes[i]);
        chain->sizes[i] = larson_size(&chain->random_state);
        chain->blocks[i] = micro_allocate(chain->sizes[i]);
    }
    if (--chain->generations_left > 0) {
        start(chain);
    } else {
        sem_post(&chain_ended);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    const double scale = micro_argument(argc, argv, 1, 1.0);
    static struct chain chains[CHAINS];

    sem_init(&chain_ended, 0, 0);
    for (unsigned c = 0; c < CHAINS; c++) {
        chains[c].random_state = 88172645463325252u + c;
        chains[c].steps = (uint64_t)(30e6 / GENERATIONS * scale);
        chains[c].generations_left = GENERATIONS;
        for (unsigned i = 0; i < BLOCKS; i++) {
            chains[c].sizes[i] = larson_size(&chains[c].random_state);
            chains[c].blocks[i] = micro_allocate(chains[c].sizes[i]);
        }
    }
    for (unsigned c = 0; c < CHAINS; c++) {
        start(&chains[c]);
    }
    for (unsigned c = 0; c < CHAINS; c++) {
        sem_wait(&chain_ended);
    }
    for (unsigned c = 0; c < CHAINS; c++) {
        for (unsigned i = 0; i < BLOCKS; i++) {
            micro_release(chains[c].blocks[i], chains[c].sizes[i]);
        }
    }
    return 0;
}
