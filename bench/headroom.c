/* How large a heap must be for a load, worst case, by buddy_headroom.
 *
 *     headroom LIVE LARGEST [SMALLEST]
 *
 * In bytes, or with K, M, G after the number: the most that is in use at any
 * time, the largest block, the smallest block (4K), a power of two. LIVE counts
 * blocks, not requests: each rounded up to a power of two and at least
 * SMALLEST. Where requests ask for an alignment, it must divide the start of
 * the heap and be at most their size. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "buddy.h"

static void refuse(const char *name, const char *text, const char *why)
{
    fprintf(stderr, "headroom: %s is %s: %s\n", name, text, why);
    exit(2);
}

static size_t bytes_of(const char *name, const char *text)
{
    char *end;
    unsigned shift = 0;

    errno = 0;
    const uintmax_t number = strtoumax(text, &end, 10);
    const int is_too_large = errno == ERANGE;
    switch (*end) {
    case 'G':
        shift += 10;
        /* fall through */
    case 'M':
        shift += 10;
        /* fall through */
    case 'K':
        shift += 10;
        end++;
    }
    /* strtoumax takes a sign, and makes -1 a large number. */
    if (*text < '0' || *text > '9' || *end != '\0') {
        refuse(name, text, "not a size; give digits, then K, M, G or nothing");
    }
    if (is_too_large || number > SIZE_MAX >> shift) {
        refuse(name, text, "more bytes than there are addresses; give fewer");
    }
    return (size_t)number << shift;
}

/* The block of a request; half of all addresses when there is none so large. */
static size_t block_of(size_t request, size_t smallest)
{
    size_t block = smallest;
    while (block < request && block <= SIZE_MAX / 2) {
        block *= 2;
    }
    return block;
}

int main(int argc, char **argv)
{
    if (argc != 3 && argc != 4) {
        fprintf(stderr, "usage: headroom LIVE LARGEST [SMALLEST], in bytes or "
                        "with K, M, G, as headroom 100M 1M 4K\n");
        return 2;
    }
    const char *smallest_text = argc == 4 ? argv[3] : "4K";
    const size_t live = bytes_of("LIVE", argv[1]);
    const size_t largest = bytes_of("LARGEST", argv[2]);
    const size_t smallest = bytes_of("SMALLEST", smallest_text);
    if (live == 0) {
        refuse("LIVE", argv[1],
               "nothing is in use; give the most there is at any time");
    }
    if (largest == 0) {
        refuse("LARGEST", argv[2], "no block; give the size of the largest");
    }
    if (smallest == 0 || (smallest & (smallest - 1)) != 0) {
        refuse("SMALLEST", smallest_text,
               "not a power of two; give one, as 4K");
    }
    if (live < largest || live < block_of(largest, smallest)) {
        refuse("LIVE", argv[1],
               "less than the block of LARGEST; count each block "
               "rounded up to a power of two, and at least SMALLEST");
    }
    unsigned order = 0;
    while ((size_t)1 << order < smallest) {
        order++;
    }
    const size_t needed = buddy_headroom(live, largest, order);
    if (needed == 0) {
        fprintf(stderr,
                "headroom: no heap is that large: it has at most %" PRIu32
                " blocks of SMALLEST, here %s, and fewer than 2^%zu bytes; "
                "give a smaller LIVE or LARGEST, or another SMALLEST\n",
                BUDDY_MAX_BLOCKS, smallest_text, 8 * sizeof(size_t));
        return 1;
    }
    printf("%zu bytes (%.2f times what is in use)\n", needed,
           (double)needed / (double)live);
    return 0;
}
