/* Sizes from 16 bytes to 64 KiB while the live set grows and shrinks: every
 * doubling is equally likely, phases come and go as a program's do, and what
 * counts is how well large and small share the memory.
 * Usage: micro_mixed [SCALE] */
#include "micro.h"

#define SLOTS 4096u
#define PHASES 16u

struct slot {
    void *block;
    size_t size;
};

int main(int argc, char **argv)
{
    const double scale = micro_argument(argc, argv, 1, 1.0);
    const uint64_t steps = (uint64_t)(12e6 * scale / PHASES);
    static struct slot slots[SLOTS];
    uint64_t random_state = 88172645463325252u;

    for (unsigned phase = 0; phase < PHASES; phase++) {
        const size_t live = phase % 2 == 0 ? SLOTS : SLOTS / 8;
        for (size_t i = live; i < SLOTS; i++) {
            if (slots[i].block != NULL) {
                micro_release(slots[i].block, slots[i].size);
                slots[i].block = NULL;
            }
        }
        for (uint64_t step = 0; step < steps; step++) {
            struct slot *slot = &slots[micro_random(&random_state) % live];
            if (slot->block != NULL) {
                micro_release(slot->block, slot->size);
            }
            slot->size = micro_size(&random_state, 4, 16);
            slot->block = micro_allocate(slot->size);
        }
    }
    return 0;
}
