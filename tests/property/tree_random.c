/* Random operations on heaps of any number of units, compared with the naive
 * model after every step: the answer, and every byte of the tree. */
#include <string.h>

#include "core/check.h"
#include "property.h"
#include "tree_model.h"

#define STEPS 300u

static uint8_t node[2 * MODEL_MAX_UNITS];
static uint8_t expected[2 * MODEL_MAX_UNITS];
static struct tree_model model;

static struct bud_tree begin(struct run *run, uint32_t units)
{
    struct bud_tree tree;
    memset(node, 0, sizeof node);
    bud_tree_init(&tree, node, units);
    model_init(&model, tree.leaves);
    run_expect(
        run, "tail",
        model_apply(&model, OPERATION_TAKE_RUN, units, tree.leaves - units), 1);
    return tree;
}

static void compare(const struct run *run, const struct bud_tree *tree)
{
    model_nodes(&model, expected);
    for (uint32_t i = 1; i < 2u * tree->leaves; i++) {
        run_expect(run, "byte", node[i], expected[i]);
    }
    run_expect(run, "check", bud_check_tree(tree), BUD_CHECK_OK);
}

/* An order, an offset or a length that often means something. */
static uint32_t argument(struct run *run, enum operation operation,
                         uint32_t units, uint32_t is_second)
{
    const uint32_t is_order = operation == OPERATION_ALLOC ||
                              (is_second && (operation == OPERATION_TAKE ||
                                             operation == OPERATION_IS_FREE));
    if (is_order) {
        return run_below(run, 8u);
    }
    if (is_second || operation == OPERATION_ALLOC_RUN) {
        return run_magnitude(run, units + 2u);
    }
    if (run_below(run, 4) != 0) {
        const uint32_t owner = model.owner[run_below(run, units)];
        return owner != BUD_TREE_NONE ? owner : run_below(run, units);
    }
    return run_below(run, units + 2u);
}

static void step(struct run *run, struct bud_tree *tree)
{
    const enum operation operation =
        (enum operation)run_below(run, OPERATION_COUNT);
    const uint32_t a = argument(run, operation, model.units, 0);
    const uint32_t b = argument(run, operation, model.units, 1);
    run_expect(run, operation_names[operation],
               tree_apply(tree, operation, a, b),
               model_apply(&model, operation, a, b));
    compare(run, tree);
}

int main(int argc, char **argv)
{
    struct run run = run_of(argc, argv, 300);
    for (uint64_t round = 0; round < run.rounds; round++) {
        run_begin_round(&run, round);
        struct bud_tree tree =
            begin(&run, 1u + run_magnitude(&run, MODEL_MAX_UNITS));
        compare(&run, &tree);
        for (run.step = 1; run.step <= STEPS; run.step++) {
            step(&run, &tree);
        }
    }
    printf("ok tree_agrees_with_the_model_on_random_operations\n");
    return 0;
}
