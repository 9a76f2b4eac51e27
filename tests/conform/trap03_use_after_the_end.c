/*
 * Handlers left with atexit, destructors of the program, and the destructor
 * of a library that ends after ours free and allocate: all are served.
 */
#include <pthread.h>

#include "trap.h"

static void *left_for_handler;
static void *left_for_destructor;

static void handler(void)
{
    free(left_for_handler);
    left_for_handler = malloc(300000);
    memset(left_for_handler, 1, 300000);
}

__attribute__((destructor)) static void end(void)
{
    free(left_for_handler);
    free(left_for_destructor);
    free(malloc(70));
}

static void *sleep_for_ever(void *unused)
{
    void *p = malloc(100);
    (void)unused;
    for (;;) {
        free(p);
        p = malloc(100);
        sleep_ms(1);
    }
    return p;
}

static int run_to_the_end(void)
{
    void **blocks = (void **)dlsym(RTLD_DEFAULT, "late_blocks");
    REQUIRE(blocks != NULL, "no late.so");
    for (int i = 0; i < 1000; i++) {
        blocks[i] = malloc((size_t)i * 50 + 1);
        memset(blocks[i], i, (size_t)i * 50 + 1);
    }
    left_for_handler = malloc(80);
    left_for_destructor = malloc(500000);
    atexit(handler);
    pthread_t thread;
    pthread_create(&thread, NULL, sleep_for_ever, NULL);
    return 1;
}

int main(int count, char **arguments)
{
    (void)arguments;
    if (count > 1) {
        return run_to_the_end();
    }
    preload("late.so", 0);
    const pid_t child = fork();
    if (child == 0) {
        start_again("preloaded");
    }
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 42,
           "wait status %d; exit status 42 was due", status);
    return verdict();
}
