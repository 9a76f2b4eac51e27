/*
 * A program that writes a few bytes past its blocks, before them, and into
 * blocks it has freed, harms its own data only: later allocations stay
 * disjoint, aligned and of full size, and every block can still be freed.
 */
#include <malloc.h>

#include "trap.h"

enum { BLOCKS = 3000, ROUNDS = 40 };

static unsigned char *blocks[BLOCKS];
static size_t sizes[BLOCKS];

static void damage(struct dice *dice, unsigned char *block, size_t size)
{
    /* Never beyond a page of the block, so that it does not leave the heap. */
    switch (roll_below(dice, 3)) {
    case 0:
        memset(block + size, (int)roll(dice), 24);
        break;
    case 1:
        memset(block - 8, (int)roll(dice), 8);
        break;
    default:
        memset(block, (int)roll(dice), size < 64 ? size : 64);
        break;
    }
}

static size_t own_size(struct dice *dice)
{
    const size_t kind = roll_below(dice, 100);
    return kind < 90   ? roll_below(dice, 600) + 1
           : kind < 98 ? roll_below(dice, 20000) + 1
                       : roll_below(dice, 300000) + 1;
}

static int by_address(const void *a, const void *b)
{
    const uintptr_t x = *(const uintptr_t *)a;
    const uintptr_t y = *(const uintptr_t *)b;
    return (x > y) - (x < y);
}

/* No two live blocks share a byte of what each may use. */
static void check_disjoint(void)
{
    static void *sorted[BLOCKS];
    memcpy(sorted, blocks, sizeof sorted);
    qsort(sorted, BLOCKS, sizeof *sorted, by_address);
    for (int i = 1; i < BLOCKS; i++) {
        const char *before = (const char *)sorted[i - 1];
        EXPECT(before + malloc_usable_size(sorted[i - 1]) <=
                   (const char *)sorted[i],
               "%p and %p overlap", sorted[i - 1], sorted[i]);
    }
}

static void replace(struct dice *dice, size_t i)
{
    unsigned char *old = blocks[i];
    if (old != NULL) {
        free(old);
        /* A late write into what is free now, or already another's. */
        memset(old, (int)roll(dice), sizes[i] < 32 ? sizes[i] : 32);
    }
    sizes[i] = own_size(dice);
    blocks[i] = (unsigned char *)malloc(sizes[i]);
    EXPECT(blocks[i] != NULL && malloc_usable_size(blocks[i]) >= sizes[i],
           "a block of %zu bytes", sizes[i]);
    EXPECT(sizes[i] < 16 || (uintptr_t)blocks[i] % 16 == 0, "%p",
           (void *)blocks[i]);
}

int main(void)
{
    struct dice dice = dice_of(trap_seed(), 0);
    /* Room before the first and behind the last block. */
    void *room = malloc(300000);
    for (int round = 0; round < ROUNDS; round++) {
        for (size_t i = 0; i < BLOCKS; i++) {
            if (round == 0 || roll_below(&dice, 2) == 0) {
                replace(&dice, i);
            }
        }
        for (size_t i = 1; i < BLOCKS; i++) {
            damage(&dice, blocks[i], sizes[i]);
        }
        check_disjoint();
    }
    for (size_t i = 0; i < BLOCKS; i++) {
        free(blocks[i]);
    }
    free(room);
    return verdict();
}
