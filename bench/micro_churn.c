/* A fixed number of live blocks, a random one replaced at every step: with
 * 10 thousand blocks the load fits the caches, with a million every free is a
 * cache miss and only locality helps.
 * Usage: micro_churn [LIVE [SCALE]] */
#include "micro.h"

struct slot {
    void *block;
    size_t size;
};

/* 16 to 1024 bytes, small ones far more often. */
static size_t skewed_size(uint64_t *random_state)
{
    const uint64_t random = micro_random(random_state);
    const size_t base = (size_t)16 << __builtin_ctzll(random | 32);
    return base + (random >> 32) % base;
}

int main(int argc, char **argv)
{
    const size_t live = (size_t)micro_argument(argc, argv, 1, 1e4);
    const double scale = micro_argument(argc, argv, 2, 1.0);
    const uint64_t steps = (uint64_t)((live < 100000 ? 40e6 : 5e6) * scale);
    uint64_t random_state = 88172645463325252u;

    struct slot *slots = calloc(live, sizeof *slots);
    if (slots == NULL) {
        micro_fail("calloc returned NULL");
    }
    for (size_t i = 0; i < live; i++) {
        slots[i].size = skewed_size(&random_state);
        slots[i].block = micro_allocate(slots[i].size);
    }
    for (uint64_t step = 0; step < steps; step++) {
        struct slot *slot = &slots[micro_random(&random_state) % live];
        micro_release(slot->block, slot->size);
        slot->size = skewed_size(&random_state);
        slot->block = micro_allocate(slot->size);
    }
    for (size_t i = 0; i < live; i++) {
        micro_release(slots[i].block, slots[i].size);
    }
    free(slots);
    return 0;
}
