/*
 * free leaves errno alone, for every kind of block and pointer; and a call
 * that succeeds does not have to, but must not fail because of its value.
 */
#include <pthread.h>

#include "trap.h"

static void *blocks[20000];

static void *free_all(void *unused)
{
    (void)unused;
    for (size_t i = 0; i < 20000; i++) {
        errno = 12345;
        free(blocks[i]);
        EXPECT(errno == 12345, "free of block %zu set errno to %d", i, errno);
    }
    errno = 12345;
    free(NULL);
    EXPECT(errno == 12345, "free of NULL set errno to %d", errno);
    return NULL;
}

static void make(size_t step)
{
    for (size_t i = 0; i < 20000; i++) {
        blocks[i] = malloc(i % 100 == 0 ? i * step : i % 300);
    }
}

int main(void)
{
    make(50);
    free_all(NULL);
    make(60);
    pthread_t thread;
    pthread_create(&thread, NULL, free_all, NULL);
    pthread_join(thread, NULL);
    return verdict();
}
