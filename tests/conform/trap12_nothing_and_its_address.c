/*
 * realloc to no bytes frees and returns NULL, as the C library does; malloc,
 * calloc and realloc of no bytes give addresses of their own that can be
 * freed, and realloc of NULL is malloc.
 */
#include <malloc.h>

#include "trap.h"

static int by_address(const void *a, const void *b)
{
    const uintptr_t x = *(const uintptr_t *)a;
    const uintptr_t y = *(const uintptr_t *)b;
    return (x > y) - (x < y);
}

static void check_unique(void)
{
    enum { COUNT = 10000 };
    static void *blocks[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        switch (i % 4) {
        case 0:
            blocks[i] = malloc(opaque_size(0));
            break;
        case 1:
            blocks[i] = calloc(opaque_size(0), 7);
            break;
        case 2:
            blocks[i] = realloc(NULL, opaque_size(0));
            break;
        default:
            blocks[i] = memalign(64, opaque_size(0));
            break;
        }
        EXPECT(blocks[i] != NULL, "no bytes, kind %zu, give NULL", i % 4);
    }
    qsort(blocks, COUNT, sizeof *blocks, by_address);
    for (size_t i = 1; i < COUNT; i++) {
        EXPECT(blocks[i] != blocks[i - 1], "%p twice", blocks[i]);
    }
    for (size_t i = 0; i < COUNT; i++) {
        free(blocks[i]);
    }
}

static size_t in_use(void)
{
    const struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

static void check_realloc_frees(void)
{
    /* A hundred thousand blocks of a page: a leak would be seen. */
    for (size_t i = 0; i < 100000; i++) {
        char *p = (char *)malloc(4096);
        p[0] = 1;
        void *got = realloc(p, opaque_size(0));
        EXPECT(got == NULL, "realloc(p, 0) gave %p", got);
    }
    EXPECT(rss_bytes() < 200 * MIB, "realloc(p, 0) does not free: %zu MiB",
           rss_bytes() / MIB);
    const size_t before = in_use();
    EXPECT(realloc(malloc(10 * MIB), opaque_size(0)) == NULL, "large");
    EXPECT(in_use() < before + MIB, "a large block is not freed");
}

int main(void)
{
    check_unique();
    check_realloc_frees();
    char *p = (char *)realloc(NULL, 100);
    memset(p, 1, 100);
    free(p);
    free(NULL);
    return verdict();
}
