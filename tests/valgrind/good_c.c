/*
 * A correct program: every function of the C interface that Valgrind knows,
 * which is all but pvalloc, threads that free each other's blocks, children,
 * and errors that it handles.
 */
#include <malloc.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BLOCKS = 200 };

static void *use(void *p, size_t size)
{
    if (p == NULL) {
        puts("no memory");
        exit(1);
    }
    memset(p, 1, size);
    return p;
}

static void *make_all(void *place)
{
    void **blocks = place;
    for (size_t i = 0; i < BLOCKS; i++) {
        const size_t size = i * i * 3 + 1;
        blocks[i] = use(malloc(size), size);
        blocks[i] = use(realloc(blocks[i], size * 2), size * 2);
        blocks[i] = use(realloc(blocks[i], size / 2 + 1), size / 2 + 1);
    }
    return NULL;
}

static void *free_all(void *place)
{
    void **blocks = place;
    for (size_t i = 0; i < BLOCKS; i++) {
        free(blocks[i]);
    }
    return NULL;
}

static void check_threads(void)
{
    static void *blocks[4][BLOCKS];
    void *(*const acts[])(void *) = {make_all, free_all};
    for (int act = 0; act < 2; act++) {
        pthread_t threads[4];
        for (int i = 0; i < 4; i++) {
            /* Another thread than the maker frees. */
            pthread_create(&threads[i], NULL, acts[act], blocks[(i + act) % 4]);
        }
        for (int i = 0; i < 4; i++) {
            pthread_join(threads[i], NULL);
        }
    }
}

static int check_functions(void)
{
    void *p = NULL;
    int good = 1;
    free(use(aligned_alloc(64, 640), 640));
    free(use(memalign(4096, 100), 100));
    free(use(valloc(100), 100));
    good &= posix_memalign(&p, 256, 1000) == 0;
    free(use(p, 1000));
    free(use(reallocarray(NULL, 10, 10), 100));
    free(malloc(0));
    free(NULL);
    const volatile char *zero = calloc(100, 100);
    for (int i = 0; i < 10000; i++) {
        good &= zero[i] == 0;
    }
    free((void *)zero);
    p = use(malloc(100), 100);
    good &= malloc_usable_size(p) >= 100;
    free(p);
    volatile size_t too_much = SIZE_MAX / 2;
    good &= malloc(too_much) == NULL;
    return good;
}

static int check_child(void)
{
    void *block = use(malloc(1000), 1000);
    int status = 1;
    if (fork() == 0) {
        free(block);
        free(use(malloc(2000), 2000));
        _exit(0);
    }
    wait(&status);
    free(block);
    return status == 0;
}

int main(void)
{
    const int good = check_functions();
    check_threads();
    return good && check_child() ? 0 : 1;
}
