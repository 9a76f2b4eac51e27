/*
 * With BUDDYMALLOC=foreign:ignore, frees of pointers of other heaps do
 * nothing: no message, no abort, and the other heap still owns the block.
 * Misuse of our own blocks is refused all the same.
 */
#include "misuse.h"

static void *(*give)(size_t);
static void (*take)(void *);

static void ignore_foreign(void *unused)
{
    (void)unused;
    for (size_t size = 1; size < 20 * MIB; size *= 3) {
        char *theirs = (char *)give(size);
        theirs[0] = theirs[size - 1] = 1;
        free(opaque(theirs));
        theirs[0] = theirs[size - 1] = 2;
        take(theirs);
    }
    static char global[64] __attribute__((aligned(16)));
    char on_the_stack[64] __attribute__((aligned(16)));
    free(opaque(global));
    free(opaque(on_the_stack));
    char *ours = (char *)malloc(100);
    memset(ours, 1, 100);
    free(ours);
}

static void free_twice(void)
{
    void *p = misused(block_of(40));
    free(p);
    free(opaque(p));
}

static const struct misuse cases[] = {
    {"double free in spite of it", free_twice, DOUBLE_FREE, SMALL_DETAIL},
};

int main(int count, char **arguments)
{
    char path[4096];
    (void)arguments;
    if (library_under_test() == NULL) {
        SKIP("the C library is the only heap");
    }
    if (count == 1) {
        setenv("BUDDYMALLOC", "foreign:ignore", 1);
        start_again("with the option");
    }
    beside("foreign.so", path, sizeof path);
    void *library = dlopen(path, RTLD_NOW | RTLD_DEEPBIND);
    REQUIRE(library != NULL, "%s", dlerror());
    give = (void *(*)(size_t))dlsym(library, "foreign_give");
    take = (void (*)(void *))dlsym(library, "foreign_take");
    const struct outcome seen = observe(ignore_foreign, NULL, 20);
    EXPECT(ended_well(&seen), "wait status %d", seen.status);
    EXPECT(seen.words[0] == '\0', "it says \"%s\"", seen.words);
    return RUN_MISUSES(cases) == 0 ? verdict() : 1;
}
