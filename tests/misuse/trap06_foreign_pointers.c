/*
 * A library opened with RTLD_DEEPBIND gives the program blocks of another
 * heap.  Freed here they are named and refused; so are realloc, the usable
 * size and the sized frees of them.
 */
#include "misuse.h"

static void *(*give)(size_t);

static void free_small(void)
{
    free(misused(give(100)));
}

static void free_large(void)
{
    free(misused(give(10 * MIB)));
}

static void free_in_a_thread(void)
{
    in_a_thread(free_it, misused(give(1000)));
}

static void realloc_it(void)
{
    void *p = realloc(misused(give(100)), 200);
    (void)opaque(p);
}

static void ask_its_size(void)
{
    (void)opaque_size(malloc_usable_size(misused(give(100))));
}

static const struct misuse cases[] = {
    {"free of a small foreign block", free_small, INVALID_FREE, NOT_OURS},
    {"free of a large foreign block", free_large, INVALID_FREE, NOT_OURS},
    {"free in a thread", free_in_a_thread, INVALID_FREE, NOT_OURS},
    {"realloc of a foreign block", realloc_it, REALLOC_OF_INVALID, NOT_OURS},
    {"usable size of a foreign block", ask_its_size, USABLE_SIZE_OF_INVALID,
     NOT_OURS},
};

int main(void)
{
    char path[4096];
    if (library_under_test() == NULL) {
        SKIP("the C library is the only heap");
    }
    beside("foreign.so", path, sizeof path);
    void *library = dlopen(path, RTLD_NOW | RTLD_DEEPBIND);
    REQUIRE(library != NULL, "%s", dlerror());
    give = (void *(*)(size_t))dlsym(library, "foreign_give");
    return RUN_MISUSES(cases);
}
