/* The walker of the buddy tree: its free blocks in the order of addresses. */
#include "core/node.h"
#include "core/tree.h"

/* A node and its order: a block of the heap. */
struct place {
    uint32_t node;
    uint32_t order; /* BUD_TREE_NONE: no such block */
};

/* The block that contains a unit: live, or free and as large as can be. */
static struct place block_of(const struct bud_tree *t, uint32_t offset)
{
    const uint32_t live = bud_tree_live_order(t, offset);
    struct place at = {t->leaves + offset, 0};
    while (at.order < t->height &&
           (live == BUD_TREE_NONE ? t->node[at.node / 2u] == 0
                                  : at.order < live)) {
        at.node = at.node / 2u;
        at.order++;
    }
    return at;
}

/* The nearest subtree to the right of a block that has something free. */
static struct place next_with_free(const struct bud_tree *t, struct place at)
{
    while (at.order < t->height) {
        if (at.node % 2u == 0 && t->node[at.node + 1u] <= at.order) {
            at.node = at.node + 1u;
            return at;
        }
        at.node = at.node / 2u;
        at.order++;
    }
    at.order = BUD_TREE_NONE;
    return at;
}

/* The lowest maximal free block below a node that has something free. */
static struct place first_free_below(const struct bud_tree *t, struct place at)
{
    while (t->node[at.node] != 0) {
        at.order--;
        at.node = 2u * at.node;
        if (t->node[at.node] > at.order) {
            at.node = at.node + 1u;
        }
    }
    return at;
}

uint32_t bud_tree_next_free(const struct bud_tree *t, uint32_t from,
                            uint32_t *order)
{
    if (from >= t->leaves) {
        return BUD_TREE_NONE;
    }
    struct place at = block_of(t, from);
    if (t->node[at.node] != 0 ||
        bud_node_offset(t, at.node, at.order) != from) {
        at = next_with_free(t, at);
        if (at.order == BUD_TREE_NONE) {
            return BUD_TREE_NONE;
        }
        at = first_free_below(t, at);
    }
    *order = at.order;
    return bud_node_offset(t, at.node, at.order);
}
