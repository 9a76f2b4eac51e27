/* What one operation of the buddy tree costs, as the heap grows: O(log N).
 *
 * Built twice: `tree_ns` measures nanoseconds; `tree_steps` counts steps, the
 * basic blocks of the core that are executed, which the compiler reports one by
 * one and which are the same in every run. Prints both for heaps of 2^10 to
 * 2^24 units, of an alloc and a free of one unit. `fresh` is an empty heap. In
 * `fragmented` every odd unit is live, the worst case of allocators with
 * lists; the blocks freed lie anywhere. */
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
    double alloc, free;
};

#ifdef COUNT_STEPS

#define UNIT "steps"

static uint64_t steps;

/* Called at the start of every basic block of the core, which is compiled
 * with -fsanitize-coverage=trace-pc. */
void __sanitizer_cov_trace_pc(void);

void __sanitizer_cov_trace_pc(void)
{
    steps++;
}

static uint64_t spent(void)
{
    return steps;
}

#else

#define UNIT "ns"

static uint64_t spent(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

#endif

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
    fprintf(stderr, "tree_cost: %s\n", message);
    exit(1);
}

static uint64_t free_all(struct bud_tree *tree, const uint32_t *offset)
{
    const uint64_t start = spent();
    for (uint32_t i = 0; i < BATCH; i++) {
        if (bud_tree_free(tree, offset[i]) != BUD_TREE_OK) {
            die("a block was not live");
        }
    }
    return spent() - start;
}

static uint64_t alloc_all(struct bud_tree *tree, uint32_t *offset)
{
    const uint64_t start = spent();
    for (uint32_t i = 0; i < BATCH; i++) {
        offset[i] = bud_tree_alloc(tree, 0);
    }
    return spent() - start;
}

static struct cost cost_of(uint64_t in_alloc, uint64_t in_free)
{
    const double operations = (double)BATCH * ROUNDS;
    const struct cost cost = {(double)in_alloc / operations,
                              (double)in_free / operations};
    return cost;
}

static struct cost measure_fresh(struct bud_tree *tree)
{
    uint32_t offset[BATCH];
    uint64_t in_alloc = 0, in_free = 0;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        in_alloc += alloc_all(tree, offset);
        in_free += free_all(tree, offset);
    }
    return cost_of(in_alloc, in_free);
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
    uint64_t in_alloc = 0, in_free = 0;
    for (uint32_t i = 1; i < tree->leaves; i += 2u) {
        (void)bud_tree_take(tree, i, 0);
    }
    for (uint32_t round = 0; round < ROUNDS; round++) {
        choose(tree, victim);
        in_free += free_all(tree, victim);
        in_alloc += alloc_all(tree, offset);
        (void)free_all(tree, offset);
        for (uint32_t i = 0; i < BATCH; i++) {
            (void)bud_tree_take(tree, victim[i], 0);
        }
    }
    return cost_of(in_alloc, in_free);
}

static void print(uint32_t height, const char *state, struct cost cost)
{
    printf("%u,%u,%s,%.1f,%.1f\n", height, 1u << height, state, cost.alloc,
           cost.free);
    fflush(stdout);
}

int main(void)
{
    printf("height,units,state,alloc_" UNIT ",free_" UNIT "\n");
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
