/*
 * calloc gives zero bytes whatever its memory was before: fresh, freed dirty
 * and reused at once, reused after the pages may have gone back to the
 * system, grown in place, or used by another thread.
 */
#include <pthread.h>

#include "trap.h"

enum { BLOCKS = 300 };

static size_t size_of(size_t i)
{
    return i % 50 == 49 ? i * 20000 : i % 10 == 9 ? i * 300 : i * 7 + 1;
}

static void *dirty(void *unused)
{
    void *blocks[BLOCKS];
    (void)unused;
    for (size_t i = 0; i < BLOCKS; i++) {
        blocks[i] = malloc(size_of(i) / 2 + 1);
        blocks[i] = realloc(blocks[i], size_of(i) + 5000);
        memset(blocks[i], 0xff, size_of(i) + 5000);
    }
    for (size_t i = 0; i < BLOCKS; i++) {
        free(blocks[i]);
    }
    return NULL;
}

static void *check(void *when)
{
    void *blocks[BLOCKS];
    for (size_t i = 0; i < BLOCKS; i++) {
        const size_t size = size_of(i);
        blocks[i] = calloc(1, size);
        const size_t bad = first_not_zero(blocks[i], size);
        EXPECT(bad == size, "%s: byte %zu of %zu is not zero",
               (const char *)when, bad, size);
        memset(blocks[i], 0xee, size);
    }
    for (size_t i = 0; i < BLOCKS; i++) {
        free(blocks[i]);
    }
    return NULL;
}

static void in_a_thread(void *(*act)(void *), const char *when)
{
    pthread_t thread;
    pthread_create(&thread, NULL, act, (void *)when);
    pthread_join(thread, NULL);
}

int main(void)
{
    check((void *)"fresh");
    for (int round = 0; round < 50; round++) {
        dirty(NULL);
        check((void *)"reused at once");
        in_a_thread(dirty, NULL);
        in_a_thread(check, "reused by a thread");
    }
    dirty(NULL);
    sleep_ms(1500);
    check((void *)"reused after a pause");
    check((void *)"and again");
    return verdict();
}
