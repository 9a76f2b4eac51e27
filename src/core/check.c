#include "core/check.h"

#include "core/bits.h"
#include "core/tree_lemmas.h"

/*@ requires \valid(t);
    assigns \nothing;
    ensures Is: \result == 1
      <==> t->height <= 30 && t->leaves == Pow2(t->height);
    ensures Flag: \result == 0 || \result == 1;
*/
static uint32_t shape_is_good(const struct bud_tree *t)
{
    if (t->height > BUD_TREE_HEIGHT_MAX) {
        return 0;
    }
    //@ ghost lemma_shift(1, t->height);
    //@ ghost lemma_down(1, t->height);
    //@ ghost lemma_pow2();
    return t->leaves == ((uint32_t)1 << t->height);
}

/* What a byte says of a block whose halves say left and right. */
/*@ requires left <= 255 && right <= 255;
    assigns \nothing;
    ensures \result == Combine(left, right);
*/
static uint32_t sum(uint32_t left, uint32_t right)
{
    if (left == 0 && right == 0) {
        return 0;
    }
    return left < right ? left + 1u : right + 1u;
}

/*@ requires \valid(t) && Shape(*t);
    requires AtOrder(*t, node, order);
    assigns \nothing;
    ensures Ok: \result == BUD_CHECK_OK <==> Sound(*t, node, order);
    ensures Range: \result == BUD_CHECK_RANGE <==> !Fits(*t, node, order);
    ensures Sum: \result == BUD_CHECK_SUM
      <==> Fits(*t, node, order) && !Sound(*t, node, order);
*/
static uint32_t judge(const struct bud_tree *t, uint32_t node, uint32_t order)
{
    //@ ghost lemma_order(*t);
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
    BUD_REQUIRE_SHAPE(t);
    //@ ghost lemma_order(*t);
    if (node == 0 || node >= 2u * t->leaves) {
        return BUD_CHECK_BAD_NODE;
    }
    uint32_t order = t->height;
    //@ ghost lemma_pow2();
    //@ ghost uint32_t width = 1;
    /*@ loop invariant Range: order <= t->height && 1 <= i;
        loop invariant Width: width == Pow2(t->height - order);
        loop invariant Left: i * width <= node;
        loop invariant Right: node < (i + 1) * width;
        loop assigns order, i, width;
        loop variant i; */
    for (uint32_t i = node; i > 1u; i = i / 2u) {
        //@ ghost lemma_times(1, width, i);
        //@ assert Low: i <= node;
        //@ ghost lemma_times(2, i, width);
        //@ ghost lemma_times(2 * (i / 2), i, width);
        //@ ghost lemma_times(i + 1, 2 * (i / 2) + 2, width);
        //@ assert Wide: 2 * width <= node;
        //@ assert Below: order >= 1;
        order--;
        //@ assert Twice: Pow2(t->height - order) == 2 * width;
        //@ ghost width = 2 * width;
    }
    //@ assert At: AtOrder(*t, node, order);
    //@ assert Only: \forall integer c; AtOrder(*t, node, c) ==> c == order;
    return judge(t, node, order);
}

uint32_t bud_check_tree(const struct bud_tree *t)
{
    if (shape_is_good(t) == 0) {
        return BUD_CHECK_SHAPE;
    }
    uint32_t order = 0;
    uint32_t first = t->leaves;
    //@ ghost lemma_pow2();
    //@ assert Shape: Shape(*t);
    //@ ghost lemma_order(*t);
    /*@ loop invariant Range: order <= t->height;
        loop invariant First: first == Pow2(t->height - order);
        loop invariant At: first - 1 <= node < 2 * first;
        loop invariant Above: \forall integer i, c;
          node < i && AtOrder(*t, i, c) ==> Sound(*t, i, c);
        loop assigns node, order, first;
        loop variant node; */
    for (uint32_t node = 2u * t->leaves - 1u; node >= 1u; node--) {
        if (node < first) {
            order++;
            first = first / 2u;
        }
        //@ assert Here: AtOrder(*t, node, order);
        if (judge(t, node, order) != BUD_CHECK_OK) {
            return node;
        }
    }
    //@ assert Bounds: Bounded(*t);
    //@ assert All: Locals(*t);
    return BUD_CHECK_OK;
}

uint32_t bud_check_slab(const uint64_t *bits, uint32_t objects)
{
    BUD_REQUIRE(objects - 1u < 4096u);
    /*@ loop invariant Range: objects <= n <= (objects - 1) / 64 * 64 + 64;
        loop invariant Clear: \forall integer j;
          objects <= j < n ==> !ObjectFree(bits, j);
        loop assigns n;
        loop variant (objects - 1) / 64 * 64 + 64 - n; */
    for (uint32_t n = objects; n % 64u != 0; n++) {
        if (bud_bits_test(bits[n / 64u], n % 64u) != 0) {
            return BUD_CHECK_RANGE;
        }
    }
    return BUD_CHECK_OK;
}
