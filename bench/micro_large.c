/* Blocks of 64 KiB to 25 MiB whose every page is written, like images, tables
 * and network buffers: an allocator that gives pages back at every free
 * pays for each of them again.
 * Usage: micro_large [SCALE] */
#include "micro.h"

#define SLOTS 12u
#define SMALLEST_LOG2 16u
#define LARGEST (25u << 20)
#define STRIDE 4096u

struct slot {
    char *block;
    size_t size;
};

static size_t large_size(uint64_t *random_state)
{
    const size_t size = micro_size(random_state, SMALLEST_LOG2, 25);
    return size < LARGEST ? size : LARGEST;
}

static void fill(char *block, size_t size)
{
    for (size_t at = STRIDE; at + sizeof at < size; at += STRIDE) {
        memcpy(block + at, &at, sizeof at);
    }
}

static void verify_fill(const char *block, size_t size)
{
    /* The stamp at the end may lie over the last word, which is skipped. */
    for (size_t at = STRIDE; at + STRIDE < size; at += STRIDE) {
        if (memcmp(block + at, &at, sizeof at) != 0) {
            micro_fail("a large block lost its content");
        }
    }
}

int main(int argc, char **argv)
{
    const double scale = micro_argument(argc, argv, 1, 1.0);
    const uint64_t steps = (uint64_t)(2000 * scale) + 1;
    struct slot slots[SLOTS] = {{0}};
    uint64_t random_state = 88172645463325252u;

    for (uint64_t step = 0; step < steps; step++) {
        struct slot *slot = &slots[micro_random(&random_state) % SLOTS];
        if (slot->block != NULL) {
            verify_fill(slot->block, slot->size);
            micro_release(slot->block, slot->size);
        }
        slot->size = large_size(&random_state);
        slot->block = malloc(slot->size);
        if (slot->block == NULL) {
            micro_fail("malloc returned NULL");
        }
        fill(slot->block, slot->size);
        micro_stamp(slot->block, slot->size);
    }
    return 0;
}
