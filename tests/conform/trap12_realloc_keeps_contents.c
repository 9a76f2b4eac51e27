/*
 * realloc keeps the first min(old, new) bytes over any chain of sizes, up
 * and down, small and large, among other blocks that it must not touch.
 */
#include "trap.h"

enum { BLOCKS = 200, STEPS = 30000 };

struct piece {
    unsigned char *bytes;
    size_t size;
    uint64_t number;
};

static void resize(struct piece *piece, size_t size, uint64_t number)
{
    const size_t kept = size < piece->size ? size : piece->size;
    piece->bytes = (unsigned char *)realloc(piece->bytes, size);
    REQUIRE(piece->bytes != NULL, "no memory for %zu", size);
    const size_t damage = first_damage(piece->bytes, kept, piece->number);
    EXPECT(damage == kept, "%zu to %zu bytes: byte %zu is lost", piece->size,
           size, damage);
    piece->size = size;
    piece->number = number;
    fill(piece->bytes, size, number);
}

static size_t next_size(struct dice *dice)
{
    const size_t kind = roll_below(dice, 1000);
    if (kind < 5) {
        return roll_below(dice, 3 * MIB) + 1;
    }
    return kind < 100 ? roll_below(dice, 100000) + 1
                      : roll_below(dice, 3000) + 1;
}

int main(void)
{
    static struct piece pieces[BLOCKS];
    struct dice dice = dice_of(trap_seed(), 0);
    for (uint64_t step = 0; step < STEPS; step++) {
        struct piece *piece = &pieces[roll_below(&dice, BLOCKS)];
        resize(piece, next_size(&dice), step);
    }
    for (int i = 0; i < BLOCKS; i++) {
        EXPECT(first_damage(pieces[i].bytes, pieces[i].size,
                            pieces[i].number) == pieces[i].size,
               "another block was touched");
        free(pieces[i].bytes);
    }
    return verdict();
}
