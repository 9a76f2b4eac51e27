/* Lemmas about runs: blocks as ranges of units, and a free block as units
 * that are all free. */
#ifndef BUD_CORE_RUN_LEMMAS_H
#define BUD_CORE_RUN_LEMMAS_H

#include "core/tree_lemmas.h"

/*@ ghost
  /@ requires i == 2 * half + odd;
     assigns \nothing;
     ensures i * p == half * (2 * p) + odd * p;
  @/
  void lemma_halve(uint32_t i, uint32_t half, uint32_t odd, uint32_t p) {
    return;
  }
*/

/* The block of order c over a leaf contains it. */
/*@ ghost
  /@ requires c <= 30 && size == Pow2(c);
     assigns \nothing;
     ensures Node: \result == Up(leaf, c);
     ensures In: \result * size <= leaf < \result * size + size;
  @/
  uint32_t lemma_contains(uint32_t leaf, uint32_t c, uint32_t size) {
    uint32_t n = 0;
    uint32_t i = leaf;
    uint32_t p = 1;
    uint32_t rest = 0;
    lemma_pow2();
    /@ loop invariant Range: 0 <= n <= c;
       loop invariant Node: i == Up(leaf, n);
       loop invariant Size: p == Pow2(n);
       loop invariant In: leaf == i * p + rest && rest < p;
       loop assigns n, i, p, rest;
       loop variant c - n; @/
    while (n < c) {
      /@ assert Next: Up(leaf, n + 1) == i / 2; @/
      /@ assert Twice: Pow2(n + 1) == 2 * p; @/
      /@ assert Less: Pow2(n + 1) <= Pow2(c); @/
      /@ assert Sides: i == 2 * (i / 2) + i % 2; @/
      if (i % 2 == 1) {
        lemma_halve(i, i / 2, 1, p);
        rest = rest + p;
      } else {
        lemma_halve(i, i / 2, 0, p);
      }
      /@ assert In: leaf == (i / 2) * (2 * p) + rest; @/
      i = i / 2;
      p = 2 * p;
      n++;
    }
    /@ assert End: n == c; @/
    return i;
  }
*/

/* The units of a block are those from its first leaf on, as many as its
 * size. */
/*@ ghost
  /@ requires Shape(t) && AtOrder(t, x, c);
     assigns \nothing;
     ensures Units: \forall integer u; 0 <= u < t.leaves ==>
       (NodeOf(t, u, c) == x
        <==> Down(x, c) <= t.leaves + u < Down(x, c) + Pow2(c));
  @/
  void lemma_units(struct bud_tree t, uint32_t x, uint32_t c) {
    uint32_t size = lemma_size(c);
    uint32_t u = 0;
    uint32_t y = 0;
    lemma_down(x, c);
    /@ loop invariant Range: 0 <= u <= t.leaves;
       loop invariant Units: \forall integer v; 0 <= v < u ==>
         (NodeOf(t, v, c) == x
          <==> x * size <= t.leaves + v < x * size + size);
       loop assigns u, y;
       loop variant t.leaves - u; @/
    while (u < t.leaves) {
      y = lemma_contains(t.leaves + u, c, size);
      /@ assert Node: NodeOf(t, u, c) == y; @/
      if (y < x) {
        lemma_times(y + 1, x, size);
        /@ assert (y + 1) * size == y * size + size; @/
      }
      if (x < y) {
        lemma_times(x + 1, y, size);
        /@ assert (x + 1) * size == x * size + size; @/
      }
      /@ assert This: y == x
           <==> x * size <= t.leaves + u < x * size + size; @/
      u++;
    }
  }
*/

/* Climbing adds up, wherever it starts. */
/*@ ghost
  /@ requires j <= 31;
     assigns \nothing;
     ensures \forall integer i, k;
       0 <= k <= 31 ==> Up(Up(i, j), k) == Up(i, j + k);
  @/
  void lemma_climbs(uint32_t j) {
    uint32_t n = 0;
    /@ loop invariant n <= 31;
       loop invariant \forall integer i, k;
         0 <= k <= n ==> Up(Up(i, j), k) == Up(i, j + k);
       loop assigns n;
       loop variant 31 - n; @/
    while (n < 31) {
      /@ assert Left: \forall integer i;
           Up(Up(i, j), n + 1) == Up(Up(i, j), n) / 2; @/
      /@ assert Right: \forall integer i;
           Up(i, j + n + 1) == Up(i, j + n) / 2; @/
      n++;
    }
  }
*/

/* Two free halves are one free block. */
/*@ ghost
  /@ requires \valid(t) && WellFormed(*t);
     assigns \nothing;
     ensures \forall integer i, c; 1 <= c && Free(*t, 2 * i, c - 1)
       && Free(*t, 2 * i + 1, c - 1) ==> Free(*t, i, c);
  @/
  void lemma_free_halves(const struct bud_tree *t) {
    uint32_t n = 0;
    lemma_order(*t);
    /@ assert Root: \forall integer i;
         !(AtOrder(*t, 2 * i, t->height)
           && AtOrder(*t, 2 * i + 1, t->height)); @/
    /@ assert At: \forall integer i, c; 1 <= c
         && AtOrder(*t, 2 * i, c - 1) && AtOrder(*t, 2 * i + 1, c - 1)
         ==> AtOrder(*t, i, c); @/
    /@ assert Self: \forall integer i; Up(i, 0) == i; @/
    /@ assert Half: \forall integer i; Up(i, 1) == i / 2; @/
    /@ loop invariant n <= t->height;
       loop invariant Parent: \forall integer i, k;
         0 <= k <= n ==> Up(2 * i, k + 1) == Up(i, k);
       loop assigns n;
       loop variant t->height - n; @/
    while (n < t->height) {
      /@ assert Left: \forall integer i;
           Up(2 * i, n + 2) == Up(2 * i, n + 1) / 2; @/
      /@ assert Right: \forall integer i; Up(i, n + 1) == Up(i, n) / 2; @/
      n++;
    }
    /@ assert Not: \forall integer i, c, k; Free(*t, 2 * i, c - 1)
         && 0 <= k <= t->height - c && AtOrder(*t, i, c)
         ==> !Live(*t, Up(2 * i, k + 1), (c - 1) + (k + 1)); @/
    /@ assert Above: \forall integer i, c, k; Free(*t, 2 * i, c - 1)
         && 0 <= k <= t->height - c && AtOrder(*t, i, c)
         ==> !Live(*t, Up(i, k), c + k); @/
    /@ assert Zero: \forall integer i, c; 1 <= c && AtOrder(*t, i, c)
         && Whole(t->node, i) && !Live(*t, i, c) ==> t->node[i] == 0; @/
    /@ assert NotLive: \forall integer i, c; 1 <= c && Free(*t, 2 * i, c - 1)
         && AtOrder(*t, i, c) ==> !Live(*t, Up(i, 0), c + 0); @/
    return;
  }
*/

/* The first unit of a block. */
/*@ ghost
  /@ requires Shape(t) && 1 <= x && c <= t.height;
     assigns \nothing;
     ensures In: \result < t.leaves;
     ensures Starts: AtOrder(t, x, c) ==> StartsAt(t, x, c, \result);
     ensures Node: AtOrder(t, x, c) ==> NodeOf(t, \result, c) == x;
  @/
  uint32_t lemma_first(struct bud_tree t, uint32_t x, uint32_t c) {
    uint32_t low = lemma_size(t.height - c);
    uint32_t size = lemma_size(c);
    lemma_pow2();
    if (x < low || x >= 2 * low) {
      return 0;
    }
    lemma_below(t, x, c);
    lemma_down(x, c);
    lemma_node(t, x * size - t.leaves, x * size);
    return x * size - t.leaves;
  }
*/

/* Everything in a block that says 0 says 0. */
/*@ ghost
  /@ requires \valid(t) && WellFormed(*t);
     requires AtOrder(*t, x, c) && t->node[x] == 0 && d <= c;
     assigns \nothing;
     ensures \forall integer i; AtOrder(*t, i, d) && Up(i, c - d) == x
       ==> t->node[i] == 0;
  @/
  void lemma_zero(const struct bud_tree *t, uint32_t x, uint32_t c,
                  uint32_t d) {
    uint32_t n = c;
    lemma_order(*t);
    lemma_climbs(1);
    /@ assert Self: \forall integer i; Up(i, 0) == i; @/
    /@ assert Half: \forall integer i; Up(i, 1) == i / 2; @/
    /@ loop invariant Range: d <= n <= c;
       loop invariant Zero: \forall integer i; AtOrder(*t, i, n)
         && Up(i, c - n) == x ==> t->node[i] == 0;
       loop assigns n;
       loop variant n; @/
    while (n > d) {
      /@ assert Sum: \forall integer j; AtOrder(*t, j, n)
           && Up(j, c - n) == x ==> LocalAt(*t, j, n); @/
      /@ assert Whole: \forall integer j; AtOrder(*t, j, n)
           && Up(j, c - n) == x ==> Whole(t->node, j); @/
      /@ assert Next: \forall integer i;
           Up(i / 2, c - n) == Up(i, c - n + 1); @/
      /@ assert Parent: \forall integer i; AtOrder(*t, i, n - 1)
           && Up(i, c - n + 1) == x ==> Whole(t->node, i / 2); @/
      /@ assert Sides: \forall integer i; 0 <= i
           ==> 2 * (i / 2) == i || 2 * (i / 2) + 1 == i; @/
      n = n - 1;
    }
  }
*/

/* No unit of a free block is live. */
/*@ ghost
  /@ requires \valid(t) && WellFormed(*t) && Free(*t, x, c);
     assigns \nothing;
     ensures Idle(*t, x, c);
  @/
  void lemma_free_units(const struct bud_tree *t, uint32_t x, uint32_t c) {
    uint32_t d = 0;
    lemma_order(*t);
    /@ loop invariant Range: d <= c + 1;
       loop invariant Below: \forall integer u, b; 0 <= b < d
         && NodeOf(*t, u, c) == x ==> !LiveOver(*t, u, b);
       loop assigns d;
       loop variant c + 1 - d; @/
    while (d <= c) {
      lemma_climbs(d);
      lemma_zero(t, x, c, d);
      /@ assert Up: \forall integer u;
           Up(NodeOf(*t, u, d), c - d) == NodeOf(*t, u, c); @/
      /@ assert Zero: \forall integer u; NodeOf(*t, u, c) == x
           && AtOrder(*t, NodeOf(*t, u, d), d)
           ==> t->node[NodeOf(*t, u, d)] == 0; @/
      /@ assert Not: \forall integer u; NodeOf(*t, u, c) == x
           ==> !LiveOver(*t, u, d); @/
      d = d + 1;
    }
    lemma_climbs(c);
    /@ loop invariant Range: c + 1 <= d <= t->height + 1;
       loop invariant Below: \forall integer u, b; 0 <= b < d
         && NodeOf(*t, u, c) == x ==> !LiveOver(*t, u, b);
       loop assigns d;
       loop variant t->height + 1 - d; @/
    while (d <= t->height) {
      /@ assert NotUp: !Live(*t, Up(x, d - c), c + (d - c)); @/
      /@ assert Up: \forall integer u; NodeOf(*t, u, c) == x
           ==> NodeOf(*t, u, d) == Up(x, d - c); @/
      /@ assert Not: \forall integer u; NodeOf(*t, u, c) == x
           ==> !LiveOver(*t, u, d); @/
      d = d + 1;
    }
  }
*/

/* A block without a live unit is free. */
/*@ ghost
  /@ requires \valid(t) && WellFormed(*t) && AtOrder(*t, x, c);
     assigns \nothing;
     ensures Idle(*t, x, c) ==> Free(*t, x, c);
  @/
  void lemma_units_free(const struct bud_tree *t, uint32_t x, uint32_t c) {
    uint32_t d = 0;
    uint32_t i = 0;
    uint32_t first = 0;
    lemma_order(*t);
    /@ assert Self: \forall integer j; Up(j, 0) == j; @/
    /@ loop invariant Range: d <= c + 1;
       loop invariant Zero: d >= 1 && Idle(*t, x, c) ==> \forall integer j;
         AtOrder(*t, j, d - 1) && Up(j, c - d + 1) == x ==> t->node[j] == 0;
       loop assigns d, i, first;
       loop variant c + 1 - d; @/
    while (d <= c) {
      lemma_climbs(d);
      i = 1;
      /@ loop invariant Range: 1 <= i <= 2 * t->leaves;
         loop invariant Zero: Idle(*t, x, c) ==> \forall integer j;
           1 <= j < i && AtOrder(*t, j, d) && Up(j, c - d) == x
             ==> t->node[j] == 0;
         loop assigns i, first;
         loop variant 2 * t->leaves - i; @/
      while (i < 2 * t->leaves) {
        first = lemma_first(*t, i, d);
        /@ assert Node: AtOrder(*t, i, d) ==> NodeOf(*t, first, d) == i; @/
        /@ assert Over: AtOrder(*t, i, d)
             ==> NodeOf(*t, first, c) == Up(i, c - d); @/
        /@ assert NotOver: Idle(*t, x, c) && AtOrder(*t, i, d)
             && Up(i, c - d) == x
             ==> !LiveOver(*t, first, d); @/
        /@ assert NotLive: Idle(*t, x, c) && AtOrder(*t, i, d)
             && Up(i, c - d) == x
             ==> !Live(*t, i, d); @/
        if (d >= 1) {
          lemma_up(2 * i);
          lemma_up(2 * i + 1);
        }
        /@ assert Odd: (2 * i + 1) / 2 == i; @/
        /@ assert Left: d >= 1 && Up(i, c - d) == x
             ==> Up(2 * i, c - d + 1) == x; @/
        /@ assert Right: d >= 1 && Up(i, c - d) == x
             ==> Up(2 * i + 1, c - d + 1) == x; @/
        /@ assert Whole: d >= 1 && Idle(*t, x, c) && AtOrder(*t, i, d)
             && Up(i, c - d) == x
             ==> Whole(t->node, i); @/
        /@ assert Loc: d >= 1 && AtOrder(*t, i, d) ==> LocalAt(*t, i, d); @/
        /@ assert Zero: Idle(*t, x, c) && AtOrder(*t, i, d)
             && Up(i, c - d) == x
             ==> t->node[i] == 0; @/
        i = i + 1;
      }
      d = d + 1;
    }
    first = lemma_first(*t, x, c);
    lemma_climbs(c);
    /@ assert Node: NodeOf(*t, first, c) == x; @/
    /@ assert Zero: Idle(*t, x, c) ==> t->node[x] == 0; @/
    d = 1;
    /@ loop invariant Range: 1 <= d <= t->height - c + 1;
       loop invariant Above: Idle(*t, x, c) ==> \forall integer k;
         1 <= k < d ==> !Live(*t, Up(x, k), c + k);
       loop assigns d;
       loop variant t->height - c - d; @/
    while (d <= t->height - c) {
      /@ assert Up: NodeOf(*t, first, c + d) == Up(x, d); @/
      /@ assert Not: Idle(*t, x, c) ==> !LiveOver(*t, first, c + d); @/
      d = d + 1;
    }
  }
*/

/* Two multiples of p that are less than p apart are one. */
/*@ ghost
  /@ requires p >= 1 && a % p == 0 && b % p == 0;
     requires a <= b < a + p;
     assigns \nothing;
     ensures a == b;
  @/
  void lemma_same_multiple(uint32_t a, uint32_t b, uint32_t p) {
    /@ assert First: a == (a / p) * p; @/
    /@ assert Second: b == (b / p) * p; @/
    /@ assert Same: a / p == b / p; @/
    return;
  }
*/

/* A block starts at every multiple of its size. */
/*@ ghost
  /@ requires Shape(t) && c <= 30;
     requires u % Pow2(c) == 0 && u + Pow2(c) <= t.leaves;
     assigns \nothing;
     ensures Order: c <= t.height && u < t.leaves;
     ensures Node: \result == NodeOf(t, u, c);
     ensures At: AtOrder(t, \result, c);
     ensures Starts: StartsAt(t, \result, c, u);
     ensures Units: \forall integer v; 0 <= v < t.leaves ==>
       (NodeOf(t, v, c) == \result <==> InRange(v, u, Pow2(c)));
  @/
  uint32_t lemma_starts(struct bud_tree t, uint32_t u, uint32_t c) {
    uint32_t size = lemma_size(c);
    uint32_t leaf = t.leaves + u;
    uint32_t x = 0;
    lemma_pow2();
    /@ assert Order: c <= t.height; @/
    lemma_order(t);
    lemma_above(t, leaf, c);
    lemma_node(t, u, leaf);
    x = lemma_contains(leaf, c, size);
    lemma_aligned(t, x, c);
    lemma_down(x, c);
    lemma_same_multiple(x * size - t.leaves, u, size);
    lemma_units(t, x, c);
    return x;
  }
*/

/* No unit at all lies in two live blocks. */
/*@ ghost
  /@ requires \valid(t) && WellFormed(*t);
     assigns \nothing;
     ensures Disjoint(*t);
  @/
  void lemma_all_disjoint(const struct bud_tree *t) {
    uint32_t u = 0;
    /@ loop invariant Range: u <= t->leaves;
       loop invariant One: \forall integer v, c, d; 0 <= v < u
         && LiveOver(*t, v, c) && LiveOver(*t, v, d) ==> c == d;
       loop assigns u;
       loop variant t->leaves - u; @/
    while (u < t->leaves) {
      lemma_one_owner(t, u);
      u++;
    }
  }
*/

#endif
