/* How large a heap must be for a load, worst case, by buddy_headroom.
 *
 *     headroom LIVE LARGEST [SMALLEST]
 *
 * In bytes, or with K, M, G after the number: the most that is in use at any
 * time, the largest block, the smallest block (4K), a power of two. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "buddy.h"

static size_t bytes_of(const char *text)
{
    char *end;
    size_t bytes = strtoull(text, &end, 0);

    switch (*end) {
    case 'G':
        bytes <<= 10;
        /* fall through */
    case 'M':
        bytes <<= 10;
        /* fall through */
    case 'K':
        bytes <<= 10;
        end++;
    }
    if (end == text || *end != '\0') {
        fprintf(stderr, "headroom: not a size: %s\n", text);
        exit(2);
    }
    return bytes;
}

int main(int argc, char **argv)
{
    if (argc != 3 && argc != 4) {
        fprintf(stderr, "usage: headroom LIVE LARGEST [SMALLEST]\n");
        return 2;
    }
    const size_t live = bytes_of(argv[1]);
    const size_t largest = bytes_of(argv[2]);
    const size_t smallest = argc == 4 ? bytes_of(argv[3]) : 4096;
    unsigned order = 0;
    while (order < 63 && (size_t)1 << order < smallest) {
        order++;
    }
    const size_t needed = buddy_headroom(live, largest, order);
    if (needed == 0) {
        fprintf(stderr, "headroom: no heap is that large\n");
        return 1;
    }
    printf("%zu bytes (%.2f times what is in use)\n", needed,
           (double)needed / (double)live);
    return 0;
}
