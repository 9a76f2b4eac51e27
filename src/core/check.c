#include "core/check.h"

static uint32_t shape_is_good(const struct bud_tree *t)
{
    return t->height <= BUD_TREE_HEIGHT_MAX &&
           t->leaves == ((uint32_t)1 << t->height);
}

/* What a byte says of a block whose halves say left and right. */
static uint32_t sum(uint32_t left, uint32_t right)
{
    if (left == 0 && right == 0) {
        return 0;
    }
    return left < right ? left + 1u : right + 1u;
}

static uint32_t judge(const struct bud_tree *t, uint32_t node, uint32_t order)
{
    const uint32_t says = t->node[node];
    if (says > order + 1u) {
        return BUD_CHECK_RANGE;
    }
    if (order == 0) {
        return BUD_CHECK_OK;
    }
    const uint32_t left = t->node[2u * node];
    const uint32_t right = t->node[2u * node + 1u];
    if (says == sum(left, right)) {
        return BUD_CHECK_OK;
    }
    const uint32_t is_live = says == order + 1u && left == 0 && right == 0;
    return is_live != 0 ? BUD_CHECK_OK : BUD_CHECK_SUM;
}

uint32_t bud_check_node(const struct bud_tree *t, uint32_t node)
{
    if (node == 0 || node >= 2u * t->leaves) {
        return BUD_CHECK_BAD_NODE;
    }
    uint32_t order = t->height;
    for (uint32_t i = node; i > 1u; i = i / 2u) {
        order--;
    }
    return judge(t, node, order);
}

uint32_t bud_check_tree(const struct bud_tree *t)
{
    if (shape_is_good(t) == 0) {
        return BUD_CHECK_SHAPE;
    }
    uint32_t order = 0;
    uint32_t first = t->leaves;
    for (uint32_t node = 2u * t->leaves - 1u; node >= 1u; node--) {
        if (node < first) {
            order++;
            first = first / 2u;
        }
        if (judge(t, node, order) != BUD_CHECK_OK) {
            return node;
        }
    }
    return BUD_CHECK_OK;
}

uint32_t bud_check_slab(const uint64_t *bits, uint32_t objects)
{
    const uint32_t past = objects % 64u;
    if (past == 0 || bits[objects / 64u] >> past == 0) {
        return BUD_CHECK_OK;
    }
    return BUD_CHECK_RANGE;
}
