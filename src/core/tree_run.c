/* Runs: ranges of units as chains of live blocks of the buddy tree; among
 * them the tail of a heap that is no power of two. */
#include "core/tree.h"

#include "core/node.h"

/* The children of x, a live block of this order, are live in its place. */
/*@ requires Apart(t) && WellFormed(*t);
    requires order >= 1 && Live(*t, x, order);
    assigns t->node[2 * x .. 2 * x + 1];
    ensures Valid: WellFormed(*t);
    ensures Halves: Halved(*t, x, order);
    ensures Frame: \forall integer j, d; j != x && j != 2 * x && j != 2 * x + 1
      ==> (Live{Pre}(*t, j, d) <==> Live(*t, j, d));
*/
static void halve(struct bud_tree *t, uint32_t x, uint32_t order)
{
    //@ ghost lemma_order(*t);
    /*@ assert Kids: AtOrder(*t, 2 * x, order - 1)
          && AtOrder(*t, 2 * x + 1, order - 1); */
    /*@ assert Zero: order >= 2 ==> LocalAt(*t, 2 * x, order - 1)
          && LocalAt(*t, 2 * x + 1, order - 1); */
    /*@ assert Whole: order >= 2 ==> Whole(t->node, 2 * x)
          && Whole(t->node, 2 * x + 1); */
    t->node[2u * x] = (uint8_t)order;
    t->node[2u * x + 1u] = (uint8_t)order;
    /*@ assert Other: \forall integer j; j != 2 * x && j != 2 * x + 1
          ==> t->node[j] == \at(t->node[j], Pre); */
    /*@ assert Child: \forall integer j; j != x ==> 2 * j != 2 * x
          && 2 * j + 1 != 2 * x && 2 * j != 2 * x + 1; */
    /*@ assert Was: \forall integer j, d; 1 <= d && AtOrder(*t, j, d)
          ==> LocalAt{Pre}(\at(*t, Pre), j, d); */
    /*@ assert Keep: \forall integer j, d; 1 <= d && j != x && j != 2 * x
          && j != 2 * x + 1 && AtOrder(*t, j, d) ==> LocalAt(*t, j, d); */
    /*@ assert Self: \forall integer d;
          1 <= d && AtOrder(*t, x, d) ==> LocalAt(*t, x, d); */
    /*@ assert Left: \forall integer d;
          1 <= d && AtOrder(*t, 2 * x, d) ==> LocalAt(*t, 2 * x, d); */
    /*@ assert Right: \forall integer d;
          1 <= d && AtOrder(*t, 2 * x + 1, d) ==> LocalAt(*t, 2 * x + 1, d); */
    //@ assert All: Locals(*t);
    //@ assert Bounds: Bounded(*t);
}

void bud_tree_split(struct bud_tree *t, uint32_t offset)
{
    BUD_REQUIRE_SHAPE(t);
    BUD_REQUIRE(bud_tree_live_order(t, offset) - 1u < t->height);
    //@ ghost lemma_order(*t);
    //@ ghost lemma_one_owner(t, offset);
    const uint32_t order = bud_tree_live_order(t, offset);
    const uint32_t x = bud_node_of(t, offset, order);
    /*@ assert Only: \forall integer c;
          LiveAt(*t, offset, c) ==> c == order; */
    halve(t, x, order);
    //@ assert Node: NodeOf(*t, offset, order) == x;
    /*@ assert OnlyOne: \forall integer c;
          LiveAt{Pre}(*t, offset, c) ==> c == order; */
    //@ assert Halves: Halved(*t, x, order);
}

/* A power-of-two part of a range. */
struct piece {
    uint32_t order;
    uint32_t size; /* 2^order */
};

/* The largest block that starts at offset and lies in the units from there:
 * a range is a chain of at most 2 * height such pieces. */
static struct piece largest_piece(uint32_t offset, uint32_t units)
{
    struct piece piece = {0, 1};
    while (piece.size <= units / 2u && offset % (2u * piece.size) == 0) {
        piece.size = 2u * piece.size;
        piece.order++;
    }
    return piece;
}

static uint32_t in_heap(const struct bud_tree *t, uint32_t offset,
                        uint32_t units)
{
    return offset <= t->leaves && units <= t->leaves - offset;
}

static uint32_t range_is_free(const struct bud_tree *t, uint32_t offset,
                              uint32_t units)
{
    while (units > 0) {
        const struct piece piece = largest_piece(offset, units);
        if (bud_tree_is_free(t, offset, piece.order) == 0) {
            return 0;
        }
        offset = offset + piece.size;
        units = units - piece.size;
    }
    return 1;
}

uint32_t bud_tree_take_run(struct bud_tree *t, uint32_t offset, uint32_t units)
{
    BUD_REQUIRE_SHAPE(t);
    if (!in_heap(t, offset, units) || !range_is_free(t, offset, units)) {
        return 0;
    }
    while (units > 0) {
        const struct piece piece = largest_piece(offset, units);
        (void)bud_tree_take(t, offset, piece.order);
        offset = offset + piece.size;
        units = units - piece.size;
    }
    return 1;
}

uint32_t bud_tree_alloc_run(struct bud_tree *t, uint32_t units)
{
    BUD_REQUIRE_SHAPE(t);
    if (units == 0 || units > t->leaves) {
        return BUD_TREE_NONE;
    }
    const uint32_t order = bud_tree_order_for(units);
    const uint32_t offset = bud_tree_alloc(t, order);
    if (offset == BUD_TREE_NONE) {
        return BUD_TREE_NONE;
    }
    const uint32_t size = (uint32_t)1 << order;
    (void)bud_tree_release_run(t, offset + units, size - units);
    return offset;
}

static uint32_t range_is_live(const struct bud_tree *t, uint32_t offset,
                              uint32_t end)
{
    while (offset < end) {
        const uint32_t order = bud_tree_live_order(t, offset);
        if (order == BUD_TREE_NONE) {
            return 0;
        }
        const uint32_t size = (uint32_t)1 << order;
        offset = offset - offset % size + size;
    }
    return 1;
}

uint32_t bud_tree_release_run(struct bud_tree *t, uint32_t offset,
                              uint32_t units)
{
    BUD_REQUIRE_SHAPE(t);
    if (!in_heap(t, offset, units) ||
        !range_is_live(t, offset, offset + units)) {
        return BUD_TREE_NOT_LIVE;
    }
    const uint32_t end = offset + units;
    while (offset < end) {
        const uint32_t size = (uint32_t)1 << bud_tree_live_order(t, offset);
        const uint32_t first = offset - offset % size;
        if (first < offset || first + size > end) {
            bud_tree_split(t, first);
        } else {
            (void)bud_tree_free(t, first);
            offset = first + size;
        }
    }
    return BUD_TREE_OK;
}

void bud_tree_init(struct bud_tree *t, uint8_t *zeroed_node, uint32_t units)
{
    BUD_REQUIRE(units - 1u < (uint32_t)1 << BUD_TREE_HEIGHT_MAX);
    t->node = zeroed_node;
    t->height = bud_tree_order_for(units);
    t->leaves = (uint32_t)1 << t->height;
    (void)bud_tree_take_run(t, units, t->leaves - units);
}
