/*
 * flags: -Wl,-z,initfirst
 *
 * A library whose constructor runs before that of every other one, and that
 * allocates in each way a constructor may: directly, through dlsym and its
 * error text, through stdio, and in a handler left for the end of the
 * process.  What it did is counted in early_steps.
 */
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int early_steps;
void *early_block;
void *early_blocks[64];

static void count_if(int done)
{
    early_steps += done ? 1 : 0;
}

static void at_exit(void)
{
    free(early_blocks[0]);
    void *p = malloc(100);
    if (p != NULL) {
        memset(p, 1, 100);
    }
    free(p);
}

static void *allocate_in_a_thread(void *unused)
{
    (void)unused;
    char *p = malloc(1000);
    if (p != NULL) {
        memset(p, 2, 1000);
    }
    free(p);
    return p;
}

__attribute__((constructor)) static void start(void)
{
    early_block = calloc(3, 100);
    count_if(early_block != NULL);
    count_if(dlsym(RTLD_NEXT, "there_is_no_such_symbol") == NULL &&
             dlerror() != NULL);
    for (int i = 0; i < 64; i++) {
        early_blocks[i] = malloc((size_t)1 << (i % 20));
        count_if(early_blocks[i] != NULL);
    }
    early_block = realloc(early_block, 100000);
    count_if(early_block != NULL);
    FILE *file = fopen("/proc/self/stat", "r");
    char line[100];
    count_if(file != NULL && fgets(line, sizeof line, file) != NULL);
    if (file != NULL) {
        fclose(file);
    }
    pthread_t thread;
    void *got = NULL;
    count_if(pthread_create(&thread, NULL, allocate_in_a_thread, NULL) == 0 &&
             pthread_join(thread, &got) == 0 && got != NULL);
    count_if(atexit(at_exit) == 0);
}
