/*
 * The same block freed twice in a row, of every kind of size, and by each of
 * the functions that free.
 */
#include "misuse.h"

static void twice(size_t size)
{
    void *p = misused(block_of(size));
    free(p);
    free(opaque(p));
}

static void smallest(void)
{
    twice(1);
}

static void small(void)
{
    twice(40);
}

static void medium(void)
{
    twice(1000);
}

static void of_several_pages(void)
{
    twice(20000);
}

static void large(void)
{
    twice(200000);
}

static void very_large(void)
{
    twice(40 * MIB);
}

static void no_bytes(void)
{
    void *p = misused(malloc(opaque_size(0)));
    free(p);
    free(opaque(p));
}

static void cleared(void)
{
    void *p = misused(calloc(10, 10));
    free(p);
    free(opaque(p));
}

static void aligned(void)
{
    void *p = misused(memalign(4096, 100));
    free(p);
    free(opaque(p));
}

static void aligned_large(void)
{
    void *p = misused(memalign(MIB, 300000));
    free(p);
    free(opaque(p));
}

static void realloc_to_nothing(void)
{
    void *p = misused(block_of(64));
    void *none = realloc(p, opaque_size(0));
    (void)opaque(none);
    free(opaque(p));
}

static void moved_by_realloc(void)
{
    void *p = misused(block_of(64));
    void *q = realloc(p, 100000);
    (void)opaque(q);
    free(opaque(p));
}

static const struct misuse cases[] = {
    {"one byte", smallest, DOUBLE_FREE, SMALL_DETAIL},
    {"40 bytes", small, DOUBLE_FREE, SMALL_DETAIL},
    {"1000 bytes", medium, DOUBLE_FREE, SMALL_DETAIL},
    {"several pages", of_several_pages, DOUBLE_FREE, SMALL_DETAIL},
    {"a large block", large, DOUBLE_FREE, LARGE_DETAIL},
    {"a very large block", very_large, DOUBLE_FREE, LARGE_DETAIL},
    {"no bytes", no_bytes, DOUBLE_FREE, SMALL_DETAIL},
    {"from calloc", cleared, DOUBLE_FREE, SMALL_DETAIL},
    {"from memalign", aligned, DOUBLE_FREE, ANY_DETAIL},
    {"large, from memalign", aligned_large, DOUBLE_FREE, LARGE_DETAIL},
    {"freed by realloc to nothing", realloc_to_nothing, DOUBLE_FREE,
     SMALL_DETAIL},
    {"moved by realloc", moved_by_realloc, DOUBLE_FREE, SMALL_DETAIL},
};

int main(void)
{
    return RUN_MISUSES(cases);
}
