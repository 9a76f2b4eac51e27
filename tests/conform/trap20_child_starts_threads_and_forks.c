/*
 * A child of a process with busy threads starts threads of its own, which
 * churn; forks again, three deep; and all of them free what they inherited.
 */
#include <pthread.h>

#include "trap.h"

enum { THREADS = 4, INHERITED = 2000, DEEPEST = 3 };

static void *inherited[INHERITED];
static int ending;

static void *churn(void *argument)
{
    struct dice dice = dice_of((uint64_t)(uintptr_t)argument, 0);
    void *blocks[100] = {0};
    for (long i = 0; !__atomic_load_n(&ending, __ATOMIC_RELAXED); i++) {
        void **place = &blocks[roll_below(&dice, 100)];
        free(*place);
        *place = malloc(roll_size(&dice, 100000));
        REQUIRE(*place != NULL, "no memory");
    }
    for (int i = 0; i < 100; i++) {
        free(blocks[i]);
    }
    return NULL;
}

static void live(int depth)
{
    pthread_t threads[THREADS];
    __atomic_store_n(&ending, 0, __ATOMIC_RELAXED);
    for (uintptr_t i = 0; i < THREADS; i++) {
        REQUIRE(pthread_create(&threads[i], NULL, churn, (void *)(i + 1)) == 0,
                "no thread at depth %d", depth);
    }
    for (int i = 0; i < 20 && depth < DEEPEST; i++) {
        const pid_t child = fork();
        if (child == 0) {
            /* Only a few of the children go deeper. */
            live(i % 10 == 0 ? depth + 1 : DEEPEST);
            _exit(verdict());
        }
        REQUIRE(child_ends_well(child, 50), "a child at depth %d", depth + 1);
    }
    for (int i = depth; i < INHERITED; i += DEEPEST + 1) {
        EXPECT(first_damage(inherited[i], 100, (uint64_t)i) == 100, "%d", i);
        free(inherited[i]);
    }
    __atomic_store_n(&ending, 1, __ATOMIC_RELAXED);
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
}

int main(void)
{
    for (int i = 0; i < INHERITED; i++) {
        inherited[i] = malloc(i % 100 == 0 ? 100000 : 100);
        fill(inherited[i], 100, (uint64_t)i);
    }
    live(0);
    return verdict();
}
