/* Lemmas about how much of a heap is free: two maximal free blocks do not
 * overlap, and every free unit lies in one. So a walk over these blocks counts
 * the free units. */
#ifndef BUD_CORE_COUNT_LEMMAS_H
#define BUD_CORE_COUNT_LEMMAS_H

#include "core/lemmas.h"
#include "core/tree.h"
#include "core/tree_lemmas.h"
#include "core/walk_lemmas.h"

/* The units of a block are those from its first one on. */
/*@ ghost
  /@ requires Shape(t) && AtOrder(t, x, c);
     assigns \nothing;
     ensures \forall integer u; 0 <= u < t.leaves ==> (NodeOf(t, u, c) == x
       <==> Down(x, c) <= t.leaves + u < Down(x, c) + Pow2(c));
  @/
  void lemma_units_of(struct bud_tree t, uint32_t x, uint32_t c) {
    lemma_before(x, c);
    lemma_before(x + 1, c);
    lemma_down(x, c);
    lemma_down(x + 1, c);
    /@ assert End: Down(x + 1, c) == Down(x, c) + Pow2(c); @/
    return;
  }
*/

/* Only one of the free blocks around a unit is the largest, so only one
 * maximal free block starts there. */
/*@ ghost
  /@ requires \valid(t) && WellFormed(*t);
     assigns \nothing;
     ensures Largest: \forall integer u, c, d;
       FreeOver(*t, u, c) && !FreeOver(*t, u, c + 1)
       && FreeOver(*t, u, d) && !FreeOver(*t, u, d + 1) ==> c == d;
     ensures Maximal: \forall integer u, c, d;
       MaximalAt(*t, u, c) && MaximalAt(*t, u, d) ==> c == d;
  @/
  void lemma_one_maximal(const struct bud_tree *t) {
    lemma_paths(t);
    /@ assert Less: \forall integer u, c, d; 0 <= c < d
         && FreeOver(*t, u, d) ==> FreeOver(*t, u, c + 1); @/
    /@ assert Over: \forall integer u, c;
         MaximalAt(*t, u, c) ==> FreeOver(*t, u, c); @/
    return;
  }
*/

/* What a maximal free block says of its units: where it ends, that no other
 * one starts inside, and that it is the largest free block around each. */
/*@ ghost
  /@ requires \valid(t) && WellFormed(*t) && u < t->leaves;
     requires MaximalAt(*t, u, c);
     assigns \nothing;
     ensures InHeap: u + Pow2(c) <= t->leaves;
     ensures Inside: \forall integer v; u <= v < u + Pow2(c)
       ==> NodeOf(*t, v, c) == NodeOf(*t, u, c);
     ensures Only: NoMaximalIn(*t, u + 1, u + Pow2(c));
     ensures Over: \forall integer v; u <= v < u + Pow2(c)
       ==> FreeOver(*t, v, c) && !FreeOver(*t, v, c + 1)
         && NoneLiveOver(*t, v);
     ensures Outside: \forall integer v; 0 <= v < t->leaves
       && NodeOf(*t, v, c) == NodeOf(*t, u, c) ==> u <= v < u + Pow2(c);
  @/
  void lemma_maximal(const struct bud_tree *t, uint32_t u, uint32_t c) {
    uint32_t x = t->leaves + u;
    uint32_t n = 0;
    /@ loop invariant Range: n <= c;
       loop invariant Path: x == NodeOf(*t, u, n);
       loop assigns x, n;
       loop variant c - n; @/
    while (n < c) {
      /@ assert Next: NodeOf(*t, u, n + 1) == x / 2; @/
      x = x / 2;
      n = n + 1;
    }
    lemma_order(*t);
    lemma_paths(t);
    lemma_aligned(*t, x, c);
    lemma_units_of(*t, x, c);
    /@ assert First: Down(x, c) == t->leaves + u; @/
    /@ assert Inside: \forall integer v; u <= v < u + Pow2(c)
         ==> NodeOf(*t, v, c) == x; @/
    /@ assert Next: \forall integer v;
         NodeOf(*t, v, c + 1) == NodeOf(*t, v, c) / 2; @/
    /@ assert Over: \forall integer v; u <= v < u + Pow2(c)
         ==> FreeOver(*t, v, c) && !FreeOver(*t, v, c + 1); @/
    /@ assert Lower: \forall integer v, d; u <= v < u + Pow2(c) && d < c
         ==> !MaximalAt(*t, v, d); @/
    /@ assert Higher: \forall integer v, d; u <= v < u + Pow2(c) && c < d
         ==> !MaximalAt(*t, v, d); @/
    /@ assert Equal: \forall integer v; u < v < u + Pow2(c)
         ==> !MaximalAt(*t, v, c); @/
    return;
  }
*/

/* The order of the largest free block around a unit that is not live. */
/*@ ghost
  /@ requires \valid(t) && WellFormed(*t) && u < t->leaves;
     assigns \nothing;
     ensures Range: \result <= t->height;
     ensures NoneLiveOver(*t, u) ==> FreeOver(*t, u, \result)
       && !FreeOver(*t, u, \result + 1);
  @/
  uint32_t lemma_widest(const struct bud_tree *t, uint32_t u) {
    uint32_t x = t->leaves + u;
    uint32_t c = 0;
    lemma_order(*t);
    lemma_free_over(t, u);
    lemma_path(t, u);
    /@ loop invariant Range: c <= t->height;
       loop invariant Path: x == NodeOf(*t, u, c);
       loop invariant Free: NoneLiveOver(*t, u) ==> FreeOver(*t, u, c);
       loop assigns x, c;
       loop variant t->height - c; @/
    while (c < t->height && t->node[x / 2] == 0) {
      /@ assert Next: NodeOf(*t, u, c + 1) == x / 2; @/
      x = x / 2;
      c = c + 1;
    }
    /@ assert Next: NodeOf(*t, u, c + 1) == x / 2; @/
    return c;
  }
*/

/* A unit where no maximal free block starts is live, or in the same one as the
 * unit before. */
/*@ ghost
  /@ requires \valid(t) && WellFormed(*t) && u < t->leaves;
     requires Not: \forall integer d; !MaximalAt(*t, u, d);
     assigns \nothing;
     ensures NoneLiveOver(*t, u) ==> u >= 1 && (\exists integer c;
       FreeOver(*t, u - 1, c) && !FreeOver(*t, u - 1, c + 1)
       && NodeOf(*t, u - 1, c) == NodeOf(*t, u, c));
  @/
  void lemma_no_start(const struct bud_tree *t, uint32_t u) {
    uint32_t c = lemma_widest(t, u);
    uint32_t x = t->leaves + u;
    uint32_t n = 0;
    /@ loop invariant Range: n <= c;
       loop invariant Path: x == NodeOf(*t, u, n);
       loop assigns x, n;
       loop variant c - n; @/
    while (n < c) {
      /@ assert Next: NodeOf(*t, u, n + 1) == x / 2; @/
      x = x / 2;
      n = n + 1;
    }
    lemma_path(t, u);
    lemma_aligned(*t, x, c);
    lemma_units_of(*t, x, c);
    /@ assert Before: NoneLiveOver(*t, u)
         ==> Down(x, c) < t->leaves + u; @/
    /@ assert Same: NoneLiveOver(*t, u) ==> NodeOf(*t, u - 1, c) == x; @/
    /@ assert Next: \forall integer v;
         NodeOf(*t, v, c + 1) == NodeOf(*t, v, c) / 2; @/
    return;
  }
*/

/* Counting goes on over units that are live, ... */
/*@ ghost
  /@ requires \valid(t) && WellFormed(*t) && from <= end <= t->leaves;
     requires None: NoMaximalIn(*t, from, end);
     requires Live: AllLive(*t, from, end - from);
     requires Units: FreeUnits(*t, from, units);
     requires Blocks: FreeBlocks(*t, from, blocks);
     assigns \nothing;
     ensures Units: FreeUnits(*t, end, units);
     ensures Blocks: FreeBlocks(*t, end, blocks);
  @/
  void lemma_count_live(const struct bud_tree *t, uint32_t from,
                        uint32_t end, uint32_t units, uint32_t blocks) {
    uint32_t n = from;
    /@ loop invariant Range: from <= n <= end;
       loop invariant Units: FreeUnits(*t, n, units);
       loop invariant Blocks: FreeBlocks(*t, n, blocks);
       loop assigns n;
       loop variant end - n; @/
    while (n < end) {
      /@ assert Live: UnitLive(*t, n); @/
      n = n + 1;
    }
  }
*/

/* ... and over a maximal free block. */
/*@ ghost
  /@ requires \valid(t) && WellFormed(*t) && u < t->leaves;
     requires Block: MaximalAt(*t, u, c);
     requires Units: FreeUnits(*t, u, units);
     requires Blocks: FreeBlocks(*t, u, blocks);
     assigns \nothing;
     ensures Units: FreeUnits(*t, u + Pow2(c), units + Pow2(c));
     ensures Blocks: FreeBlocks(*t, u + Pow2(c), blocks + 1);
  @/
  void lemma_count_free(const struct bud_tree *t, uint32_t u, uint32_t c,
                        uint32_t units, uint32_t blocks) {
    lemma_order(*t);
    uint32_t size = lemma_size(c);
    uint32_t n = 1;
    lemma_maximal(t, u, c);
    /@ assert First: NoneLiveOver(*t, u); @/
    /@ loop invariant Range: 1 <= n <= size;
       loop invariant Units: FreeUnits(*t, u + n, units + n);
       loop invariant Blocks: FreeBlocks(*t, u + n, blocks + 1);
       loop assigns n;
       loop variant size - n; @/
    while (n < size) {
      /@ assert Free: NoneLiveOver(*t, u + n); @/
      /@ assert Inside: \forall integer d; !MaximalAt(*t, u + n, d); @/
      n = n + 1;
    }
  }
*/

/* Between the end of a maximal free block, or the start of the heap, and the
 * next such block every unit is live. */
/*@ ghost
  /@ requires \valid(t) && WellFormed(*t) && from <= end <= t->leaves;
     requires None: NoMaximalIn(*t, from, end);
     requires From: from == 0 || (u < t->leaves && MaximalAt(*t, u, c)
       && from == u + Pow2(c));
     assigns \nothing;
     ensures AllLive(*t, from, end - from);
  @/
  void lemma_between(const struct bud_tree *t, uint32_t u, uint32_t c,
                     uint32_t from, uint32_t end) {
    uint32_t n = from;
    lemma_paths(t);
    lemma_one_maximal(t);
    lemma_order(*t);
    lemma_pow2();
    if (from > 0) {
      lemma_maximal(t, u, c);
    }
    /@ assert Last: from > 0 ==> FreeOver(*t, from - 1, c)
         && !FreeOver(*t, from - 1, c + 1); @/
    /@ assert Node: from > 0
         ==> NodeOf(*t, from - 1, c) == NodeOf(*t, u, c); @/
    /@ assert Outside: from > 0 && from < t->leaves
         ==> NodeOf(*t, from, c) != NodeOf(*t, u, c); @/
    /@ loop invariant Range: from <= n <= end;
       loop invariant Live: AllLive(*t, from, n - from);
       loop assigns n;
       loop variant end - n; @/
    while (n < end) {
      lemma_no_start(t, n);
      /@ assert Later: n > from ==> UnitLive(*t, n - 1); @/
      /@ assert NotLater: n > from ==> !NoneLiveOver(*t, n); @/
      /@ assert NotFirst: n == from ==> !NoneLiveOver(*t, n); @/
      /@ assert Live: UnitLive(*t, n); @/
      n = n + 1;
    }
  }
*/

/* Live units at the end do not count. */
/*@ ghost
  /@ requires \valid(t) && WellFormed(*t) && from <= t->leaves;
     requires Live: AllLive(*t, from, t->leaves - from);
     requires Units: FreeUnits(*t, t->leaves, units);
     requires Blocks: FreeBlocks(*t, t->leaves, blocks);
     assigns \nothing;
     ensures Units: FreeUnits(*t, from, units);
     ensures Blocks: FreeBlocks(*t, from, blocks);
  @/
  void lemma_without_tail(const struct bud_tree *t, uint32_t from,
                          uint32_t units, uint32_t blocks) {
    uint32_t n = t->leaves;
    lemma_paths(t);
    /@ loop invariant Range: from <= n <= t->leaves;
       loop invariant Units: FreeUnits(*t, n, units);
       loop invariant Blocks: FreeBlocks(*t, n, blocks);
       loop assigns n;
       loop variant n; @/
    while (n > from) {
      /@ assert Live: \forall integer u; n - 1 <= u < n
           ==> UnitLive(*t, u); @/
      /@ assert Not: \forall integer u, c; n - 1 <= u < n
           ==> !FreeOver(*t, u, c); @/
      /@ assert None: NoMaximalIn(*t, n - 1, n); @/
      n = n - 1;
    }
  }
*/

/* No more units are free than there are. */
/*@ ghost
  /@ assigns \nothing;
     ensures \forall integer n; FreeUnits(*t, end, n) ==> 0 <= n <= end;
  @/
  void lemma_free_units_fit(const struct bud_tree *t, uint32_t end) {
    uint32_t u = 0;
    /@ loop invariant Range: u <= end;
       loop invariant Fit: \forall integer n;
         FreeUnits(*t, u, n) ==> 0 <= n <= u;
       loop assigns u;
       loop variant end - u; @/
    while (u < end) {
      u = u + 1;
    }
  }
*/

/* No unit of a free block is among the live units at the end. */
/*@ ghost
  /@ requires \valid(t) && WellFormed(*t);
     requires Live: AllLive(*t, from, t->leaves - from);
     assigns \nothing;
     ensures \forall integer u, c; FreeOver(*t, u, c) ==> u < from;
  @/
  void lemma_tail_not_free(const struct bud_tree *t, uint32_t from) {
    lemma_paths(t);
    /@ assert Live: \forall integer u;
         from <= u < t->leaves ==> UnitLive(*t, u); @/
    /@ assert Not: \forall integer u, c;
         UnitLive(*t, u) ==> !FreeOver(*t, u, c); @/
    return;
  }
*/

/* A free block ends before the live units at the end. */
/*@ ghost
  /@ requires \valid(t) && WellFormed(*t) && from <= t->leaves;
     requires Live: AllLive(*t, from, t->leaves - from);
     requires Free: Free(*t, x, c);
     assigns \nothing;
     ensures Pow2(c) <= from;
  @/
  void lemma_before_tail(const struct bud_tree *t, uint32_t x, uint32_t c,
                         uint32_t from) {
    lemma_order(*t);
    lemma_pow2();
    lemma_paths(t);
    lemma_aligned(*t, x, c);
    lemma_units_of(*t, x, c);
    uint32_t size = lemma_size(c);
    lemma_down(x, c);
    uint32_t last = x * size + size - 1 - t->leaves;
    /@ assert Last: NodeOf(*t, last, c) == x && last < t->leaves; @/
    /@ assert Free: FreeOver(*t, last, c); @/
    /@ assert Live: from <= last ==> UnitLive(*t, last); @/
    return;
  }
*/

#endif
