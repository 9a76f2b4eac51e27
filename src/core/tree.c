/* Blocks of the buddy tree: descend to find one, climb to keep the sums. */
#include "core/tree.h"

/* A node and its order: a block of the heap. */
struct place {
    uint32_t node;
    uint32_t order; /* BUD_TREE_NONE: no such block */
};

uint32_t bud_tree_order_for(uint32_t units)
{
    uint32_t order = 0;
    uint32_t size = 1;
    while (size < units) {
        size = size * 2u;
        order++;
    }
    return order;
}

/* 2^order for order up to 31. */
static uint32_t size_of(uint32_t order)
{
    uint32_t size = 1;
    for (uint32_t k = 0; k < order; k++) {
        size = size * 2u;
    }
    return size;
}

uint64_t bud_tree_node_bytes(uint32_t units)
{
    return 2u * (uint64_t)size_of(bud_tree_order_for(units));
}

void bud_tree_init(struct bud_tree *t, uint8_t *zeroed_node, uint32_t units)
{
    t->node = zeroed_node;
    t->height = bud_tree_order_for(units);
    t->leaves = size_of(t->height);
    (void)bud_tree_take_run(t, units, t->leaves - units);
}

static uint8_t combine(uint8_t left, uint8_t right)
{
    if (left == 0 && right == 0) {
        return 0;
    }
    return (uint8_t)((left <= right ? left : right) + 1);
}

/* The lowest free block of this order: its node, or 0. */
static uint32_t find(const struct bud_tree *t, uint32_t order)
{
    uint32_t i = 1;
    uint32_t c = t->height;
    if (t->node[1] > c - order) {
        return 0;
    }
    while (c > order) {
        c--;
        i = 2u * i;
        if (t->node[i] > c - order) {
            i = i + 1u;
        }
    }
    return i;
}

/* Node i, of this order, is recomputed from its children. */
static void refresh(struct bud_tree *t, uint32_t i, uint32_t order)
{
    (void)order;
    t->node[i] = combine(t->node[2u * i], t->node[2u * i + 1u]);
}

/* The byte of x has changed: its ancestors follow. */
static void update(struct bud_tree *t, uint32_t x, uint32_t order)
{
    uint32_t i = x / 2u;
    uint32_t c = order + 1u;
    while (i >= 1u) {
        refresh(t, i, c);
        i = i / 2u;
        c++;
    }
}

/* x, free, becomes a live block. */
static void claim(struct bud_tree *t, uint32_t x, uint32_t order)
{
    t->node[x] = (uint8_t)(order + 1u);
    update(t, x, order);
}

/* x, live, becomes free. */
static void release(struct bud_tree *t, uint32_t x, uint32_t order)
{
    t->node[x] = 0;
    update(t, x, order);
}

/* The first leaf below x. */
static uint32_t first_leaf(uint32_t x, uint32_t order)
{
    uint32_t leaf = x;
    for (uint32_t k = 0; k < order; k++) {
        leaf = leaf * 2u;
    }
    return leaf;
}

/* The ancestor of x, this many levels above it. */
static uint32_t ancestor(uint32_t x, uint32_t levels)
{
    uint32_t i = x;
    for (uint32_t k = 0; k < levels; k++) {
        i = i / 2u;
    }
    return i;
}

/* The live block that contains node x: the lowest node from x upwards that
 * says nothing is free. */
static struct place owner(const struct bud_tree *t, uint32_t x, uint32_t order)
{
    struct place at = {x, order};
    while (t->node[at.node] != at.order + 1u) {
        if (at.order == t->height) {
            at.order = BUD_TREE_NONE;
            return at;
        }
        at.node = at.node / 2u;
        at.order++;
    }
    return at;
}

uint32_t bud_tree_alloc(struct bud_tree *t, uint32_t order)
{
    if (order > t->height) {
        return BUD_TREE_NONE;
    }
    const uint32_t i = find(t, order);
    if (i == 0) {
        return BUD_TREE_NONE;
    }
    claim(t, i, order);
    return first_leaf(i, order) - t->leaves;
}

uint32_t bud_tree_free(struct bud_tree *t, uint32_t offset)
{
    if (offset >= t->leaves) {
        return BUD_TREE_NOT_LIVE;
    }
    const uint32_t leaf = t->leaves + offset;
    const struct place at = owner(t, leaf, 0);
    if (at.order == BUD_TREE_NONE) {
        return BUD_TREE_NOT_LIVE;
    }
    if (first_leaf(at.node, at.order) != leaf) {
        return BUD_TREE_INTERIOR;
    }
    release(t, at.node, at.order);
    return BUD_TREE_OK;
}

uint32_t bud_tree_live_order(const struct bud_tree *t, uint32_t offset)
{
    if (offset >= t->leaves) {
        return BUD_TREE_NONE;
    }
    return owner(t, t->leaves + offset, 0).order;
}

/* A node that says 0 is free unless it lies in a live block. */
static uint32_t node_is_free(const struct bud_tree *t, uint32_t x,
                             uint32_t order)
{
    return t->node[x] == 0 && owner(t, x, order).order == BUD_TREE_NONE;
}

uint32_t bud_tree_is_free(const struct bud_tree *t, uint32_t offset,
                          uint32_t order)
{
    if (order > t->height || offset >= t->leaves) {
        return 0;
    }
    const uint32_t leaf = t->leaves + offset;
    const uint32_t x = ancestor(leaf, order);
    return first_leaf(x, order) == leaf && node_is_free(t, x, order);
}

uint32_t bud_tree_take(struct bud_tree *t, uint32_t offset, uint32_t order)
{
    if (bud_tree_is_free(t, offset, order) == 0) {
        return 0;
    }
    claim(t, ancestor(t->leaves + offset, order), order);
    return 1;
}

void bud_tree_split(struct bud_tree *t, uint32_t offset)
{
    const struct place at = owner(t, t->leaves + offset, 0);
    t->node[2u * at.node] = (uint8_t)at.order;
    t->node[2u * at.node + 1u] = (uint8_t)at.order;
}

uint32_t bud_tree_largest(const struct bud_tree *t)
{
    if (t->node[1] > t->height) {
        return BUD_TREE_NONE;
    }
    return t->height - t->node[1];
}

/* The block that contains leaf: live, or free and as large as can be. */
static struct place block_of(const struct bud_tree *t, uint32_t leaf)
{
    struct place at = owner(t, leaf, 0);
    if (at.order != BUD_TREE_NONE) {
        return at;
    }
    at.node = leaf;
    at.order = 0;
    while (at.order < t->height && t->node[at.node / 2u] == 0) {
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
static struct place first_free_below(const struct bud_tree *t,
                                     struct place at)
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
    const uint32_t leaf = t->leaves + from;
    struct place at = block_of(t, leaf);
    if (t->node[at.node] != 0 || first_leaf(at.node, at.order) != leaf) {
        at = next_with_free(t, at);
        if (at.order == BUD_TREE_NONE) {
            return BUD_TREE_NONE;
        }
        at = first_free_below(t, at);
    }
    *order = at.order;
    return first_leaf(at.node, at.order) - t->leaves;
}
