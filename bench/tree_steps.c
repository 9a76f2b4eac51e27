/* What one operation of the buddy tree costs, as the heap grows: O(log N).
 *
 *     tree_steps > results/tree_steps.csv
 *
 * Prints, for heaps of 2^10 to 2^24 units, the nanoseconds of an alloc and a
 * free of one unit and the levels that each walks. `fresh` is an empty heap.
 * In `fragmented` every odd unit is live, the worst case of allocators with
 * lists; the blocks freed lie anywhere. Levels are exact and need no
 * measuring: alloc descends from the root and climbs back, free climbs from
 * the leaf, and neither ever searches. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core/tree.h"

#define MIN_HEIGHT 10u
#define MAX_HEIGHT 24u
#define BATCH 256u
#define ROUNDS 2000u

struct cost {
    double alloc_ns, free_ns;
};

static uint64_t now_ns(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static uint64_t next_random(void)
{
    static uint64_t word = 88172645463325252u;
    word ^= word << 13;
    word ^= word >> 7;
    word ^= word << 17;
    return word;
}

static void die(const char *message)
{
    fprintf(stderr, "tree_steps: %s\n", message);
    exit(1);
}

static uint64_t free_all(struct bud_tree *tree, const uint32_t *offset)
{
    const uint64_t start = now_ns();
    for (uint32_t i = 0; i < BATCH; i++) {
        if (bud_tree_free(tree, offset[i]) != BUD_TREE_OK) {
            die("a block was not live");
        }
    }
    return now_ns() - start;
}

static uint64_t alloc_all(struct bud_tree *tree, uint32_t *offset)
{
    const uint64_t start = now_ns();
    for (uint32_t i = 0; i < BATCH; i++) {
        offset[i] = bud_tree_alloc(tree, 0);
    }
    return now_ns() - start;
}

static struct cost cost_of(uint64_t alloc_ns, uint64_t free_ns)
{
    const double operations = (double)BATCH * ROUNDS;
    const struct cost cost = {(double)alloc_ns / operations,
                              (double)free_ns / operations};
    return cost;
}

static struct cost measure_fresh(struct bud_tree *tree)
{
    uint32_t offset[BATCH];
    uint64_t alloc_ns = 0, free_ns = 0;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        alloc_ns += alloc_all(tree, offset);
        free_ns += free_all(tree, offset);
    }
    return cost_of(alloc_ns, free_ns);
}

/* Odd units anywhere, no two the same: one from each of BATCH equal parts. */
static void choose(const struct bud_tree *tree, uint32_t *offset)
{
    const uint32_t part = tree->leaves / BATCH;
    for (uint32_t i = 0; i < BATCH; i++) {
        offset[i] = i * part + ((uint32_t)(next_random() % part) | 1u);
    }
}

/* Every round leaves the heap as it found it, so that all are alike. */
static struct cost measure_fragmented(struct bud_tree *tree)
{
    uint32_t victim[BATCH], offset[BATCH];
    uint64_t alloc_ns = 0, free_ns = 0;
    for (uint32_t i = 1; i < tree->leaves; i += 2u) {
        (void)bud_tree_take(tree, i, 0);
    }
    for (uint32_t round = 0; round < ROUNDS; round++) {
        choose(tree, victim);
        free_ns += free_all(tree, victim);
        alloc_ns += alloc_all(tree, offset);
        (void)free_all(tree, offset);
        for (uint32_t i = 0; i < BATCH; i++) {
            (void)bud_tree_take(tree, victim[i], 0);
        }
    }
    return cost_of(alloc_ns, free_ns);
}

static void print(uint32_t height, const char *state, struct cost cost)
{
    printf("%u,%u,%s,%.1f,%.1f,%u,%u\n", height, 1u << height, state,
           cost.alloc_ns, cost.free_ns, 2u * height, height);
    fflush(stdout);
}

int main(void)
{
    printf("height,units,state,alloc_ns,free_ns,alloc_levels,free_levels\n");
    for (uint32_t height = MIN_HEIGHT; height <= MAX_HEIGHT; height += 2u) {
        const uint32_t units = 1u << height;
        uint8_t *node = calloc(1, (size_t)bud_tree_node_bytes(units));
        if (node == NULL) {
            die("no memory");
        }
        struct bud_tree tree;
        bud_tree_init(&tree, node, units);
        print(height, "fresh", measure_fresh(&tree));
        print(height, "fragmented", measure_fragmented(&tree));
        free(node);
    }
    return 0;
}
