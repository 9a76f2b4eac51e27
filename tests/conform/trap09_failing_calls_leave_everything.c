/*
 * flags: -Wno-use-after-free
 *
 * A call that cannot be served returns NULL with ENOMEM, and the block it
 * was to replace keeps its place and contents.
 */
#include <malloc.h>

#include "trap.h"

static void check(const char *name, void *got)
{
    EXPECT(got == NULL, "%s gave %p", name, got);
    EXPECT(errno == ENOMEM, "%s leaves errno at %d", name, errno);
    errno = 0;
}

static void check_blocks(const size_t *sizes, void **blocks, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        EXPECT(first_damage(blocks[i], sizes[i], i) == sizes[i],
               "the block of %zu bytes is damaged", sizes[i]);
    }
}

int main(void)
{
    const size_t sizes[] = {1, 24, 100, 1000, 5000, 40000, 100000, 5000000};
    enum { COUNT = sizeof sizes / sizeof *sizes };
    const size_t too_much[] = {SIZE_MAX, SIZE_MAX / 2, SIZE_MAX / 2 + 1,
                               SIZE_MAX - 4096, (size_t)1 << 60};
    void *blocks[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        blocks[i] = malloc(sizes[i]);
        fill(blocks[i], sizes[i], i);
    }
    errno = 0;
    for (size_t t = 0; t < sizeof too_much / sizeof *too_much; t++) {
        const size_t size = opaque_size(too_much[t]);
        check("malloc", malloc(size));
        check("calloc", calloc(1, size));
        check("calloc of many", calloc(size, 2));
        check("realloc of nothing", realloc(NULL, size));
        check("memalign", memalign(64, size));
        check("aligned_alloc", aligned_alloc(4096, size));
        check("valloc", valloc(size));
        check("pvalloc", pvalloc(size));
        for (size_t i = 0; i < COUNT; i++) {
            check("realloc", realloc(blocks[i], size));
            check("reallocarray", reallocarray(blocks[i], size, 2));
            check("reallocarray of one", reallocarray(blocks[i], 1, size));
        }
        check_blocks(sizes, blocks, COUNT);
    }
    for (size_t i = 0; i < COUNT; i++) {
        EXPECT(malloc_usable_size(blocks[i]) >= sizes[i], "block %zu", i);
        free(blocks[i]);
    }
    return verdict();
}
