/* Every sequence of operations, of any length, on the heaps of 1, 2, 4 and 8
 * units: the tree's bytes are all its state, so it is enough to try every
 * operation in every state that can be reached. A heap of height h has
 * T(h) = T(h - 1)^2 + 1 states, T(0) = 2; each must be reached, and in each
 * the bytes must be those that the model derives from who owns which unit.
 *
 *     tree_states [HEIGHT]
 *
 * HEIGHT 4 adds 16 units, 458,330 states, with the operations that take at
 * most one number. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/check.h"
#include "tree_model.h"

#define MAX_HEIGHT 4u
#define MAX_STATES 458330u
#define NODES (2u << MAX_HEIGHT)

/* A state, in every form it is needed in. */
struct state {
    uint32_t number, height;
    struct tree_model model;
    uint8_t node[NODES];
};

static uint32_t waiting[MAX_STATES];
static uint8_t reached[MAX_STATES];

static uint32_t state_count(uint32_t height)
{
    uint32_t count = 2;
    for (uint32_t h = 0; h < height; h++) {
        count = count * count + 1u;
    }
    return count;
}

/* The number of the state of a block: its halves' numbers as two digits, and
 * after those the state of being live as one. */
static uint32_t number_of(const struct tree_model *model, uint32_t offset,
                          uint32_t order)
{
    if (model->owner[offset] == offset && model->order_at[offset] == order) {
        return state_count(order) - 1u;
    }
    if (order == 0) {
        return 0;
    }
    const uint32_t half = 1u << (order - 1u);
    return number_of(model, offset, order - 1u) * state_count(order - 1u) +
           number_of(model, offset + half, order - 1u);
}

static void set_state(struct tree_model *model, uint32_t offset, uint32_t order,
                      uint32_t number)
{
    if (number == state_count(order) - 1u) {
        model_claim(model, offset, order);
    } else if (order > 0) {
        const uint32_t digit = state_count(order - 1u);
        const uint32_t half = 1u << (order - 1u);
        set_state(model, offset, order - 1u, number / digit);
        set_state(model, offset + half, order - 1u, number % digit);
    }
}

static void fail(const struct state *from, enum operation operation, uint32_t a,
                 uint32_t b)
{
    printf("not ok %s(%u, %u) in state %u of %u units\n",
           operation_names[operation], a, b, from->number, 1u << from->height);
    exit(1);
}

/* One operation in one state; the number of the state it leads to. */
static uint32_t try_operation(const struct state *from,
                              enum operation operation, uint32_t a, uint32_t b)
{
    struct tree_model model;
    uint8_t node[NODES], expected[NODES];
    struct bud_tree tree = {node, from->model.units, from->height};
    model_copy(&model, &from->model);
    memcpy(node, from->node, NODES);
    const uint64_t answer = tree_apply(&tree, operation, a, b);
    const uint64_t right_answer = model_apply(&model, operation, a, b);
    model_nodes(&model, expected);
    if (answer != right_answer || bud_check_tree(&tree) != BUD_CHECK_OK ||
        memcmp(node, expected, 2u * tree.leaves) != 0) {
        fail(from, operation, a, b);
    }
    return number_of(&model, 0, from->height);
}

static void note(uint32_t number, uint32_t *count)
{
    if (reached[number] == 0) {
        reached[number] = 1;
        waiting[*count] = number;
        *count += 1u;
    }
}

static void try_all(const struct state *from, uint32_t most_arguments,
                    uint32_t *count)
{
    const uint32_t end = from->model.units + 2u;
    for (uint32_t n = 0; n < OPERATION_COUNT; n++) {
        const enum operation operation = (enum operation)n;
        const uint32_t arguments = operation_arguments(operation);
        if (arguments > most_arguments) {
            continue;
        }
        for (uint32_t a = 0; a < (arguments > 0 ? end : 1u); a++) {
            for (uint32_t b = 0; b < (arguments > 1 ? end : 1u); b++) {
                note(try_operation(from, operation, a, b), count);
            }
        }
    }
}

static void visit_every_state(uint32_t height, uint32_t most_arguments)
{
    uint32_t count = 0;
    memset(reached, 0, sizeof reached);
    note(0, &count);
    for (uint32_t next = 0; next < count; next++) {
        struct state state;
        state.number = waiting[next];
        state.height = height;
        model_init(&state.model, 1u << height);
        set_state(&state.model, 0, height, state.number);
        model_nodes(&state.model, state.node);
        try_all(&state, most_arguments, &count);
    }
    printf("%sok every_operation_in_every_state_of_%u_units (%u states)\n",
           count == state_count(height) ? "" : "not ", 1u << height, count);
}

int main(int argc, char **argv)
{
    const uint32_t highest = argc > 1 ? (uint32_t)atoi(argv[1]) : 3u;
    for (uint32_t height = 0; height <= highest && height <= 3u; height++) {
        visit_every_state(height, 2);
    }
    if (highest >= 4u) {
        visit_every_state(4, 1);
    }
    return 0;
}
