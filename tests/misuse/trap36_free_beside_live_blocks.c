/*
 * Pointers into our own range beside what is live: to objects of a span that
 * were never handed out, to the rest behind its last object, before the first
 * and just past the last block, and far away in the reserved range.
 */
#include "misuse.h"

static char *lowest;
static char *highest;

/* One block of a size, and the addresses between which all blocks lie. */
static char *mark(size_t size)
{
    char *p = (char *)block_of(size);
    lowest = lowest == NULL || p < lowest ? p : lowest;
    highest = p + size > highest ? p + size : highest;
    return p;
}

static void mark_many(void)
{
    for (size_t size = 1; size < 2 * MIB; size += size / 8 + 1) {
        mark(size);
    }
}

static void never_given_object(void)
{
    /* Of a fresh size only two or three objects can be in use. */
    char *p = mark(1536);
    free(misused_at(p, 1536 * 20));
}

static void just_past_the_last(void)
{
    mark_many();
    /* Past the pages of the last block, still in its neighbourhood. */
    const uintptr_t end = ((uintptr_t)highest + 65535) & ~(uintptr_t)65535;
    free(misused((void *)end));
}

static void just_before_the_first(void)
{
    mark_many();
    free(misused_at(lowest, -65536));
}

static void far_past_the_last(void)
{
    mark_many();
    free(misused_at(highest, (ptrdiff_t)(64 * MIB)));
}

static void every_16_bytes_behind_a_block(void)
{
    /* Of 4096 addresses behind one block at most one starts a live block;
     * the first that is refused ends the child. */
    char *p = mark(3000);
    for (ptrdiff_t offset = 16; offset < 65536; offset += 16) {
        free(misused_at(p, offset));
    }
}

static const struct misuse cases[] = {
    {"an object never given out", never_given_object, EITHER_FREE, ANY_DETAIL},
    {"just past the last block", just_past_the_last, INVALID_FREE, ANY_DETAIL},
    {"just before the first", just_before_the_first, INVALID_FREE, ANY_DETAIL},
    {"far past the last block", far_past_the_last, INVALID_FREE, ANY_DETAIL},
    {"every 16 bytes behind a block", every_16_bytes_behind_a_block,
     INVALID_FREE, ANY_DETAIL},
};

int main(void)
{
    return RUN_MISUSES(cases);
}
