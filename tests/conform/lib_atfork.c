/*
 * flags: -Wl,-z,initfirst
 *
 * Registers fork handlers before every other library does, so that its
 * `prepare` runs after ours, when our locks are held, and its `parent` and
 * `child` run before ours; each of them allocates.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

int atfork_calls;
int atfork_failures;

void atfork_allocate(void)
{
    void *blocks[64];
    for (size_t i = 0; i < 64; i++) {
        const size_t size = ((size_t)1 << (i % 20)) + i;
        blocks[i] = malloc(size);
        if (blocks[i] == NULL) {
            atfork_failures++;
        } else {
            memset(blocks[i], (int)i, size);
        }
    }
    for (size_t i = 0; i < 64; i++) {
        free(blocks[i]);
    }
    atfork_calls++;
}

__attribute__((constructor)) static void start(void)
{
    pthread_atfork(atfork_allocate, atfork_allocate, atfork_allocate);
}
