/*
 * A library opened with RTLD_DEEPBIND uses the malloc of the C library for
 * itself: as long as it keeps its blocks to itself, both heaps work.
 */
#include "trap.h"

int main(void)
{
    char path[4096];
    beside("allocating.so", path, sizeof path);
    void *library = dlopen(path, RTLD_NOW | RTLD_DEEPBIND);
    REQUIRE(library != NULL, "%s", dlerror());
    void *(*give)(size_t) =
        (void *(*)(size_t))dlsym(library, "allocating_give");
    void (*take)(void *) = (void (*)(void *))dlsym(library, "allocating_take");
    void *theirs[100];
    void *ours[100];
    for (uintptr_t i = 0; i < 100; i++) {
        theirs[i] = give(i * 1000 + 1);
        ours[i] = malloc(i * 1000 + 1);
        fill(theirs[i], i * 1000 + 1, i);
        fill(ours[i], i * 1000 + 1, i + 1000);
    }
    for (uintptr_t i = 0; i < 100; i++) {
        const size_t size = i * 1000 + 1;
        EXPECT(first_damage(theirs[i], size, i) == size, "theirs damaged");
        EXPECT(first_damage(ours[i], size, i + 1000) == size, "ours damaged");
        take(theirs[i]);
        free(ours[i]);
    }
    dlclose(library);
    return verdict();
}
