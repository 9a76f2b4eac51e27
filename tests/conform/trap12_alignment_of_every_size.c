/*
 * Every block of at least 16 bytes is aligned to 16, a smaller one to the
 * greatest power of two in it; from malloc, calloc and realloc alike.
 */
#include "trap.h"

static size_t due(size_t size)
{
    size_t alignment = 1;
    while (alignment < 16 && alignment * 2 <= size) {
        alignment *= 2;
    }
    return alignment;
}

static void check(const char *name, void *p, size_t size)
{
    EXPECT((uintptr_t)p % due(size) == 0, "%s(%zu) gave %p", name, size, p);
}

int main(void)
{
    enum { LIVE = 64 };
    static void *blocks[LIVE];
    for (size_t size = 1; size < 300000; size += size < 5000 ? 1 : 997) {
        void **place = &blocks[size % LIVE];
        free(*place);
        *place = malloc(size);
        check("malloc", *place, size);
        void *p = calloc(1, size);
        check("calloc", p, size);
        p = realloc(p, size + 17);
        check("realloc", p, size + 17);
        free(p);
    }
    for (size_t i = 0; i < LIVE; i++) {
        free(blocks[i]);
    }
    return verdict();
}
