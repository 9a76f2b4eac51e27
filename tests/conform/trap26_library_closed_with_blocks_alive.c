/*
 * dlclose of a library while threads still hold blocks that its code made,
 * and after threads of its own ended: the blocks stay valid and can be freed.
 */
#include <pthread.h>

#include "trap.h"

enum { THREADS = 4, BLOCKS = 200 };

static void *(*give)(size_t);
static pthread_barrier_t gate;

static void *hold(void *number)
{
    void *blocks[BLOCKS];
    for (size_t i = 0; i < BLOCKS; i++) {
        blocks[i] = give(i * 50 + 1);
        fill(blocks[i], i * 50 + 1, i);
    }
    pthread_barrier_wait(&gate);
    pthread_barrier_wait(&gate);
    for (size_t i = 0; i < BLOCKS; i++) {
        EXPECT(first_damage(blocks[i], i * 50 + 1, i) == i * 50 + 1,
               "block %zu", i);
        free(blocks[i]);
    }
    return number;
}

static void round_trip(const char *path)
{
    pthread_t threads[THREADS];
    void *library = dlopen(path, RTLD_NOW);
    REQUIRE(library != NULL, "%s", dlerror());
    give = (void *(*)(size_t))dlsym(library, "allocating_give");
    ((void (*)(void))dlsym(library, "allocating_start_threads"))();
    for (uintptr_t i = 0; i < THREADS; i++) {
        pthread_create(&threads[i], NULL, hold, (void *)i);
    }
    pthread_barrier_wait(&gate);
    ((void (*)(void))dlsym(library, "allocating_end_threads"))();
    EXPECT(dlclose(library) == 0, "%s", dlerror());
    pthread_barrier_wait(&gate);
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
}

int main(void)
{
    char path[4096];
    beside("allocating.so", path, sizeof path);
    pthread_barrier_init(&gate, NULL, THREADS + 1);
    for (int i = 0; i < 20; i++) {
        round_trip(path);
    }
    return verdict();
}
