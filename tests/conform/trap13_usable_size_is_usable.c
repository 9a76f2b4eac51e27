/*
 * flags: -O2 -D_FORTIFY_SOURCE=3 -fbuiltin
 *
 * A program that writes up to malloc_usable_size, as several do, under
 * _FORTIFY_SOURCE=3: at least what was asked for, the same at each call,
 * writable to its last byte, kept by realloc to that size.
 */
#include <malloc.h>

#include "trap.h"

static void check(size_t size)
{
    char *p = (char *)opaque(malloc(size));
    char *neighbour = (char *)opaque(malloc(size));
    const size_t usable = malloc_usable_size(p);
    const size_t beside_it = malloc_usable_size(neighbour);
    EXPECT(usable >= size, "%zu bytes asked, %zu usable", size, usable);
    memset(neighbour, 0x33, beside_it);
    memset(p, 0x77, usable);
    EXPECT(beside_it == 0 ||
               (neighbour[0] == 0x33 && neighbour[beside_it - 1] == 0x33),
           "blocks of %zu bytes overlap", size);
    EXPECT(malloc_usable_size(p) == usable, "it changes between two calls");
    char *q = (char *)opaque(realloc(p, usable));
    EXPECT(usable == 0 || q[usable - 1] == 0x77, "realloc to it loses a byte");
    EXPECT(malloc_usable_size(q) >= usable, "realloc to it shrinks");
    free(q);
    free(neighbour);
}

static void check_aligned(size_t size)
{
    for (size_t alignment = 32; alignment <= 65536; alignment *= 4) {
        char *p = (char *)opaque(memalign(alignment, size));
        const size_t usable = malloc_usable_size(p);
        EXPECT(usable >= size, "memalign(%zu, %zu): %zu usable", alignment,
               size, usable);
        memset(p, 1, usable);
        free(p);
    }
}

int main(void)
{
    EXPECT(malloc_usable_size(NULL) == 0, "NULL has usable bytes");
    for (size_t size = 1; size < 2000000; size += size / 16 + 1) {
        check(size);
        check_aligned(size);
    }
    return verdict();
}
