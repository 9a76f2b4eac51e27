/* One 64-bit word as a set of small integers: the vocabulary in which the
 * slab's bitmap is written, so that no caller ever sees a shift. Every
 * operation is one machine instruction or two. */
#ifndef BUD_CORE_BITS_H
#define BUD_CORE_BITS_H

#include <stdint.h>

static inline uint32_t bud_bits_test(uint64_t word, uint32_t i)
{
    return (uint32_t)((word >> i) & 1u);
}

static inline uint64_t bud_bits_set(uint64_t word, uint32_t i)
{
    return word | ((uint64_t)1 << i);
}

static inline uint64_t bud_bits_clear(uint64_t word, uint32_t i)
{
    return word & ~((uint64_t)1 << i);
}

static inline uint32_t bud_bits_lowest(uint64_t word)
{
    return (uint32_t)__builtin_ctzll(word);
}

#endif
