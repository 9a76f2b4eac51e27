/*
 * Sizes that no block can have, products that overflow and alignments that
 * reach beyond the address space: NULL with ENOMEM (EINVAL where the
 * alignment itself is wrong), and the heap works on.
 */
#include <malloc.h>

#include "trap.h"

static void check(const char *name, size_t a, size_t b, void *got)
{
    EXPECT(got == NULL, "%s(%#zx, %#zx) gave %p", name, a, b, got);
    EXPECT(errno == ENOMEM || errno == EINVAL,
           "%s(%#zx, %#zx) leaves errno at %d", name, a, b, errno);
    errno = 0;
}

static void check_sizes(void)
{
    const size_t sizes[] = {SIZE_MAX,          (size_t)PTRDIFF_MAX + 1,
                            (size_t)-4096,     (size_t)-4097,
                            (size_t)-65536,    (size_t)-15,
                            (size_t)-17,       (size_t)PTRDIFF_MAX,
                            (size_t)1 << 62,   (size_t)PTRDIFF_MAX - 4096,
                            (size_t)-65536 * 2};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const size_t size = opaque_size(sizes[i]);
        void *untouched = (void *)&untouched;
        check("malloc", size, 0, malloc(size));
        check("calloc", 1, size, calloc(1, size));
        check("calloc", size, 1, calloc(size, 1));
        check("valloc", size, 0, valloc(size));
        check("pvalloc", size, 0, pvalloc(size));
        for (size_t align = 8; align <= (size_t)1 << 40; align *= 16) {
            check("memalign", align, size, memalign(align, size));
            check("aligned_alloc", align, size, aligned_alloc(align, size));
            const int error = posix_memalign(&untouched, align, size);
            EXPECT(error == ENOMEM && untouched == (void *)&untouched,
                   "posix_memalign(%#zx, %#zx) returns %d", align, size, error);
        }
    }
}

static void check_products(void)
{
    const size_t pairs[][2] = {
        {SIZE_MAX, 2},
        {2, SIZE_MAX},
        {(size_t)1 << 32, (size_t)1 << 32},
        {((size_t)1 << 32) + 1, (size_t)1 << 32},
        {SIZE_MAX / 16 + 2, 16},
        {SIZE_MAX / 3 + 1, 3},
        {SIZE_MAX, SIZE_MAX},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        const size_t a = opaque_size(pairs[i][0]);
        const size_t b = opaque_size(pairs[i][1]);
        check("calloc", a, b, calloc(a, b));
        check("reallocarray", a, b, reallocarray(NULL, a, b));
    }
}

static void check_alignments(void)
{
    const size_t huge[] = {(size_t)1 << 63, (size_t)1 << 62, (size_t)1 << 48};
    for (size_t i = 0; i < sizeof huge / sizeof *huge; i++) {
        const size_t align = opaque_size(huge[i]);
        check("memalign", align, 100, memalign(align, 100));
        check("aligned_alloc", align, align, aligned_alloc(align, align));
    }
    /* Beyond the greatest power of two, memalign cannot round up. */
    const size_t beyond = opaque_size(((size_t)1 << 63) + 1);
    check("memalign", beyond, 100, memalign(beyond, 100));
}

int main(void)
{
    errno = 0;
    check_sizes();
    check_products();
    check_alignments();
    for (size_t i = 1; i < 1000000; i += i / 2 + 1) {
        void *p = malloc(i);
        EXPECT(p != NULL, "malloc(%zu) fails afterwards", i);
        free(p);
    }
    return verdict();
}
