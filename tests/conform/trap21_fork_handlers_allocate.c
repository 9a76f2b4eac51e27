/*
 * Fork handlers that allocate, registered before ours and after, while other
 * threads churn: no deadlock, in whatever order they run.
 */
#include <pthread.h>

#include "trap.h"

enum { THREADS = 3, FORKS = 100 };

static int ending;
static void (*allocate)(void);

static void *churn(void *argument)
{
    struct dice dice = dice_of((uint64_t)(uintptr_t)argument, 0);
    void *blocks[100] = {0};
    while (!__atomic_load_n(&ending, __ATOMIC_RELAXED)) {
        void **place = &blocks[roll_below(&dice, 100)];
        free(*place);
        *place = malloc(roll_size(&dice, 200000));
    }
    for (int i = 0; i < 100; i++) {
        free(blocks[i]);
    }
    return NULL;
}

static void fork_often(void)
{
    for (int i = 0; i < FORKS; i++) {
        const pid_t child = fork();
        if (child == 0) {
            allocate();
            _exit(0);
        }
        REQUIRE(child_ends_well(child, 20), "child %d hangs or fails", i);
    }
}

static void run(void *unused)
{
    (void)unused;
    pthread_t threads[THREADS];
    pthread_atfork(allocate, allocate, allocate);
    for (uintptr_t i = 0; i < THREADS; i++) {
        pthread_create(&threads[i], NULL, churn, (void *)(i + 1));
    }
    fork_often();
    __atomic_store_n(&ending, 1, __ATOMIC_RELAXED);
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    const int *calls = (const int *)dlsym(RTLD_DEFAULT, "atfork_calls");
    const int *failures = (const int *)dlsym(RTLD_DEFAULT, "atfork_failures");
    EXPECT(*calls >= FORKS * 4, "%d calls of handlers", *calls);
    EXPECT(*failures == 0, "%d allocations fail in handlers", *failures);
}

int main(int count, char **arguments)
{
    (void)arguments;
    if (count == 1) {
        preload("atfork.so", 0);
        start_again("preloaded");
    }
    allocate = (void (*)(void))dlsym(RTLD_DEFAULT, "atfork_allocate");
    REQUIRE(allocate != NULL, "no atfork.so");
    const struct outcome seen = observe(run, NULL, 50);
    EXPECT(ended_well(&seen), "status %d%s", seen.status,
           seen.hung ? ", it hangs" : "");
    return verdict();
}
