/*
 * posix_memalign: EINVAL for an alignment that is no power of two or no
 * multiple of a pointer, ENOMEM without memory, the pointer untouched in
 * both, errno not used; every good alignment is met.
 */
#include "trap.h"

static int marker;

static void check_error(size_t alignment, size_t size, int expected)
{
    void *p = &marker;
    const int error = posix_memalign(&p, opaque_size(alignment), size);
    EXPECT(error == expected, "alignment %zu, size %zu: %d, not %d", alignment,
           size, error, expected);
    EXPECT(p == &marker, "alignment %zu, size %zu: the pointer is changed",
           alignment, size);
}

int main(void)
{
    const size_t bad[] = {
        0, 1, 2, 4, 3, 7, 9, 12, 24, 4097, SIZE_MAX, ((size_t)1 << 63) + 8, 48};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        check_error(bad[i], 100, EINVAL);
    }
    for (size_t alignment = 8; alignment != 0; alignment *= 2) {
        check_error(alignment, SIZE_MAX - 100, ENOMEM);
        check_error(alignment, PTRDIFF_MAX, ENOMEM);
    }
    check_error((size_t)1 << 60, 1, ENOMEM);
    for (size_t alignment = 8; alignment <= 4 * MIB; alignment *= 2) {
        for (size_t size = 0; size < 200000; size += size / 2 + 1) {
            void *p = NULL;
            void *q = NULL;
            EXPECT(posix_memalign(&p, alignment, size) == 0, "%zu", alignment);
            EXPECT(posix_memalign(&q, alignment, size) == 0, "%zu", alignment);
            EXPECT(p != NULL && p != q, "%zu bytes twice at %p", size, p);
            EXPECT((uintptr_t)p % alignment == 0 &&
                       (uintptr_t)q % alignment == 0,
                   "%p and %p are not aligned to %zu", p, q, alignment);
            memset(p, 1, size);
            memset(q, 2, size);
            free(p);
            free(q);
        }
    }
    return verdict();
}
