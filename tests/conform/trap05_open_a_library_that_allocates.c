/*
 * dlopen and dlclose, many times, a library that allocates in its
 * constructor; its blocks can be freed by the program and the other way
 * round.
 */
#include "trap.h"

int main(void)
{
    char path[4096];
    beside("allocating.so", path, sizeof path);
    for (int i = 0; i < 100; i++) {
        void *library = dlopen(path, RTLD_NOW);
        REQUIRE(library != NULL, "%s", dlerror());
        void *(*give)(size_t) =
            (void *(*)(size_t))dlsym(library, "allocating_give");
        void (*take)(void *) =
            (void (*)(void *))dlsym(library, "allocating_take");
        char *block = (char *)give(1000);
        memset(block, 1, 1000);
        free(block);
        take(malloc(5000));
        EXPECT(dlclose(library) == 0, "%s", dlerror());
    }
    return verdict();
}
