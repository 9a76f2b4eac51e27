/*
 * A library that allocates in its constructor and frees in its destructor,
 * with functions that give out and take back blocks, and threads of its own
 * that keep blocks until they are told to end.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static void *kept[100];
static pthread_t threads[4];
static int ending;

__attribute__((constructor)) static void start(void)
{
    for (size_t i = 0; i < 100; i++) {
        kept[i] = malloc(i * 37 + 1);
        if (kept[i] == NULL) {
            abort();
        }
        memset(kept[i], 7, i * 37 + 1);
    }
}

__attribute__((destructor)) static void end(void)
{
    for (size_t i = 0; i < 100; i++) {
        free(kept[i]);
    }
}

void *allocating_give(size_t size)
{
    return malloc(size);
}

void allocating_take(void *p)
{
    free(p);
}

static void *keep_blocks(void *unused)
{
    void *blocks[50];
    (void)unused;
    for (size_t i = 0; i < 50; i++) {
        blocks[i] = malloc(i * 100 + 1);
    }
    while (!__atomic_load_n(&ending, __ATOMIC_ACQUIRE)) {
        free(blocks[7]);
        blocks[7] = malloc(701);
    }
    for (size_t i = 0; i < 50; i++) {
        free(blocks[i]);
    }
    return NULL;
}

void allocating_start_threads(void)
{
    for (int i = 0; i < 4; i++) {
        pthread_create(&threads[i], NULL, keep_blocks, NULL);
    }
}

void allocating_end_threads(void)
{
    __atomic_store_n(&ending, 1, __ATOMIC_RELEASE);
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
    }
}
