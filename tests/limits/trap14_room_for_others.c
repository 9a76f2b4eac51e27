/*
 * Under `ulimit -v` of 200 MB the allocator leaves address space to the rest
 * of the program: with 30 MB allocated, four threads with stacks of 8 MB can
 * still start and 60 MB be mapped.
 */
#include <pthread.h>

#include "trap.h"

static pthread_barrier_t gate;

static void *wait_at_the_gate(void *unused)
{
    pthread_barrier_wait(&gate);
    return unused;
}

static int work(void)
{
    static void *blocks[30000];
    pthread_attr_t usual_stack;
    pthread_t threads[4];
    for (int i = 0; i < 30000; i++) {
        blocks[i] = malloc(1000);
        REQUIRE(blocks[i] != NULL, "no memory");
        memset(blocks[i], 1, 1000);
    }
    pthread_barrier_init(&gate, NULL, 5);
    pthread_attr_init(&usual_stack);
    pthread_attr_setstacksize(&usual_stack, 8 * MIB);
    for (int i = 0; i < 4; i++) {
        REQUIRE(pthread_create(&threads[i], &usual_stack, wait_at_the_gate,
                               NULL) == 0,
                "thread %d does not fit beside %zu MiB", i,
                status_bytes("VmSize:") / MIB);
    }
    void *mapping = mmap(NULL, 60 * MIB, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    EXPECT(mapping != MAP_FAILED, "60 MiB do not fit beside %zu",
           status_bytes("VmSize:") / MIB);
    pthread_barrier_wait(&gate);
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
    }
    return verdict();
}

int main(int count, char **arguments)
{
    (void)arguments;
    if (count > 1) {
        return work();
    }
    expect_good_end_within(200 * MIB);
    return verdict();
}
