/*
 * Pointers into a live block, at each kind of distance from its start.
 */
#include "misuse.h"

static void inside(size_t size, ptrdiff_t offset)
{
    void *before = block_of(size);
    char *p = (char *)block_of(size);
    void *after = block_of(size);
    (void)opaque(before);
    (void)opaque(after);
    free(misused_at(p, offset));
}

static void by_16(void)
{
    inside(48, 16);
}

static void by_one(void)
{
    inside(48, 1);
}

static void by_8(void)
{
    inside(64, 8);
}

static void last_byte(void)
{
    inside(1000, 999);
}

static void of_pages(void)
{
    inside(20000, 4096);
}

static void of_pages_by_16(void)
{
    inside(28000, 16);
}

static void of_large(void)
{
    inside(1000000, 4096);
}

static void of_large_by_a_unit(void)
{
    inside(1000000, 65536);
}

static void of_large_by_16(void)
{
    inside(300000, 16);
}

static void end_of_large(void)
{
    inside(300000, 299999);
}

static void of_very_large(void)
{
    inside(100 * MIB, 50 * MIB);
}

static void *free_inside(void *p)
{
    free(misused_at(p, 16));
    return NULL;
}

static void in_another_thread(void)
{
    in_a_thread(free_inside, block_of(128));
}

static void of_an_aligned_block(void)
{
    char *p = (char *)memalign(8192, 9000);
    free(misused_at(p, 4096));
}

static const struct misuse cases[] = {
    {"48 bytes, by 16", by_16, INVALID_FREE, INTERIOR_DETAIL},
    {"48 bytes, by one", by_one, INVALID_FREE, INTERIOR_DETAIL},
    {"64 bytes, by 8", by_8, INVALID_FREE, INTERIOR_DETAIL},
    {"1000 bytes, the last", last_byte, INVALID_FREE, INTERIOR_DETAIL},
    {"several pages, by one", of_pages, INVALID_FREE, INTERIOR_DETAIL},
    {"several pages, by 16", of_pages_by_16, INVALID_FREE, INTERIOR_DETAIL},
    {"large, by a page", of_large, INVALID_FREE, INTERIOR_DETAIL},
    {"large, by 64 KiB", of_large_by_a_unit, INVALID_FREE, INTERIOR_DETAIL},
    {"large, by 16", of_large_by_16, INVALID_FREE, INTERIOR_DETAIL},
    {"large, the last byte", end_of_large, INVALID_FREE, INTERIOR_DETAIL},
    {"very large, the middle", of_very_large, INVALID_FREE, INTERIOR_DETAIL},
    {"in another thread", in_another_thread, INVALID_FREE, INTERIOR_DETAIL},
    {"aligned, by a page", of_an_aligned_block, INVALID_FREE, INTERIOR_DETAIL},
};

int main(void)
{
    return RUN_MISUSES(cases);
}
