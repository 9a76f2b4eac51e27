/* What every micro load shares: a small random generator, the scale argument
 * and a stamp that tells a corrupting allocator from a sound one.
 *
 * A stamp is eight bytes at the start of a block and eight at its end, made of
 * the block's address and size, so that two blocks which overlap, move or
 * shrink cannot both keep theirs. Writing and checking it costs a few
 * instructions and the cache lines that a program using the block would touch
 * anyway. Blocks are at least MICRO_SMALLEST bytes. */
#ifndef BUD_BENCH_MICRO_H
#define BUD_BENCH_MICRO_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MICRO_SMALLEST 8u

static inline void micro_fail(const char *what)
{
    fprintf(stderr, "%s\n", what);
    _Exit(1);
}

/* xorshift64: the same sequence for every allocator. */
static inline uint64_t micro_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* A size of 2^first … 2^last bytes, each doubling equally likely. */
static inline size_t micro_size(uint64_t *state, unsigned first, unsigned last)
{
    const uint64_t random = micro_random(state);
    const size_t base = (size_t)1 << (first + (random >> 56) % (last - first));
    return base + (size_t)((random & 0xffffffff) * base >> 32);
}

static inline uint64_t micro_mark(const void *block, size_t size)
{
    return ((uint64_t)(uintptr_t)block ^ size) * 0x9e3779b97f4a7c15u;
}

static inline void micro_stamp(void *block, size_t size)
{
    const uint64_t mark = micro_mark(block, size);
    memcpy(block, &mark, sizeof mark);
    if (size >= 2 * sizeof mark) {
        memcpy((char *)block + size - sizeof mark, &mark, sizeof mark);
    }
}

static inline void micro_verify(const void *block, size_t size)
{
    const uint64_t mark = micro_mark(block, size);
    if (memcmp(block, &mark, sizeof mark) != 0 ||
        (size >= 2 * sizeof mark &&
         memcmp((const char *)block + size - sizeof mark, &mark, sizeof mark) !=
             0)) {
        micro_fail("a block lost its content");
    }
}

static inline void *micro_allocate(size_t size)
{
    void *block = malloc(size);
    if (block == NULL) {
        micro_fail("malloc returned NULL");
    }
    micro_stamp(block, size);
    return block;
}

static inline void micro_release(void *block, size_t size)
{
    micro_verify(block, size);
    free(block);
}

/* Argument number `index`, or `otherwise` when it is not given. */
static inline double micro_argument(int argc, char **argv, int index,
                                    double otherwise)
{
    if (index >= argc) {
        return otherwise;
    }
    char *end;
    const double value = strtod(argv[index], &end);
    if (end == argv[index] || *end != '\0' || !(value > 0)) {
        micro_fail("an argument must be a positive number");
    }
    return value;
}

#endif
