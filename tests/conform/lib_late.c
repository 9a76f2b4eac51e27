/*
 * flags: -Wl,-z,initfirst
 *
 * A library that starts first and therefore ends last: its destructor runs
 * after that of the allocator, frees what the program left, allocates again,
 * and turns the exit status into 42 when all of it worked.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void *late_blocks[1000];

static int handlers_run;
static int good;

static void handler(void)
{
    char *p = malloc(1000);
    if (p != NULL) {
        memset(p, 1, 1000);
        handlers_run++;
    }
    free(p);
}

static void last_handler(void)
{
    _exit(good == 3000 && handlers_run == 100 ? 42 : 43);
}

__attribute__((constructor)) static void start(void)
{
    /* More handlers than the C library has room for without calloc. */
    atexit(last_handler);
    for (int i = 0; i < 100; i++) {
        atexit(handler);
    }
}

__attribute__((destructor)) static void end(void)
{
    for (int i = 0; i < 1000; i++) {
        const unsigned char *block = late_blocks[i];
        good += block != NULL && block[0] == (unsigned char)i;
        free(late_blocks[i]);
    }
    for (int i = 0; i < 1000; i++) {
        unsigned char *block = malloc((size_t)i * 100 + 1);
        good += block != NULL;
        if (block != NULL) {
            memset(block, i, (size_t)i * 100 + 1);
            block = realloc(block, (size_t)i * 200 + 1);
            good += block[0] == (unsigned char)i;
        }
        free(block);
    }
}
