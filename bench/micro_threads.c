/* A thread for every request: it builds a small tree of blocks, drops most of
 * it, leaves the answer to the main thread and ends. What counts is the price
 * of a thread's first allocation and what becomes of a dead thread's memory.
 * Usage: micro_threads [SCALE] */
#include "micro.h"

#include <pthread.h>

#define AT_ONCE 4u
#define BLOCKS 300u
#define ANSWER_BYTES 2000u

struct request {
    pthread_t thread;
    uint64_t random_state;
    void *answer;
};

static void *serve(void *argument)
{
    struct request *request = argument;
    void *blocks[BLOCKS];
    size_t sizes[BLOCKS];

    for (unsigned i = 0; i < BLOCKS; i++) {
        sizes[i] = micro_size(&request->random_state, 4, 11);
        blocks[i] = micro_allocate(sizes[i]);
    }
    request->answer = micro_allocate(ANSWER_BYTES);
    for (unsigned i = 0; i < BLOCKS; i++) {
        micro_release(blocks[i], sizes[i]);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    const double scale = micro_argument(argc, argv, 1, 1.0);
    const uint64_t batches = (uint64_t)(4000 * scale) + 1;
    struct request requests[AT_ONCE];

    for (uint64_t batch = 0; batch < batches; batch++) {
        for (unsigned i = 0; i < AT_ONCE; i++) {
            requests[i].random_state = 88172645463325252u + batch * AT_ONCE + i;
            if (pthread_create(&requests[i].thread, NULL, serve,
                               &requests[i]) != 0) {
                micro_fail("no thread");
            }
        }
        for (unsigned i = 0; i < AT_ONCE; i++) {
            pthread_join(requests[i].thread, NULL);
            micro_release(requests[i].answer, ANSWER_BYTES);
        }
    }
    return 0;
}
