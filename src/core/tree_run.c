/* Runs: ranges of units as chains of live blocks of the buddy tree. */
#include "core/tree.h"

#include "core/node.h"
#include "core/piece.h"
#include "core/piece_lemmas.h"

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

/*@ requires \valid(t) && Shape(*t);
    assigns \nothing;
    ensures Is: \result == 1 <==> InHeap(*t, offset, units);
    ensures Flag: \result == 0 || \result == 1;
*/
static uint32_t in_heap(const struct bud_tree *t, uint32_t offset,
                        uint32_t units)
{
    return offset <= t->leaves && units <= t->leaves - offset;
}

/*@ requires \valid(t) && WellFormed(*t);
    requires InHeap(*t, offset, units);
    assigns \nothing;
    ensures Is: \result == 1 <==> AllFree(*t, offset, units);
    ensures Flag: \result == 0 || \result == 1;
*/
static uint32_t range_is_free(const struct bud_tree *t, uint32_t offset,
                              uint32_t units)
{
    uint32_t unit = offset;
    uint32_t left = units;
    //@ ghost uint32_t most = 2u * t->height + 2u;
    /*@ loop invariant Range: left <= units && unit + left == offset + units;
        loop invariant Free: AllFree(*t, offset, unit - offset);
        loop invariant Steps: Pieces(unit, left, t->height, most);
        loop assigns unit, left, most;
        loop variant most; */
    while (left > 0) {
        const struct bud_piece piece = bud_piece_largest(unit, left);
        //@ ghost uint32_t x = lemma_starts(*t, unit, piece.order);
        //@ ghost lemma_units_free(t, x, piece.order);
        if (bud_tree_is_free(t, unit, piece.order) == 0) {
            //@ assert Busy: !Idle(*t, x, piece.order);
            //@ assert Some: !AllFree(*t, unit, piece.size);
            /*@ assert Part: \forall integer u; InRange(u, unit, piece.size)
                  ==> InRange(u, offset, units); */
            //@ assert Not: !AllFree(*t, offset, units);
            return 0;
        }
        //@ ghost lemma_free_units(t, x, piece.order);
        //@ assert Free: AllFree(*t, unit, piece.size);
        //@ ghost most = lemma_pieces(unit, left, piece.order, t->height, most);
        unit = unit + piece.size;
        left = left - piece.size;
    }
    return 1;
}

/* A free range becomes a run. */
/*@ requires Apart(t) && WellFormed(*t);
    requires InHeap(*t, offset, units) && AllFree(*t, offset, units);
    assigns t->node[1 .. 2 * t->leaves - 1];
    ensures Valid: WellFormed(*t);
    ensures Run: Run(*t, offset, units);
    ensures Frame: SameOutside{Pre,Post}(*t, offset, units);
*/
static void claim_run(struct bud_tree *t, uint32_t offset, uint32_t units)
{
    uint32_t unit = offset;
    uint32_t left = units;
    //@ ghost uint32_t most = 2u * t->height + 2u;
    /*@ loop invariant Range: left <= units && unit + left == offset + units;
        loop invariant Valid: WellFormed(*t);
        loop invariant Live: AllLive(*t, offset, unit - offset);
        loop invariant Frame:
          SameOutside{Pre,Here}(*t, offset, unit - offset);
        loop invariant Steps: Pieces(unit, left, t->height, most);
        loop assigns unit, left, most, t->node[1 .. 2 * t->leaves - 1];
        loop variant most; */
    while (left > 0) {
        const struct bud_piece piece = bud_piece_largest(unit, left);
        /*@ assert Part: \forall integer u; InRange(u, unit, left)
              ==> InRange(u, offset, units)
                  && !InRange(u, offset, unit - offset); */
        //@ assert Free: AllFree(*t, unit, left);
        /*@ assert First: \forall integer u; InRange(u, unit, piece.size)
              ==> InRange(u, unit, left); */
        //@ ghost Before: ;
        bud_piece_claim(t, unit, piece.order);
        /*@ assert Outside: \forall integer u;
              !InRange(u, offset, unit + piece.size - offset)
              ==> !InRange(u, offset, unit - offset)
                  && !InRange(u, unit, piece.size); */
        /*@ assert Frame: \forall integer u, c;
              !InRange(u, offset, unit + piece.size - offset)
              ==> (LiveOver{Before}(*t, u, c) <==> LiveOver(*t, u, c)); */
        /*@ assert All: SameOutside{Pre,Here}(*t, offset,
              unit + piece.size - offset); */
        //@ ghost most = lemma_pieces(unit, left, piece.order, t->height, most);
        unit = unit + piece.size;
        left = left - piece.size;
    }
    /*@ assert Clear: \forall integer u, c; 0 <= u < t->leaves
          && !InRange(u, offset, units) && LiveOver(*t, u, c)
          ==> LiveOver{Pre}(*t, u, c) && Clear(*t, u, c, offset, units); */
}

uint32_t bud_tree_take_run(struct bud_tree *t, uint32_t offset, uint32_t units)
{
    BUD_REQUIRE_SHAPE(t);
    if (!in_heap(t, offset, units) || !range_is_free(t, offset, units)) {
        return 0;
    }
    claim_run(t, offset, units);
    //@ ghost lemma_merged(t);
    return 1;
}

/*@ requires \valid(t) && WellFormed(*t);
    requires InHeap(*t, offset, units);
    assigns \nothing;
    ensures Is: \result == 1 <==> AllLive(*t, offset, units);
    ensures Flag: \result == 0 || \result == 1;
*/
static uint32_t range_is_live(const struct bud_tree *t, uint32_t offset,
                              uint32_t units)
{
    const uint32_t end = offset + units;
    uint32_t unit = offset;
    /*@ loop invariant Range: offset <= unit <= t->leaves;
        loop invariant Live: AllLive(*t, offset, unit - offset);
        loop assigns unit;
        loop variant end - unit; */
    while (unit < end) {
        const uint32_t order = bud_tree_live_order(t, unit);
        if (order == BUD_TREE_NONE) {
            //@ assert Not: !UnitLive(*t, unit);
            //@ assert In: InRange(unit, offset, units);
            return 0;
        }
        const uint32_t x = bud_node_of(t, unit, order);
        //@ ghost lemma_units(*t, x, order);
        const uint32_t next =
            bud_node_offset(t, x, order) + bud_node_units(order);
        /*@ assert Over: \forall integer u; InRange(u, unit, next - unit)
              ==> NodeOf(*t, u, order) == x; */
        /*@ assert Live: \forall integer u; InRange(u, unit, next - unit)
              ==> LiveOver(*t, u, order); */
        /*@ assert Sum: \forall integer u; InRange(u, offset, next - offset)
              ==> InRange(u, offset, unit - offset)
                  || InRange(u, unit, next - unit); */
        unit = next;
    }
    /*@ assert All: \forall integer u; InRange(u, offset, units)
          ==> InRange(u, offset, unit - offset); */
    return 1;
}

/* The live block of this order over unit becomes two. */
/*@ requires Apart(t) && WellFormed(*t);
    requires order >= 1 && LiveOver(*t, unit, order);
    assigns t->node[1 .. 2 * t->leaves - 1];
    ensures Valid: WellFormed(*t);
    ensures Lives: LiveOver(*t, unit, order - 1);
    ensures Halves: \forall integer u, c; LiveOver(*t, u, c)
      ==> LiveOver{Pre}(*t, u, c) || (c == order - 1
        && NodeOf(*t, u, order) == NodeOf(*t, unit, order));
    ensures Units: SameUnits{Pre,Post}(*t, 0, 0);
    ensures Kept: Kept{Pre,Post}(*t, unit, 1);
*/
static void halve_over(struct bud_tree *t, uint32_t unit, uint32_t order)
{
    //@ ghost lemma_order(*t);
    const uint32_t x = bud_node_of(t, unit, order);
    /*@ assert NotYet: \forall integer d;
          !Live(*t, 2 * x, d) && !Live(*t, 2 * x + 1, d); */
    /*@ assert Child: \forall integer u; NodeOf(*t, u, order)
          == NodeOf(*t, u, order - 1) / 2; */
    /*@ assert Down: \forall integer u; 0 <= u < t->leaves
          && NodeOf(*t, u, order) == x ==> NodeOf(*t, u, order - 1) == 2 * x
            || NodeOf(*t, u, order - 1) == 2 * x + 1; */
    /*@ assert WasOver: \forall integer u; 0 <= u < t->leaves
          && NodeOf(*t, u, order) == x ==> LiveOver(*t, u, order); */
    halve(t, x, order);
    //@ ghost lemma_order(*t);
    /*@ assert Over: \forall integer u; 0 <= u < t->leaves
          && NodeOf(*t, u, order) == x ==> LiveOver(*t, u, order - 1); */
    /*@ assert Forth: \forall integer u, c; LiveOver{Pre}(*t, u, c)
          ==> LiveOver(*t, u, c)
              || (c == order && NodeOf(*t, u, order) == x); */
    /*@ assert Back: \forall integer u, c; LiveOver(*t, u, c)
          ==> LiveOver{Pre}(*t, u, c)
              || (c == order - 1 && NodeOf(*t, u, order) == x); */
    /*@ assert StillLive: \forall integer u, c; LiveOver{Pre}(*t, u, c)
          ==> UnitLive(*t, u); */
    /*@ assert WasLive: \forall integer u, c; LiveOver(*t, u, c)
          ==> UnitLive{Pre}(*t, u); */
    //@ assert Own: InRange(unit, unit, 1);
}

/* The live block over unit is halved until it starts there and does not pass
 * end; its order. */
/*@ requires Apart(t) && WellFormed(*t);
    requires unit < end <= t->leaves && UnitLive(*t, unit);
    assigns t->node[1 .. 2 * t->leaves - 1];
    ensures Valid: WellFormed(*t);
    ensures Order: \result <= t->height;
    ensures Starts: LiveAt(*t, unit, \result);
    ensures Fits: unit + Pow2(\result) <= end;
    ensures Coarse: \forall integer c; c <= t->height
      && Coarse{Pre}(*t, unit, end, c) ==> Coarse(*t, unit, end, c);
    ensures Units: SameUnits{Pre,Post}(*t, 0, 0);
    ensures Kept: Kept{Pre,Post}(*t, unit, 1);
*/
static uint32_t isolate(struct bud_tree *t, uint32_t unit, uint32_t end)
{
    uint32_t order = bud_tree_live_order(t, unit);
    /*@ loop invariant Steps: order <= t->height;
        loop invariant Valid: WellFormed(*t);
        loop invariant Lives: LiveOver(*t, unit, order);
        loop invariant Coarse: \forall integer c; c <= t->height
          && Coarse{Pre}(*t, unit, end, c) ==> Coarse(*t, unit, end, c);
        loop invariant Units: SameUnits{Pre,Here}(*t, 0, 0);
        loop invariant Kept: Kept{Pre,Here}(*t, unit, 1);
        loop assigns order, t->node[1 .. 2 * t->leaves - 1];
        loop variant order; */
    for (;;) {
        const uint32_t x = bud_node_of(t, unit, order);
        if (bud_node_offset(t, x, order) == unit &&
            bud_node_units(order) <= end - unit) {
            break;
        }
        //@ ghost lemma_sticks_out(*t, unit, end, order);
        halve_over(t, unit, order);
        order--;
    }
    return order;
}

/* Frees a live range, piece by piece. */
/*@ requires Apart(t) && WellFormed(*t);
    requires InHeap(*t, offset, units) && AllLive(*t, offset, units);
    assigns t->node[1 .. 2 * t->leaves - 1];
    ensures Valid: WellFormed(*t);
    ensures Free: AllFree(*t, offset, units);
    ensures Units: SameUnits{Pre,Post}(*t, offset, units);
    ensures Kept: Kept{Pre,Post}(*t, offset, units);
*/
static void free_run(struct bud_tree *t, uint32_t offset, uint32_t units)
{
    const uint32_t end = offset + units;
    uint32_t unit = offset;
    //@ ghost lemma_uncut(t, offset, units);
    //@ ghost uint32_t rounds = 0;
    //@ ghost uint32_t most = 2u * t->height + 2u;
    /*@ loop invariant Range: offset <= unit <= end;
        loop invariant Rounds: rounds <= unit - offset
          && most <= 2 * t->height + 2;
        loop invariant Steps: \forall integer c; c <= t->height
          && Uncut{Pre}(*t, offset, units, c) ==> Coarse(*t, unit, end, c)
            && Pieces(unit, end - unit, t->height, most)
            && rounds + most <= 2 * t->height + 2;
        loop invariant Valid: WellFormed(*t);
        loop invariant Free: AllFree(*t, offset, unit - offset);
        loop invariant Live: AllLive(*t, unit, end - unit);
        loop invariant Units: SameUnits{Pre,Here}(*t, offset, units);
        loop invariant Kept: Kept{Pre,Here}(*t, offset, units);
        loop assigns unit, rounds, most, t->node[1 .. 2 * t->leaves - 1];
        loop variant end - unit; */
    while (unit < end) {
        //@ assert First: InRange(unit, unit, end - unit);
        //@ ghost Before: ;
        const uint32_t order = isolate(t, unit, end);
        //@ ghost Mid: ;
        //@ ghost lemma_largest(t, unit, end, order);
        bud_piece_free(t, unit, order);
        const uint32_t size = bud_node_units(order);
        /*@ assert Part: \forall integer u; InRange(u, unit, size)
              ==> InRange(u, offset, units); */
        /*@ assert Left: \forall integer u;
              InRange(u, unit + size, end - unit - size)
              ==> InRange(u, unit, end - unit) && !InRange(u, unit, size); */
        /*@ assert Done: \forall integer u;
              InRange(u, offset, unit + size - offset)
              ==> InRange(u, offset, unit - offset)
                  || InRange(u, unit, size); */
        //@ assert Never: \forall integer u; !InRange(u, 0, 0);
        /*@ assert Split: \forall integer u;
              UnitLive{Before}(*t, u) <==> UnitLive{Mid}(*t, u); */
        /*@ assert Freed: \forall integer u; !InRange(u, unit, size)
              ==> (UnitLive{Mid}(*t, u) <==> UnitLive(*t, u)); */
        /*@ assert Units: \forall integer u; !InRange(u, unit, size)
              ==> (UnitLive{Before}(*t, u) <==> UnitLive(*t, u)); */
        /*@ assert Clear: \forall integer u, c; LiveOver{Before}(*t, u, c)
              && Clear(*t, u, c, offset, units)
              ==> Clear(*t, u, c, unit, 1) && !InRange(u, unit, size); */
        /*@ assert Coarse: \forall integer c; Coarse{Mid}(*t, unit, end, c)
              ==> Coarse(*t, unit + size, end, c); */
        //@ ghost most = lemma_pieces(unit, end - unit, order, t->height, most);
        //@ ghost rounds++;
        unit = unit + size;
    }
}

uint32_t bud_tree_release_run(struct bud_tree *t, uint32_t offset,
                              uint32_t units)
{
    BUD_REQUIRE_SHAPE(t);
    //@ ghost lemma_merged(t);
    if (!in_heap(t, offset, units) || !range_is_live(t, offset, units)) {
        return BUD_TREE_NOT_LIVE;
    }
    free_run(t, offset, units);
    //@ ghost lemma_merged(t);
    return BUD_TREE_OK;
}

/* The live block of this order at offset shrinks to a run of units. */
/*@ requires Apart(t) && WellFormed(*t);
    requires LiveAt(*t, offset, order) && order <= t->height;
    requires units <= Pow2(order) && InHeap(*t, offset, Pow2(order));
    assigns t->node[1 .. 2 * t->leaves - 1];
    ensures Valid: WellFormed(*t);
    ensures Run: Run(*t, offset, units);
    ensures Free: AllFree(*t, offset + units, Pow2(order) - units);
    ensures Frame: SameOutside{Pre,Post}(*t, offset, Pow2(order));
*/
static void trim(struct bud_tree *t, uint32_t offset, uint32_t order,
                 uint32_t units)
{
    const uint32_t size = bud_node_units(order);
    //@ ghost lemma_order(*t);
    //@ ghost lemma_all_disjoint(t);
    /*@ ghost uint32_t x =
          lemma_contains(t->leaves + offset, order, lemma_size(order)); */
    //@ assert Node: x == NodeOf(*t, offset, order);
    //@ ghost lemma_units(*t, x, order);
    /*@ assert Units: \forall integer u; 0 <= u < t->leaves ==>
          (NodeOf(*t, u, order) == x <==> InRange(u, offset, size)); */
    /*@ assert Over: \forall integer u; InRange(u, offset, size)
          ==> LiveOver(*t, u, order); */
    /*@ assert Tail: \forall integer u;
          InRange(u, offset + units, size - units)
          ==> InRange(u, offset, size); */
    /*@ assert Others: \forall integer u, c; LiveOver(*t, u, c)
          && !InRange(u, offset, size) ==> Clear(*t, u, c, offset, size); */
    /*@ assert ClearTail: \forall integer u, c; LiveOver(*t, u, c)
          && !InRange(u, offset, size)
          ==> Clear(*t, u, c, offset + units, size - units); */
    //@ assert TailLive: AllLive(*t, offset + units, size - units);
    (void)bud_tree_release_run(t, offset + units, size - units);
    //@ assert TailFree: AllFree(*t, offset + units, size - units);
    //@ assert Keep: Kept{Pre,Here}(*t, offset + units, size - units);
    //@ assert Owned: SameUnits{Pre,Here}(*t, offset + units, size - units);
    //@ ghost lemma_all_disjoint(t);
    /*@ assert Kept: \forall integer u, c; LiveOver{Pre}(*t, u, c)
          && !InRange(u, offset, size) ==> LiveOver(*t, u, c); */
    /*@ assert Was: \forall integer u; UnitLive(*t, u)
          && !InRange(u, offset, size) ==> UnitLive{Pre}(*t, u); */
    /*@ assert Same: \forall integer u, c; LiveOver(*t, u, c)
          && !InRange(u, offset, size) ==> LiveOver{Pre}(*t, u, c); */
    /*@ assert Head: \forall integer u; InRange(u, offset, units)
          ==> InRange(u, offset, size)
              && !InRange(u, offset + units, size - units); */
    /*@ assert HeadLive: \forall integer u; InRange(u, offset, units)
          ==> UnitLive{Pre}(*t, u); */
    //@ assert Live: AllLive(*t, offset, units);
    /*@ assert Rest: \forall integer u; InRange(u, offset, size)
          && !InRange(u, offset, units)
          ==> InRange(u, offset + units, size - units); */
    /*@ assert NotTail: \forall integer u, c; LiveOver(*t, u, c)
          && !InRange(u, offset, units) ==> !InRange(u, offset, size); */
    /*@ assert Clear: \forall integer u, c; LiveOver(*t, u, c)
          && !InRange(u, offset, units) ==> Clear(*t, u, c, offset, units); */
}

/* Claims the lowest block of this order; there is one. */
/*@ requires Apart(t) && WellFormed(*t);
    requires order <= t->height;
    requires Some: \exists integer i; Free(*t, i, order);
    assigns t->node[1 .. 2 * t->leaves - 1];
    ensures Valid: WellFormed(*t);
    ensures InHeap: InHeap(*t, \result, Pow2(order));
    ensures Aligned: \result % Pow2(order) == 0;
    ensures Lives: LiveAt(*t, \result, order);
    ensures WasFree: AllFree{Pre}(*t, \result, Pow2(order));
    ensures Lowest: \forall integer o;
      0 <= o < \result ==> !FreeAt{Pre}(*t, o, order);
    ensures Frame: SameOutside{Pre,Post}(*t, \result, Pow2(order));
*/
static uint32_t claim_lowest(struct bud_tree *t, uint32_t order)
{
    //@ ghost lemma_order(*t);
    const uint32_t offset = bud_tree_alloc(t, order);
    //@ ghost lemma_pow2();
    //@ assert In: offset < t->leaves;
    //@ ghost lemma_all_disjoint(t);
    //@ ghost uint32_t x = lemma_starts(*t, offset, order);
    /*@ assert Over: \forall integer u; InRange(u, offset, Pow2(order))
          ==> LiveOver(*t, u, order); */
    //@ assert WasNot: \forall integer c; !Live{Pre}(*t, x, c);
    /*@ assert Back: \forall integer u, c; LiveOver{Pre}(*t, u, c)
          ==> NodeOf(*t, u, c) != x && LiveOver(*t, u, c); */
    /*@ assert Not: \forall integer u, c; InRange(u, offset, Pow2(order))
          ==> !LiveOver{Pre}(*t, u, c); */
    /*@ assert Others: \forall integer u, c; LiveOver(*t, u, c)
          && !InRange(u, offset, Pow2(order)) ==> NodeOf(*t, u, c) != x; */
    return offset;
}

uint32_t bud_tree_alloc_run(struct bud_tree *t, uint32_t units)
{
    BUD_REQUIRE_SHAPE(t);
    //@ ghost lemma_pow2();
    //@ ghost lemma_order(*t);
    //@ ghost lemma_merged(t);
    if (units == 0 || units > t->leaves) {
        return BUD_TREE_NONE;
    }
    const uint32_t order = bud_tree_order_for(units);
    //@ assert Order: \forall integer c; OrderFor(units, c) ==> c == order;
    //@ assert This: OrderFor(units, order) && order <= t->height;
    //@ ghost lemma_complete(t, order);
    if (t->node[1] > t->height - order) {
        return BUD_TREE_NONE;
    }
    //@ ghost uint32_t witness = lemma_found(t, order);
    //@ assert Some: Free(*t, witness, order);
    const uint32_t offset = claim_lowest(t, order);
    /*@ assert Low: \forall integer c, o; OrderFor(units, c)
          && 0 <= o < offset ==> !FreeAt{Pre}(*t, o, c); */
    trim(t, offset, order, units);
    //@ ghost lemma_merged(t);
    //@ assert Lives: RunIn{Pre,Here}(*t, offset, units, order);
    /*@ assert Lowest: \forall integer c, o; OrderFor(units, c)
          && 0 <= o < offset ==> !FreeAt{Pre}(*t, o, c); */
    //@ assert Block: SameOutside{Pre,Here}(*t, offset, Pow2(order));
    /*@ assert Tail: \forall integer u; InRange(u, offset, Pow2(order))
          && !InRange(u, offset, units)
          ==> InRange(u, offset + units, Pow2(order) - units); */
    /*@ assert Before: \forall integer u, c; InRange(u, offset, Pow2(order))
          ==> !LiveOver{Pre}(*t, u, c); */
    /*@ assert After: \forall integer u, c; InRange(u, offset, Pow2(order))
          && !InRange(u, offset, units) ==> !LiveOver(*t, u, c); */
    return offset;
}
