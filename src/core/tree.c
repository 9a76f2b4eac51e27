/* Blocks of the buddy tree: descend to find one, climb to keep the sums. */
#include "core/tree.h"

#include "core/node.h"

/* A node and its order: a block of the heap. */
struct place {
    uint32_t node;
    uint32_t order; /* BUD_TREE_NONE: no such block */
};

uint32_t bud_tree_order_for(uint32_t units)
{
    BUD_REQUIRE(units - 1u < (uint32_t)1 << BUD_TREE_HEIGHT_MAX);
    uint32_t order = 0;
    uint32_t size = 1;
    //@ ghost lemma_pow2();
    /*@ loop invariant Steps: order <= 30;
      loop invariant Size: size == Pow2(order);
      loop invariant Small: order > 0 ==> Pow2(order - 1) < units;
      loop assigns order, size;
      loop variant 30 - order; */
    while (size < units) {
        //@ assert Low: order < 30;
        size = size * 2u;
        order++;
    }
    return order;
}

uint64_t bud_tree_node_bytes(uint32_t units)
{
    BUD_REQUIRE(units - 1u < (uint32_t)1 << BUD_TREE_HEIGHT_MAX);
    const uint32_t order = bud_tree_order_for(units);
    //@ ghost lemma_shift(1, order);
    //@ ghost lemma_down(1, order);
    //@ ghost lemma_pow2();
    const uint32_t size = (uint32_t)1 << order;
    return 2u * (uint64_t)size;
}

/* A heap of 2^order units over zero bytes is wholly free. */
/*@ requires order <= 30 && \valid(t);
    requires Zeroed: Blank(zeroed_node, Pow2(order));
    requires \separated(t, zeroed_node + (0 .. 2 * Pow2(order) - 1));
    assigns *t;
    ensures Valid: Apart(t) && WellFormed(*t);
    ensures Over: t->node == zeroed_node && t->height == order;
    ensures Empty: Free(*t, 1, order) && AllFree(*t, 0, t->leaves);
*/
static void make_empty(struct bud_tree *t, uint8_t *zeroed_node, uint32_t order)
{
    //@ ghost lemma_pow2();
    //@ ghost lemma_shift(1, order);
    //@ ghost lemma_down(1, order);
    t->node = zeroed_node;
    t->height = order;
    t->leaves = (uint32_t)1 << order;
    //@ assert Leaves: t->leaves == Pow2(order) && t->leaves >= 1;
    //@ assert Most: order < 30 ==> 2 * Pow2(order) <= Pow2(30);
    //@ assert Shape: Shape(*t);
    //@ ghost lemma_order(*t);
    /*@ assert Zero: \forall integer i;
          0 <= i < 2 * t->leaves ==> t->node[i] == 0; */
    //@ assert Bounded: Bounded(*t);
    //@ assert Locals: Locals(*t);
    //@ assert None: \forall integer i, c; !Live(*t, i, c);
    //@ assert Root: AtOrder(*t, 1, order);
}

void bud_tree_init(struct bud_tree *t, uint8_t *zeroed_node, uint32_t units)
{
    BUD_REQUIRE(units - 1u < (uint32_t)1 << BUD_TREE_HEIGHT_MAX);
    const uint32_t order = bud_tree_order_for(units);
    //@ ghost lemma_pow2();
    //@ assert Order: OrderFor(units, order);
    make_empty(t, zeroed_node, order);
    //@ assert Length: order > 0 ==> t->leaves == 2 * Pow2(order - 1);
    //@ assert Bytes: 2 * t->leaves <= 4 * units;
    //@ assert None: \forall integer u, c; !LiveOver(*t, u, c);
    (void)bud_tree_take_run(t, units, t->leaves - units);
    //@ assert Run: Run(*t, units, t->leaves - units);
    //@ assert Leaves: \let tree = *t; tree.leaves == t->leaves;
    //@ assert Ends: \let tree = *t; Run(tree, units, tree.leaves - units);
    /*@ assert Head: \forall integer u; InRange(u, 0, units)
          ==> !InRange(u, units, t->leaves - units); */
    /*@ assert Free: \forall integer u, c; InRange(u, 0, units)
          ==> !LiveOver(*t, u, c); */
}

/*@ requires left <= 64 && right <= 64;
    assigns \nothing;
    ensures \result == Combine(left, right);
*/
static uint8_t combine(uint8_t left, uint8_t right)
{
    if (left == 0 && right == 0) {
        return 0;
    }
    return (uint8_t)((left <= right ? left : right) + 1);
}

/* The lowest free block of this order: its node, or 0. */
/*@ requires \valid(t) && WellFormed(*t);
    requires order <= t->height;
    assigns \nothing;
    behavior none:
      assumes t->node[1] > t->height - order;
      ensures \result == 0;
    behavior some:
      assumes t->node[1] <= t->height - order;
      ensures Found: Free(*t, \result, order);
      ensures Lowest: \forall integer j; j < \result ==> !Free(*t, j, order);
    complete behaviors; disjoint behaviors;
*/
static uint32_t find(const struct bud_tree *t, uint32_t order)
{
    uint32_t i = 1;
    uint32_t c = t->height;
    if (t->node[1] > c - order) {
        return 0;
    }
    //@ ghost lemma_complete(t, order);
    //@ assert One: Pow2(0) == 1;
    /*@ loop invariant Steps: order <= c <= t->height;
      loop invariant At: AtOrder(*t, i, c);
      loop invariant Fit: t->node[i] <= c - order;
      loop invariant Path: NoLiveAbove(*t, i, c);
      loop invariant Lowest: \forall integer j;
        Up(j, c - order) < i ==> !Free(*t, j, order);
      loop assigns i, c;
      loop variant c - order; */
    while (c > order) {
        //@ ghost lemma_order(*t);
        //@ assert Loc: LocalAt(*t, i, c);
        //@ assert Sum: Summed(t->node, i);
        c--;
        i = 2u * i;
        if (t->node[i] > c - order) {
            i = i + 1u;
        }
        /*@ assert Left: i != 2 * (i / 2) ==> \forall integer j;
          Up(j, c - order) == 2 * (i / 2) ==> !Free(*t, j, order); */
        /*@ assert Half: \forall integer j;
          Up(j, c - order + 1) == Up(j, c - order) / 2; */
        //@ ghost lemma_up(i);
        //@ assert Not: !Live(*t, i / 2, c + 1);
        /*@ assert Next: \forall integer k; 2 <= k <= t->height - c
          ==> Up(i, k) == Up(i / 2, k - 1); */
        //@ assert First: Up(i, 1) == i / 2;
    }
    return i;
}

/* Node i, of this order, is recomputed from its children. */
/*@ requires Apart(t) && Shape(*t) && Bounded(*t);
    requires order >= 1 && AtOrder(*t, i, order);
    requires LocalsBut(*t, i);
    assigns t->node[i];
    ensures Valid: Shape(*t) && Bounded(*t);
    ensures Moved: LocalsBut(*t, i / 2);
    ensures Sum: Summed(t->node, i);
    ensures Frame: \forall integer j, d; j != i && j != i / 2
      ==> (Live{Pre}(*t, j, d) <==> Live{Post}(*t, j, d));
*/
static void refresh(struct bud_tree *t, uint32_t i, uint32_t order)
{
    (void)order;
    //@ ghost lemma_order(*t);
    /*@ assert Kids: AtOrder(*t, 2 * i, order - 1)
        && AtOrder(*t, 2 * i + 1, order - 1); */
    t->node[i] = combine(t->node[2u * i], t->node[2u * i + 1u]);
    /*@ assert Other: \forall integer j;
        j != i ==> t->node[j] == \at(t->node[j], Pre); */
    /*@ assert Half: \forall integer j;
        j != i / 2 ==> 2 * j != i && 2 * j + 1 != i; */
    /*@ assert Was: \forall integer j, d; 1 <= d && j != i
        && AtOrder(*t, j, d) ==> LocalAt{Pre}(\at(*t, Pre), j, d); */
    /*@ assert Keep: \forall integer j, d; 1 <= d && j != i && j != i / 2
        && AtOrder(*t, j, d) ==> LocalAt(*t, j, d); */
    /*@ assert Self: \forall integer d; 1 <= d && AtOrder(*t, i, d)
        ==> LocalAt(*t, i, d); */
}

/* The byte of x, of this order, has changed: its ancestors follow. */
/*@ requires Apart(t) && Shape(*t) && Bounded(*t);
    requires AtOrder(*t, x, order);
    requires LocalsBut(*t, x / 2);
    requires Path: NoLiveAbove(*t, x, order);
    assigns t->node[1 .. x / 2];
    ensures Valid: WellFormed(*t);
    ensures Frame: SameLiveBut{Pre,Post}(*t, x);
    ensures Same: Live{Pre}(*t, x, order) <==> Live{Post}(*t, x, order);
*/
static void update(struct bud_tree *t, uint32_t x, uint32_t order)
{
    uint32_t i = x / 2u;
    uint32_t c = order + 1u;
    //@ ghost lemma_order(*t);
    //@ ghost lemma_up(x);
    //@ assert One: Pow2(0) == 1;
    /*@ loop invariant Steps: order + 1 <= c <= t->height + 1;
      loop invariant At: c <= t->height ==> AtOrder(*t, i, c);
      loop invariant End: c == t->height + 1 ==> i == 0;
      loop invariant Bounded: Bounded(*t);
      loop invariant Locals: LocalsBut(*t, i);
      loop invariant Path: i == Up(x, c - order);
      loop invariant Low: i <= x / 2;
      loop invariant Same: \forall integer j, d; j != x && j != i
        ==> (Live{Pre}(*t, j, d) <==> Live(*t, j, d));
      loop invariant Mine: Live{Pre}(*t, x, order) <==> Live(*t, x, order);
      loop assigns i, c, t->node[1 .. x / 2];
      loop variant t->height + 1 - c; */
    while (i >= 1u) {
        //@ ghost lemma_order(*t);
        //@ assert Not: c <= t->height;
        /*@ assert Grows: c < t->height
          ==> Pow2(t->height - c) == 2 * Pow2(t->height - c - 1); */
        refresh(t, i, c);
        //@ assert NotLive: \forall integer d; !Live(*t, i, d);
        //@ assert WasNot: !Live{Pre}(*t, i, c);
        //@ assert WasNotAny: \forall integer d; !Live{Pre}(*t, i, d);
        //@ assert Next: Up(x, c - order + 1) == i / 2;
        i = i / 2u;
        c++;
    }
    //@ assert Zero: \forall integer d; !AtOrder(*t, 0, d);
}

/* x, free and of this order, becomes a live block. */
/*@ requires Apart(t) && WellFormed(*t);
    requires Free(*t, x, order);
    assigns t->node[1 .. 2 * t->leaves - 1];
    ensures Valid: WellFormed(*t);
    ensures Lives: Live(*t, x, order);
    ensures Frame: SameLiveBut{Pre,Post}(*t, x);
*/
static void claim(struct bud_tree *t, uint32_t x, uint32_t order)
{
    //@ ghost lemma_order(*t);
    //@ ghost lemma_up(x);
    //@ ghost Before: ;
    //@ assert Zero: order > 0 ==> Whole(t->node, x);
    t->node[x] = (uint8_t)(order + 1u);
    /*@ assert Other: \forall integer j;
        j != x ==> t->node[j] == \at(t->node[j], Before); */
    /*@ assert Half: \forall integer j;
        j != x / 2 ==> 2 * j != x && 2 * j + 1 != x; */
    /*@ assert Was: \forall integer j, d; 1 <= d && AtOrder(*t, j, d)
        ==> LocalAt{Before}(\at(*t, Before), j, d); */
    /*@ assert Keep: \forall integer j, d; 1 <= d && j != x && j != x / 2
        && AtOrder(*t, j, d) ==> LocalAt(*t, j, d); */
    /*@ assert Self: \forall integer d;
        1 <= d && AtOrder(*t, x, d) ==> LocalAt(*t, x, d); */
    /*@ assert SameStep: \forall integer j, d; j != x && j != x / 2
        ==> (Live{Before}(*t, j, d) <==> Live(*t, j, d)); */
    //@ assert NotHalf: \forall integer d; !Live(*t, x / 2, d);
    //@ assert Root: order == t->height ==> x == 1;
    /*@ assert Parent: order < t->height ==> Up(x, 1) == x / 2
        && !Live{Before}(*t, x / 2, order + 1); */
    /*@ assert WasNotHalf: \forall integer d;
        AtOrder(*t, x / 2, d) ==> !Live{Before}(*t, x / 2, d); */
    /*@ assert SameAll: \forall integer j, d;
        j != x ==> (Live{Before}(*t, j, d) <==> Live(*t, j, d)); */
    update(t, x, order);
}

/* x, live and of this order, becomes free. */
/*@ requires Apart(t) && WellFormed(*t);
    requires Live(*t, x, order);
    assigns t->node[1 .. 2 * t->leaves - 1];
    ensures Valid: WellFormed(*t);
    ensures Dead: !Live(*t, x, order);
    ensures Frame: SameLiveBut{Pre,Post}(*t, x);
*/
static void release(struct bud_tree *t, uint32_t x, uint32_t order)
{
    //@ ghost lemma_order(*t);
    //@ ghost lemma_up(x);
    //@ ghost lemma_disjoint(t, x, order);
    //@ ghost Before: ;
    t->node[x] = 0;
    /*@ assert Other: \forall integer j;
        j != x ==> t->node[j] == \at(t->node[j], Before); */
    /*@ assert Half: \forall integer j;
        j != x / 2 ==> 2 * j != x && 2 * j + 1 != x; */
    /*@ assert Was: \forall integer j, d; 1 <= d && AtOrder(*t, j, d)
        ==> LocalAt{Before}(\at(*t, Before), j, d); */
    /*@ assert Keep: \forall integer j, d; 1 <= d && j != x && j != x / 2
        && AtOrder(*t, j, d) ==> LocalAt(*t, j, d); */
    /*@ assert Self: \forall integer d;
        1 <= d && AtOrder(*t, x, d) ==> LocalAt(*t, x, d); */
    /*@ assert SameStep: \forall integer j, d; j != x && j != x / 2
        ==> (Live{Before}(*t, j, d) <==> Live(*t, j, d)); */
    /*@ assert WasNotHalf: \forall integer d;
        AtOrder(*t, x / 2, d) ==> !Live{Before}(*t, x / 2, d); */
    //@ assert NotHalf: \forall integer d; !Live(*t, x / 2, d);
    /*@ assert SameAll: \forall integer j, d;
        j != x ==> (Live{Before}(*t, j, d) <==> Live(*t, j, d)); */
    update(t, x, order);
}

/* The live block that contains node x: the lowest node from x upwards that
 * says nothing is free. */
/*@ requires \valid(t) && WellFormed(*t);
    requires AtOrder(*t, x, order);
    requires order == 0 || t->node[x] == 0;
    assigns \nothing;
    ensures None: \result.order == BUD_TREE_NONE ==>
      \forall integer k; 0 <= k <= t->height - order
        ==> !Live(*t, Up(x, k), order + k);
    ensures Some: \result.order != BUD_TREE_NONE ==>
      order <= \result.order && Live(*t, \result.node, \result.order)
      && \result.node == Up(x, \result.order - order);
*/
static struct place owner(const struct bud_tree *t, uint32_t x, uint32_t order)
{
    struct place at = {x, order};
    //@ ghost lemma_order(*t);
    /*@ loop invariant Steps: order <= at.order <= t->height;
      loop invariant At: AtOrder(*t, at.node, at.order);
      loop invariant Up: at.node == Up(x, at.order - order);
      loop invariant Below: at.order > order
        ==> t->node[2 * at.node] != at.order
            || t->node[2 * at.node + 1] != at.order;
      loop invariant NotYet: \forall integer k; 0 <= k < at.order - order
        ==> !Live(*t, Up(x, k), order + k);
      loop assigns at;
      loop variant t->height - at.order; */
    while (t->node[at.node] != at.order + 1u) {
        //@ assert Not: !Live(*t, at.node, at.order);
        if (at.order == t->height) {
            at.order = BUD_TREE_NONE;
            return at;
        }
        //@ assert Next: Up(x, at.order - order + 1) == at.node / 2;
        //@ assert Parent: AtOrder(*t, at.node / 2, at.order + 1);
        /*@ assert Sides: 2 * (at.node / 2) == at.node
          || 2 * (at.node / 2) + 1 == at.node; */
        at.node = at.node / 2u;
        at.order++;
    }
    /*@ assert Loc: at.order >= 1 ==> LocalAt(*t, at.node, at.order); */
    //@ assert Lives: Live(*t, at.node, at.order);
    return at;
}

/* The live block that contains this unit. */
/*@ requires \valid(t) && WellFormed(*t);
    requires offset < t->leaves;
    assigns \nothing;
    ensures None: \result.order == BUD_TREE_NONE ==> NoneLiveOver(*t, offset);
    ensures Some: \result.order != BUD_TREE_NONE ==>
      LiveOver(*t, offset, \result.order)
      && \result.node == NodeOf(*t, offset, \result.order);
*/
static struct place owner_of(const struct bud_tree *t, uint32_t offset)
{
    const uint32_t leaf = t->leaves + offset;
    //@ ghost lemma_order(*t);
    const struct place at = owner(t, leaf, 0);
    //@ ghost lemma_node(*t, offset, leaf);
    /*@ assert None: at.order == BUD_TREE_NONE ==> \forall integer k;
          0 <= k <= t->height ==> !Live(*t, Up(leaf, k), k); */
    /*@ assert Node: at.order != BUD_TREE_NONE
          ==> at.node == Up(leaf, at.order); */
    return at;
}

uint32_t bud_tree_alloc(struct bud_tree *t, uint32_t order)
{
    BUD_REQUIRE_SHAPE(t);
    //@ ghost lemma_merged(t);
    if (order > t->height) {
        return BUD_TREE_NONE;
    }
    //@ ghost lemma_complete(t, order);
    const uint32_t i = find(t, order);
    if (i == 0) {
        return BUD_TREE_NONE;
    }
    const uint32_t offset = bud_node_offset(t, i, order);
    //@ assert Node: NodeOf(*t, offset, order) == i;
    //@ assert Starts: StartsAt(*t, i, order, offset);
    //@ ghost lemma_before(i, order);
    claim(t, i, order);
    //@ ghost lemma_merged(t);
    //@ assert Still: NodeOf(*t, offset, order) == i;
    return offset;
}

uint32_t bud_tree_free(struct bud_tree *t, uint32_t offset)
{
    BUD_REQUIRE_SHAPE(t);
    //@ ghost lemma_merged(t);
    if (offset >= t->leaves) {
        return BUD_TREE_NOT_LIVE;
    }
    //@ ghost lemma_order(*t);
    //@ ghost lemma_one_owner(t, offset);
    const struct place at = owner_of(t, offset);
    if (at.order == BUD_TREE_NONE) {
        return BUD_TREE_NOT_LIVE;
    }
    if (bud_node_offset(t, at.node, at.order) != offset) {
        //@ assert Elsewhere: !LiveAt(*t, offset, at.order);
        return BUD_TREE_INTERIOR;
    }
    //@ assert Starts: LiveAt(*t, offset, at.order);
    /*@ assert Only: \forall integer c;
          c != at.order ==> !LiveOver(*t, offset, c); */
    release(t, at.node, at.order);
    //@ ghost lemma_merged(t);
    //@ assert Dead: !LiveOver(*t, offset, at.order);
    /*@ assert Else: \forall integer c; c != at.order
          && AtOrder(*t, NodeOf(*t, offset, c), c)
          ==> NodeOf(*t, offset, c) != at.node; */
    /*@ assert Gone: \forall integer c;
          c != at.order ==> !LiveOver(*t, offset, c); */
    return BUD_TREE_OK;
}

uint32_t bud_tree_live_order(const struct bud_tree *t, uint32_t offset)
{
    BUD_REQUIRE_SHAPE(t);
    if (offset >= t->leaves) {
        return BUD_TREE_NONE;
    }
    return owner_of(t, offset).order;
}

/* A node that says 0 is free unless it lies in a live block. */
/*@ requires \valid(t) && WellFormed(*t);
    requires AtOrder(*t, x, order);
    assigns \nothing;
    ensures Is: \result == 1 <==> Free(*t, x, order);
    ensures Flag: \result == 0 || \result == 1;
*/
static uint32_t node_is_free(const struct bud_tree *t, uint32_t x,
                             uint32_t order)
{
    //@ ghost lemma_order(*t);
    if (t->node[x] != 0) {
        return 0;
    }
    const struct place at = owner(t, x, order);
    //@ assert Self: Up(x, 0) == x;
    /*@ assert Above: at.order != BUD_TREE_NONE
          ==> at.order > order && !NoLiveAbove(*t, x, order); */
    return at.order == BUD_TREE_NONE;
}

uint32_t bud_tree_is_free(const struct bud_tree *t, uint32_t offset,
                          uint32_t order)
{
    BUD_REQUIRE_SHAPE(t);
    if (order > t->height || offset >= t->leaves) {
        //@ assert Outside: !FreeAt(*t, offset, order);
        return 0;
    }
    const uint32_t x = bud_node_of(t, offset, order);
    if (bud_node_offset(t, x, order) != offset) {
        //@ assert Elsewhere: !StartsAt(*t, x, order, offset);
        //@ assert Not: !FreeAt(*t, offset, order);
        return 0;
    }
    //@ assert Starts: StartsAt(*t, x, order, offset);
    //@ assert Same: FreeAt(*t, offset, order) <==> Free(*t, x, order);
    return node_is_free(t, x, order);
}

uint32_t bud_tree_take(struct bud_tree *t, uint32_t offset, uint32_t order)
{
    BUD_REQUIRE_SHAPE(t);
    if (bud_tree_is_free(t, offset, order) == 0) {
        return 0;
    }
    const uint32_t x = bud_node_of(t, offset, order);
    claim(t, x, order);
    //@ assert Still: NodeOf(*t, offset, order) == x;
    return 1;
}

uint32_t bud_tree_largest(const struct bud_tree *t)
{
    BUD_REQUIRE_SHAPE(t);
    //@ ghost lemma_order(*t);
    //@ ghost lemma_bound(t);
    if (t->node[1] > t->height) {
        return BUD_TREE_NONE;
    }
    const uint32_t order = t->height - t->node[1];
    //@ ghost uint32_t witness = lemma_found(t, order);
    //@ assert Has: Free(*t, witness, order);
    //@ assert Some: !NoneFree(*t, order);
    return order;
}
