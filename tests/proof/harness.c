#include "harness.h"

#include "core/piece.h"
#include "core/run_lemmas.h"
#include "core/tree_lemmas.h"

/* ---- lemmas ---- */

/* When every unit lies in a live block of this order, none is free. */
/*@ ghost
  /@ requires \valid(t) && WellFormed(*t) && c <= t->height;
     requires FullOf(*t, 0, t->leaves, c);
     assigns \nothing;
     ensures NoneFree(*t, c);
  @/
  void lemma_none_free(const struct bud_tree *t, uint32_t c) {
    uint32_t x = 1;
    uint32_t first = 0;
    lemma_order(*t);
    /@ loop invariant Range: 1 <= x <= 2 * t->leaves;
       loop invariant None: \forall integer i; 1 <= i < x ==> !Free(*t, i, c);
       loop assigns x, first;
       loop variant 2 * t->leaves - x; @/
    while (x < 2 * t->leaves) {
      first = lemma_first(*t, x, c);
      /@ assert In: InRange(first, 0, t->leaves); @/
      /@ assert Lives: AtOrder(*t, x, c) ==> Live(*t, x, c); @/
      x = x + 1;
    }
  }
*/

/* A heap whose units are all free is one free block. */
/*@ ghost
  /@ requires \valid(t) && WellFormed(*t) && AllFree(*t, 0, t->leaves);
     assigns \nothing;
     ensures Free(*t, 1, t->height);
  @/
  void lemma_whole_free(const struct bud_tree *t) {
    lemma_pow2();
    /@ assert Root: AtOrder(*t, 1, t->height); @/
    lemma_units_free(t, 1, t->height);
    /@ assert Idle: Idle(*t, 1, t->height); @/
    return;
  }
*/

/* ---- steps ---- */

/* A heap of 2^height free units. */
/*@ requires height <= 30 && Room(t, zeroed_node, height);
    assigns *t, zeroed_node[0 .. 2 * Pow2(height) - 1];
    ensures Valid: Apart(t) && WellFormed(*t);
    ensures Size: t->height == height;
    ensures Over: t->node == zeroed_node;
    ensures Free: AllFree(*t, 0, t->leaves);
*/
static void make_heap(struct bud_tree *t, uint8_t *zeroed_node, uint32_t height)
{
    const uint32_t units = bud_node_units(height);
    //@ ghost lemma_pow2();
    //@ assert Most: units <= 0x40000000;
    //@ assert Only: \forall integer c; OrderFor(units, c) ==> c == height;
    /*@ assert Nodes: \forall integer i; HasNode(units, i)
          ==> 0 <= i < 2 * Pow2(height); */
    bud_tree_init(t, zeroed_node, units);
}

/* Claims the block after those that are live. */
/*@ requires Apart(t) && WellFormed(*t) && order <= t->height;
    requires Aligned: next % Pow2(order) == 0;
    requires InHeap: InHeap(*t, next, Pow2(order));
    requires Below: FullOf(*t, 0, next, order);
    requires Above: AllFree(*t, next, t->leaves - next);
    assigns t->node[1 .. 2 * t->leaves - 1];
    ensures Valid: WellFormed(*t);
    ensures Next: \result == next;
    ensures Below: FullOf(*t, 0, next + Pow2(order), order);
    ensures Above: AllFree(*t, next + Pow2(order),
                           t->leaves - next - Pow2(order));
*/
static uint32_t alloc_next(struct bud_tree *t, uint32_t next, uint32_t order)
{
    (void)next;
    //@ ghost lemma_order(*t);
    //@ ghost uint32_t x = lemma_starts(*t, next, order);
    //@ ghost lemma_units_free(t, x, order);
    //@ assert Idle: Idle(*t, x, order);
    //@ assert Free: FreeAt(*t, next, order);
    /*@ assert Lower: \forall integer u;
          0 <= u < next ==> !FreeAt(*t, u, order); */
    const uint32_t offset = bud_tree_alloc(t, order);
    //@ assert Next: offset == next;
    //@ assert Lives: Live(*t, x, order);
    /*@ assert Before: \forall integer u; InRange(u, 0, next)
          ==> NodeOf(*t, u, order) != x; */
    /*@ assert Back: \forall integer u, c; LiveOver(*t, u, c)
          ==> LiveOver{Pre}(*t, u, c) || NodeOf(*t, u, c) == x; */
    /*@ assert Only: \forall integer u, c; LiveOver(*t, u, c)
          && NodeOf(*t, u, c) == x ==> c == order; */
    /*@ assert After: \forall integer u;
          InRange(u, next + Pow2(order), t->leaves - next - Pow2(order))
          ==> InRange(u, next, t->leaves - next)
              && NodeOf(*t, u, order) != x; */
    /*@ assert Free: \forall integer u, c;
          InRange(u, next + Pow2(order), t->leaves - next - Pow2(order))
          ==> !LiveOver(*t, u, c); */
    return offset;
}

/* Hands out the whole heap in blocks of this order. */
/*@ requires Apart(t) && WellFormed(*t) && order <= t->height;
    requires AllFree(*t, 0, t->leaves);
    assigns t->node[1 .. 2 * t->leaves - 1];
    ensures Valid: WellFormed(*t);
    ensures Full: FullOf(*t, 0, t->leaves, order);
    ensures \result == 1;
*/
static uint32_t fill(struct bud_tree *t, uint32_t order)
{
    const uint32_t size = bud_node_units(order);
    const uint32_t count = bud_node_units(t->height - order);
    uint32_t good = 0;
    //@ ghost lemma_product(t->height, order);
    /*@ loop invariant Range: n <= count && n * size <= t->leaves;
        loop invariant Valid: WellFormed(*t);
        loop invariant Below: FullOf(*t, 0, n * size, order);
        loop invariant Above: AllFree(*t, n * size, t->leaves - n * size);
        loop invariant Good: good == n;
        loop assigns n, good, t->node[1 .. 2 * t->leaves - 1];
        loop variant count - n; */
    for (uint32_t n = 0; n < count; n++) {
        //@ ghost lemma_multiple(size, n);
        //@ ghost lemma_times(n + 1u, count, size);
        //@ assert Next: (n + 1) * size == n * size + size;
        good = good + (alloc_next(t, n * size, order) == n * size);
    }
    return good == count;
}

/* A heap full of blocks of this order has no more of them. */
/*@ requires Apart(t) && WellFormed(*t) && order <= t->height;
    requires FullOf(*t, 0, t->leaves, order);
    assigns t->node[1 .. 2 * t->leaves - 1];
    ensures Valid: WellFormed(*t);
    ensures Full: FullOf(*t, 0, t->leaves, order);
    ensures \result == 1;
*/
static uint32_t is_full(struct bud_tree *t, uint32_t order)
{
    //@ ghost lemma_none_free(t, order);
    return bud_tree_alloc(t, order) == BUD_TREE_NONE;
}

/* Frees the first of the blocks that are live. */
/*@ requires Apart(t) && WellFormed(*t) && order <= t->height;
    requires Aligned: next % Pow2(order) == 0;
    requires InHeap: InHeap(*t, next, Pow2(order));
    requires Below: AllFree(*t, 0, next);
    requires Above: FullOf(*t, next, t->leaves - next, order);
    assigns t->node[1 .. 2 * t->leaves - 1];
    ensures Valid: WellFormed(*t);
    ensures Freed: \result == BUD_TREE_OK;
    ensures Below: AllFree(*t, 0, next + Pow2(order));
    ensures Above: FullOf(*t, next + Pow2(order),
                          t->leaves - next - Pow2(order), order);
*/
static uint32_t free_next(struct bud_tree *t, uint32_t next, uint32_t order)
{
    (void)order;
    //@ ghost lemma_order(*t);
    //@ ghost lemma_all_disjoint(t);
    //@ ghost uint32_t x = lemma_starts(*t, next, order);
    //@ assert First: InRange(next, next, t->leaves - next);
    //@ assert Lives: LiveAt(*t, next, order);
    /*@ assert Over: \forall integer u; InRange(u, next, Pow2(order))
          ==> LiveOver(*t, u, order); */
    const uint32_t answer = bud_tree_free(t, next);
    /*@ assert Only: \forall integer c;
          LiveAt{Pre}(*t, next, c) ==> c == order; */
    //@ assert Same: SameLiveBut{Pre,Here}(*t, x);
    //@ assert Dead: !LiveOver(*t, next, order);
    //@ assert Not: \forall integer c; !Live(*t, x, c);
    /*@ assert Back: \forall integer u, c; LiveOver(*t, u, c)
          ==> LiveOver{Pre}(*t, u, c) && NodeOf(*t, u, c) != x; */
    /*@ assert One: \forall integer u, c; InRange(u, next, Pow2(order))
          ==> !LiveOver(*t, u, c); */
    /*@ assert Head: \forall integer u; InRange(u, 0, next + Pow2(order))
          ==> InRange(u, 0, next) || InRange(u, next, Pow2(order)); */
    /*@ assert Below: \forall integer u, c; InRange(u, 0, next)
          ==> !LiveOver(*t, u, c); */
    /*@ assert After: \forall integer u;
          InRange(u, next + Pow2(order), t->leaves - next - Pow2(order))
          ==> InRange(u, next, t->leaves - next)
              && NodeOf(*t, u, order) != x; */
    /*@ assert Above: \forall integer u;
          InRange(u, next + Pow2(order), t->leaves - next - Pow2(order))
          ==> LiveOver{Pre}(*t, u, order); */
    return answer;
}

/* Frees a heap full of blocks of this order. */
/*@ requires Apart(t) && WellFormed(*t) && order <= t->height;
    requires FullOf(*t, 0, t->leaves, order);
    assigns t->node[1 .. 2 * t->leaves - 1];
    ensures Valid: WellFormed(*t);
    ensures Free: AllFree(*t, 0, t->leaves);
    ensures \result == 1;
*/
static uint32_t drain(struct bud_tree *t, uint32_t order)
{
    const uint32_t size = bud_node_units(order);
    const uint32_t count = bud_node_units(t->height - order);
    uint32_t good = 0;
    //@ ghost lemma_product(t->height, order);
    /*@ loop invariant Range: n <= count && n * size <= t->leaves;
        loop invariant Valid: WellFormed(*t);
        loop invariant Below: AllFree(*t, 0, n * size);
        loop invariant Above: FullOf(*t, n * size, t->leaves - n * size, order);
        loop invariant Good: good == n;
        loop assigns n, good, t->node[1 .. 2 * t->leaves - 1];
        loop variant count - n; */
    for (uint32_t n = 0; n < count; n++) {
        //@ ghost lemma_multiple(size, n);
        //@ ghost lemma_times(n + 1u, count, size);
        //@ assert Next: (n + 1) * size == n * size + size;
        good = good + (free_next(t, n * size, order) == BUD_TREE_OK);
    }
    return good == count;
}

/* In a free heap there is nothing to free. */
/*@ requires Apart(t) && WellFormed(*t) && offset < t->leaves;
    requires AllFree(*t, 0, t->leaves);
    assigns t->node[1 .. 2 * t->leaves - 1];
    ensures Valid: WellFormed(*t);
    ensures Free: AllFree(*t, 0, t->leaves);
    ensures \result == 1;
*/
static uint32_t refuses(struct bud_tree *t, uint32_t offset)
{
    //@ assert In: InRange(offset, 0, t->leaves);
    return bud_tree_free(t, offset) == BUD_TREE_NOT_LIVE;
}

/* A free heap is one block. */
/*@ requires Apart(t) && WellFormed(*t);
    requires AllFree(*t, 0, t->leaves);
    assigns t->node[1 .. 2 * t->leaves - 1];
    ensures Valid: WellFormed(*t);
    ensures \result == 1;
*/
static uint32_t is_whole(struct bud_tree *t)
{
    //@ ghost lemma_whole_free(t);
    return bud_tree_alloc(t, t->height) == 0;
}

/* Claims the first units of a free heap. */
/*@ requires Apart(t) && WellFormed(*t) && 1 <= units <= t->leaves;
    requires AllFree(*t, 0, t->leaves);
    assigns t->node[1 .. 2 * t->leaves - 1];
    ensures Valid: WellFormed(*t);
    ensures Live: LiveUpTo(*t, units);
    ensures \result == 1;
*/
static uint32_t start_run(struct bud_tree *t, uint32_t units)
{
    const uint32_t order = bud_tree_order_for(units);
    (void)order;
    //@ ghost lemma_pow2();
    //@ assert Order: OrderFor(units, order);
    //@ assert Less: order > 0 ==> Pow2(order - 1) < Pow2(t->height);
    //@ assert Fits: order <= t->height;
    //@ assert Only: \forall integer c; OrderFor(units, c) ==> c == order;
    //@ ghost lemma_order(*t);
    /*@ assert Past: \forall integer u; InRange(u, units, t->leaves - units)
          ==> NoneLiveOver(*t, u) && !InRange(u, 0, units); */
    //@ assert Zero: 0 % Pow2(order) == 0;
    //@ ghost uint32_t x = lemma_starts(*t, 0, order);
    //@ ghost lemma_units_free(t, x, order);
    //@ assert Idle: Idle(*t, x, order);
    //@ assert Free: FreeAt(*t, 0, order);
    const uint32_t first = bud_tree_alloc_run(t, units);
    //@ assert Lives: RunIn{Pre,Here}(*t, first, units, order);
    //@ assert First: first == 0;
    //@ assert Rest: AllFree(*t, units, t->leaves - units);
    return first == 0;
}

/* Claims the units after those that are live. */
/*@ requires Apart(t) && WellFormed(*t) && LiveUpTo(*t, end);
    requires end + units <= t->leaves;
    assigns t->node[1 .. 2 * t->leaves - 1];
    ensures Valid: WellFormed(*t);
    ensures Live: LiveUpTo(*t, end + units);
    ensures \result == 1;
*/
static uint32_t grow_run(struct bud_tree *t, uint32_t end, uint32_t units)
{
    /*@ assert In: \forall integer u; InRange(u, end, units)
          ==> InRange(u, end, t->leaves - end); */
    /*@ assert Past: \forall integer u;
          InRange(u, end + units, t->leaves - (end + units))
          ==> NoneLiveOver(*t, u) && !InRange(u, end, units); */
    const uint32_t taken = bud_tree_take_run(t, end, units);
    /*@ assert Before: \forall integer u; InRange(u, 0, end)
          ==> UnitLive{Pre}(*t, u) && !InRange(u, end, units); */
    //@ assert Kept: AllLive(*t, 0, end);
    //@ assert Lives: AllLive(*t, end, units);
    /*@ assert All: \forall integer u; InRange(u, 0, end + units)
          ==> InRange(u, 0, end) || InRange(u, end, units); */
    //@ assert Rest: AllFree(*t, end + units, t->leaves - (end + units));
    return taken;
}

/* Frees the last of the units that are live. */
/*@ requires Apart(t) && WellFormed(*t) && LiveUpTo(*t, end);
    requires units <= end;
    assigns t->node[1 .. 2 * t->leaves - 1];
    ensures Valid: WellFormed(*t);
    ensures Live: LiveUpTo(*t, end - units);
    ensures \result == 1;
*/
static uint32_t trim_run(struct bud_tree *t, uint32_t end, uint32_t units)
{
    /*@ assert In: \forall integer u; InRange(u, end - units, units)
          ==> InRange(u, 0, end); */
    /*@ assert Past: \forall integer u; InRange(u, end, t->leaves - end)
          ==> NoneLiveOver(*t, u) && !InRange(u, end - units, units); */
    /*@ assert Dead: \forall integer u; InRange(u, end, t->leaves - end)
          ==> !UnitLive(*t, u); */
    const uint32_t answer = bud_tree_release_run(t, end - units, units);
    /*@ assert Before: \forall integer u; InRange(u, 0, end - units)
          ==> UnitLive{Pre}(*t, u) && !InRange(u, end - units, units); */
    //@ assert Kept: AllLive(*t, 0, end - units);
    /*@ assert All: \forall integer u;
          InRange(u, end - units, t->leaves - (end - units))
          ==> InRange(u, end - units, units)
              || InRange(u, end, t->leaves - end); */
    /*@ assert Rest: \forall integer u; InRange(u, end, t->leaves - end)
          ==> !UnitLive(*t, u); */
    //@ assert Free: AllFree(*t, end, t->leaves - end);
    return answer == BUD_TREE_OK;
}

/* Hands out every object of a word, which are all free. */
/*@ requires \valid(word) && 1 <= objects <= 64;
    requires Free: \forall integer i; 0 <= i < objects ==> Bit(*word, i);
    requires Tail: TailClear(word, objects);
    assigns *word;
    ensures None: NoBits(*word);
    ensures Tail: TailClear(word, objects);
    ensures \result == 1;
*/
static uint32_t hand_out(uint64_t *word, uint32_t objects)
{
    uint32_t n = 0;
    uint32_t good = 0;
    /*@ loop invariant Range: n <= objects;
        loop invariant Taken: \forall integer i; 0 <= i < n ==> !Bit(*word, i);
        loop invariant Rest: \forall integer i;
          n <= i < objects ==> Bit(*word, i);
        loop invariant Tail: TailClear(word, objects);
        loop invariant Good: good == n;
        loop assigns n, good, *word;
        loop variant objects - n; */
    while (bud_slab_is_used_up(*word) == 0) {
        //@ assert Word: WordOf(word, word, objects, 0);
        //@ assert Next: n < objects ==> Bit(*word, n);
        const uint32_t object = bud_slab_take(word);
        //@ assert Object: object < objects;
        //@ assert Lowest: object == n;
        good = good + (object == n);
        n++;
    }
    //@ assert None: NoBits(*word);
    //@ assert All: n < objects ==> Bit(*word, n);
    return good == objects;
}

/* Takes all objects of a word back at once, which are all live. */
/*@ requires \valid(word) && 1 <= objects <= 64 && NoBits(*word);
    requires Tail: TailClear(word, objects);
    assigns *word;
    ensures Free: \forall integer i; 0 <= i < objects ==> Bit(*word, i);
    ensures Tail: TailClear(word, objects);
    ensures \result == 1;
*/
static uint32_t take_back(uint64_t *word, uint32_t objects)
{
    const uint64_t all = bud_slab_full_word(objects, 0);
    //@ assert Word: WordOf(word, word, objects, 0);
    //@ assert Objects: ObjectsOnly(all, objects, 0);
    return bud_slab_is_used_up(bud_slab_merge(word, all));
}

/* ---- programs ---- */

uint32_t bud_harness_whole(struct bud_tree *t, uint8_t *zeroed_node,
                           uint32_t height)
{
    make_heap(t, zeroed_node, height);
    return is_whole(t);
}

uint32_t bud_harness_blocks(struct bud_tree *t, uint8_t *zeroed_node,
                            uint32_t height, uint32_t order)
{
    make_heap(t, zeroed_node, height);
    const uint32_t filled = fill(t, order);
    const uint32_t full = is_full(t, order);
    const uint32_t drained = drain(t, order);
    const uint32_t refused = refuses(t, 0);
    const uint32_t whole = is_whole(t);
    return filled + full + drained + refused + whole == 5;
}

uint32_t bud_harness_run(struct bud_tree *t, uint8_t *zeroed_node,
                         uint32_t height, uint32_t units, uint32_t more,
                         uint32_t less)
{
    make_heap(t, zeroed_node, height);
    const uint32_t started = start_run(t, units);
    const uint32_t grown = grow_run(t, units, more);
    const uint32_t trimmed = trim_run(t, units + more, less);
    const uint32_t gone = trim_run(t, units + more - less, units + more - less);
    const uint32_t whole = is_whole(t);
    return started + grown + trimmed + gone + whole == 5;
}

uint32_t bud_harness_slab(uint64_t *word, uint32_t objects, uint32_t index)
{
    bud_slab_init(word, objects);
    /*@ assert Init: \forall integer i; 0 <= i < 64
          ==> (ObjectFree(word, i) <==> Bit(*word, i)); */
    const uint32_t first = hand_out(word, objects);
    const uint32_t back = take_back(word, objects);
    const uint32_t again = hand_out(word, objects);
    uint32_t good = first + back + again;
    //@ assert Empty: !ObjectFree(word, index);
    good = good + (bud_slab_give(word, objects, index) != BUD_SLAB_WAS_FREE);
    //@ assert Own: Bit(*word, index);
    /*@ assert Only: \forall integer i; 0 <= i < objects && i != index
          ==> !ObjectFree(word, i); */
    /*@ assert None: \forall integer i; 0 <= i < objects && i != index
          ==> !Bit(*word, i); */
    //@ assert Word: WordOf(word, word, objects, 0);
    good = good + (bud_slab_take(word) == index);
    //@ assert Taken: !ObjectFree(word, index);
    good = good + (bud_slab_give(word, objects, index) != BUD_SLAB_WAS_FREE);
    good = good + (bud_slab_give(word, objects, index) == BUD_SLAB_WAS_FREE);
    return good == 7;
}
