/* Lemmas about the buddy tree: where its nodes are, that its live blocks are
 * disjoint, that the root speaks for all of it. */
#ifndef BUD_CORE_TREE_LEMMAS_H
#define BUD_CORE_TREE_LEMMAS_H

#include "core/lemmas.h"
#include "core/tree.h"

/* The first unit of a block is a multiple of its size. */
/*@ ghost
  /@ requires Shape(t) && AtOrder(t, x, c);
     assigns \nothing;
     ensures InHeap: t.leaves <= Down(x, c) <= 2 * t.leaves - Pow2(c);
     ensures Aligned: (Down(x, c) - t.leaves) % Pow2(c) == 0;
  @/
  void lemma_aligned(struct bud_tree t, uint32_t x, uint32_t c) {
    uint32_t most = lemma_size(t.height - c);
    uint32_t size = lemma_size(c);
    lemma_pow2();
    lemma_down(x, c);
    lemma_product(t.height, c);
    lemma_times(most, x, size);
    lemma_times(x + 1, 2 * most, size);
    lemma_multiple(size, x - most);
    /@ assert Quotient: Down(x, c) - t.leaves == size * (x - most); @/
  }
*/

/*@ ghost
  /@ requires Shape(t);
     assigns \nothing;
     ensures Unique: \forall integer i, c, d;
       AtOrder(t, i, c) && AtOrder(t, i, d) ==> c == d;
     ensures Range: \forall integer i, c;
       AtOrder(t, i, c) ==> 1 <= i < 2 * t.leaves;
     ensures Inner: \forall integer i, c;
       AtOrder(t, i, c) && c >= 1 ==> i < t.leaves;
     ensures Children: \forall integer i, c; AtOrder(t, i, c) && c >= 1
       ==> AtOrder(t, 2 * i, c - 1) && AtOrder(t, 2 * i + 1, c - 1);
     ensures Parent: \forall integer i, c; AtOrder(t, i, c) && c < t.height
       ==> AtOrder(t, i / 2, c + 1);
  @/
  void lemma_order(struct bud_tree t) {
    lemma_pow2();
    /@ assert \forall integer i, c, d;
         AtOrder(t, i, c) && AtOrder(t, i, d) && c < d ==> \false; @/
    /@ assert \forall integer c; 1 <= c <= t.height
         ==> Pow2(t.height - c + 1) == 2 * Pow2(t.height - c); @/
    /@ assert \forall integer c; 0 <= c < t.height
         ==> Pow2(t.height - c) == 2 * Pow2(t.height - c - 1); @/
    return;
  }
*/

/* The blocks of an order are one beside the other, from the first unit of the
 * heap to its last. */
/*@ ghost
  /@ requires Shape(t) && c <= t.height;
     assigns \nothing;
     ensures First: Down(Pow2(t.height - c), c) == t.leaves;
     ensures Next: \forall integer x; Down(x + 1, c) == Down(x, c) + Pow2(c);
     ensures Last: Down(2 * Pow2(t.height - c) - 1, c) + Pow2(c)
       == 2 * t.leaves;
  @/
  void lemma_beside(struct bud_tree t, uint32_t c) {
    uint32_t n = 0;
    uint32_t first = lemma_size(t.height - c);
    lemma_down(first, c);
    lemma_down(2 * first, c);
    lemma_product(t.height, c);
    /@ loop invariant n <= c;
       loop invariant Next: \forall integer x;
         Down(x + 1, n) == Down(x, n) + Pow2(n);
       loop assigns n;
       loop variant c - n; @/
    while (n < c) {
      /@ assert Down: \forall integer x; Down(x, n + 1) == 2 * Down(x, n); @/
      /@ assert Twice: Pow2(n + 1) == 2 * Pow2(n); @/
      n = n + 1;
    }
    /@ assert End: Down(2 * first, c) == 2 * t.leaves; @/
    /@ assert Last: Down(2 * first - 1 + 1, c)
         == Down(2 * first - 1, c) + Pow2(c); @/
  }
*/

/* Two buddies are neighbours of one size that do not overlap; their units are
 * those of the parent. So it is for every order, and for the last block. */
/*@ ghost
  /@ requires Shape(t) && AtOrder(t, x, c) && c < t.height;
     assigns \nothing;
     ensures Pair: AtOrder(t, Buddy(x), c) && Buddy(Buddy(x)) == x
       && Buddy(x) / 2 == x / 2 && Buddy(x) != x;
     ensures Left: x % 2 == 0 ==> Down(x, c) == Down(x / 2, c + 1)
       && Down(Buddy(x), c) == Down(x, c) + Pow2(c);
     ensures Right: x % 2 == 1 ==> Down(Buddy(x), c) == Down(x / 2, c + 1)
       && Down(x, c) == Down(Buddy(x), c) + Pow2(c);
     ensures Size: Pow2(c + 1) == Pow2(c) + Pow2(c);
     ensures Units: \forall integer u; 0 <= u < t.leaves ==>
       (NodeOf(t, u, c + 1) == x / 2
        <==> NodeOf(t, u, c) == x || NodeOf(t, u, c) == Buddy(x));
  @/
  void lemma_buddies(struct bud_tree t, uint32_t x, uint32_t c) {
    uint32_t size = lemma_size(c);
    uint32_t half = x / 2;
    lemma_order(t);
    lemma_pow2();
    lemma_beside(t, c);
    lemma_down(half, c + 1);
    lemma_down(2 * half, c);
    /@ assert Parent: AtOrder(t, half, c + 1); @/
    /@ assert Twice: Pow2(c + 1) == 2 * size; @/
    /@ assert Above: Down(half, c + 1) == half * (2 * size); @/
    /@ assert Start: Down(half, c + 1) == Down(2 * half, c); @/
    /@ assert Even: x % 2 == 0 ==> x == 2 * half; @/
    /@ assert Odd: x % 2 == 1 ==> x == 2 * half + 1; @/
    /@ assert Left: x % 2 == 0 ==> Down(x, c) == Down(half, c + 1); @/
    /@ assert Right: Down(x + 1, c) == Down(x, c) + Pow2(c); @/
    /@ assert Half: \forall integer u;
         NodeOf(t, u, c + 1) == NodeOf(t, u, c) / 2; @/
    return;
  }
*/

/*@ ghost
  /@ requires leaf == t.leaves + u;
     assigns \nothing;
     ensures \forall integer c; NodeOf(t, u, c) == Up(leaf, c);
  @/
  void lemma_node(struct bud_tree t, uint32_t u, uint32_t leaf) {
    return;
  }
*/

/*@ ghost
  /@ requires Shape(t) && AtOrder(t, leaf, 0) && c <= t.height;
     assigns \nothing;
     ensures AtOrder(t, Up(leaf, c), c);
  @/
  void lemma_above(struct bud_tree t, uint32_t leaf, uint32_t c) {
    uint32_t i = leaf;
    uint32_t n = 0;
    lemma_order(t);
    /@ loop invariant n <= c;
       loop invariant i == Up(leaf, n);
       loop invariant AtOrder(t, i, n);
       loop assigns n, i;
       loop variant c - n; @/
    while (n < c) {
      /@ assert Up(leaf, n + 1) == i / 2; @/
      i = i / 2;
      n++;
    }
  }
*/

/*@ ghost
  /@ requires Shape(t) && AtOrder(t, x, c);
     assigns \nothing;
     ensures Leaf: t.leaves <= Down(x, c) < 2 * t.leaves;
     ensures Above: Up(Down(x, c), c) == x;
  @/
  void lemma_below(struct bud_tree t, uint32_t x, uint32_t c) {
    uint32_t leaf = x;
    uint32_t n = 0;
    lemma_order(t);
    /@ loop invariant n <= c;
       loop invariant AtOrder(t, leaf, c - n);
       loop invariant leaf == Down(x, n);
       loop invariant Up(leaf, n) == x;
       loop assigns n, leaf;
       loop variant c - n; @/
    while (n < c) {
      lemma_up(2 * leaf);
      leaf = 2 * leaf;
      n++;
    }
  }
*/

/* A free block bounds what every ancestor says, hence the root. */
/*@ ghost
  /@ requires \valid(t) && WellFormed(*t);
     requires c <= t->height && 1 <= x;
     assigns \nothing;
     ensures Above: Free(*t, x, c) ==> \forall integer k;
       0 <= k <= t->height - c ==> t->node[Up(x, k)] <= k;
     ensures Root: Free(*t, x, c) ==> Up(x, t->height - c) == 1;
  @/
  void lemma_reach(const struct bud_tree *t, uint32_t x, uint32_t c) {
    uint32_t i = x;
    uint32_t k = 0;
    lemma_order(*t);
    lemma_up(x);
    /@ assert Pow2(0) == 1; @/
    /@ loop invariant 0 <= k <= t->height - c;
       loop invariant U: i == Up(x, k);
       loop invariant At: AtOrder(*t, x, c) ==> AtOrder(*t, i, c + k);
       loop invariant Reach: Free(*t, x, c) ==> t->node[i] <= k;
       loop invariant Above: Free(*t, x, c) ==> \forall integer m;
         0 <= m < k ==> t->node[Up(x, m)] <= m;
       loop assigns i, k;
       loop variant t->height - c - k; @/
    while (k < t->height - c) {
      /@ assert Next: Up(x, k + 1) == i / 2; @/
      /@ assert Par: AtOrder(*t, x, c) ==> AtOrder(*t, i / 2, c + k + 1); @/
      /@ assert Loc: AtOrder(*t, x, c) ==> LocalAt(*t, i / 2, c + k + 1); @/
      /@ assert NotLive: Free(*t, x, c)
           ==> !Live(*t, i / 2, c + k + 1); @/
      /@ assert Sum: Free(*t, x, c) ==> Summed(t->node, i / 2); @/
      /@ assert Sides: 2 * (i / 2) == i || 2 * (i / 2) + 1 == i; @/
      i = i / 2;
      k = k + 1;
    }
    /@ assert Root: AtOrder(*t, x, c) ==> i == 1; @/
    /@ assert Top: Free(*t, x, c) ==> t->node[Up(x, k)] <= k; @/
  }
*/

/* When a node says that no block of order c in it is free, none is. */
/*@ ghost
  /@ requires \valid(t) && WellFormed(*t);
     requires c <= t->height;
     assigns \nothing;
     ensures Above: \forall integer j, k; Free(*t, j, c)
       && 0 <= k <= t->height - c ==> t->node[Up(j, k)] <= k;
     ensures Root: \forall integer j;
       Free(*t, j, c) ==> Up(j, t->height - c) == 1;
     ensures None: t->node[1] > t->height - c ==> NoneFree(*t, c);
  @/
  void lemma_complete(const struct bud_tree *t, uint32_t c) {
    uint32_t x = 1;
    lemma_order(*t);
    /@ loop invariant 1 <= x <= 2 * t->leaves;
       loop invariant Above: \forall integer j, k; 1 <= j < x
         && Free(*t, j, c) && 0 <= k <= t->height - c
         ==> t->node[Up(j, k)] <= k;
       loop invariant Root: \forall integer j; 1 <= j < x
         && Free(*t, j, c) ==> Up(j, t->height - c) == 1;
       loop assigns x;
       loop variant 2 * t->leaves - x; @/
    while (x < 2 * t->leaves) {
      lemma_reach(t, x, c);
      x = x + 1;
    }
  }
*/

/*@ ghost
  /@ requires \valid(t) && WellFormed(*t);
     assigns \nothing;
     ensures Merged(*t);
  @/
  void lemma_merged(const struct bud_tree *t) {
    /@ assert \forall integer i, c;
         1 <= c && AtOrder(*t, i, c) ==> LocalAt(*t, i, c); @/
    return;
  }
*/

/* A node that is not wholly free lies in no live block but itself. */
/*@ ghost
  /@ requires WellFormed(*t) && \valid(t);
     requires AtOrder(*t, x, c) && t->node[x] != 0;
     assigns \nothing;
     ensures NoLiveAbove(*t, x, c);
  @/
  void lemma_disjoint(const struct bud_tree *t, uint32_t x, uint32_t c) {
    uint32_t i = x;
    uint32_t k = 0;
    lemma_order(*t);
    /@ loop invariant 0 <= k <= t->height - c;
       loop invariant At: AtOrder(*t, i, c + k);
       loop invariant U: i == Up(x, k);
       loop invariant NZ: t->node[i] != 0;
       loop invariant Done: \forall integer m;
         1 <= m <= k ==> !Live(*t, Up(x, m), c + m);
       loop assigns i, k;
       loop variant t->height - c - k; @/
    while (k < t->height - c) {
      /@ assert Next: Up(x, k + 1) == i / 2; @/
      /@ assert AtOrder(*t, i / 2, c + k + 1); @/
      /@ assert LocalAt(*t, i / 2, c + k + 1); @/
      /@ assert Sides: 2 * (i / 2) == i || 2 * (i / 2) + 1 == i; @/
      /@ assert NotWhole: !Whole(t->node, i / 2); @/
      /@ assert NotZero: Summed(t->node, i / 2) ==> t->node[i / 2] != 0; @/
      i = i / 2;
      k = k + 1;
    }
  }
*/

/* No unit lies in two live blocks. */
/*@ ghost
  /@ requires \valid(t) && WellFormed(*t) && u < t->leaves;
     assigns \nothing;
     ensures \forall integer c, d;
       LiveOver(*t, u, c) && LiveOver(*t, u, d) ==> c == d;
  @/
  void lemma_one_owner(const struct bud_tree *t, uint32_t u) {
    uint32_t leaf = t->leaves + u;
    uint32_t x = leaf;
    uint32_t c = 0;
    lemma_order(*t);
    /@ assert Node: \forall integer b; NodeOf(*t, u, b) == Up(leaf, b); @/
    /@ loop invariant Range: 0 <= c <= t->height + 1;
       loop invariant At: c <= t->height ==> AtOrder(*t, x, c);
       loop invariant Path: x == Up(leaf, c);
       loop invariant One: \forall integer a, b; a < c && a < b
         && LiveOver(*t, u, a) ==> !LiveOver(*t, u, b);
       loop assigns x, c;
       loop variant t->height + 1 - c; @/
    while (c <= t->height) {
      if (t->node[x] == c + 1) {
        lemma_disjoint(t, x, c);
        lemma_up_up(leaf, c);
        /@ assert Above: \forall integer b; c < b <= t->height
             ==> !Live(*t, Up(x, b - c), b); @/
        /@ assert Path: \forall integer b; c < b <= t->height
             ==> Up(x, b - c) == Up(leaf, b); @/
        /@ assert Higher: \forall integer b; c < b <= t->height
             ==> !Live(*t, Up(leaf, b), b); @/
      }
      /@ assert Node: NodeOf(*t, u, c) == x; @/
      /@ assert NotHere: t->node[x] != c + 1 ==> !LiveOver(*t, u, c); @/
      /@ assert Higher: t->node[x] == c + 1 ==>
           (\forall integer b; c < b ==> !LiveOver(*t, u, b)); @/
      /@ assert Here: \forall integer b; c < b
           && LiveOver(*t, u, c) ==> !LiveOver(*t, u, b); @/
      /@ assert Next: Up(leaf, c + 1) == x / 2; @/
      x = x / 2;
      c = c + 1;
    }
  }
*/

/* When the root says that a block of order c is free, one is. */
/*@ ghost
  /@ requires \valid(t) && WellFormed(*t);
     requires c <= t->height && t->node[1] <= t->height - c;
     assigns \nothing;
     ensures Free(*t, \result, c);
  @/
  uint32_t lemma_found(const struct bud_tree *t, uint32_t c) {
    uint32_t i = 1;
    uint32_t d = t->height;
    /@ assert One: Pow2(0) == 1; @/
    /@ loop invariant Range: c <= d <= t->height;
       loop invariant At: AtOrder(*t, i, d);
       loop invariant Fit: t->node[i] <= d - c;
       loop invariant Path: NoLiveAbove(*t, i, d);
       loop assigns i, d;
       loop variant d; @/
    while (d > c) {
      lemma_order(*t);
      /@ assert Loc: LocalAt(*t, i, d); @/
      /@ assert Sum: Summed(t->node, i); @/
      d = d - 1;
      i = 2 * i;
      if (t->node[i] > d - c) {
        i = i + 1;
      }
      lemma_up(i);
      /@ assert Not: !Live(*t, i / 2, d + 1); @/
      /@ assert Next: \forall integer k; 2 <= k <= t->height - d
           ==> Up(i, k) == Up(i / 2, k - 1); @/
      /@ assert First: Up(i, 1) == i / 2; @/
    }
    return i;
  }
*/

/* What the root says bounds every free block. */
/*@ ghost
  /@ requires \valid(t) && WellFormed(*t);
     assigns \nothing;
     ensures \forall integer i, c; Free(*t, i, c)
       ==> t->node[1] <= t->height - c;
  @/
  void lemma_bound(const struct bud_tree *t) {
    uint32_t c = 0;
    /@ loop invariant c <= t->height + 1;
       loop invariant \forall integer i, d; d < c && Free(*t, i, d)
         ==> t->node[1] <= t->height - d;
       loop assigns c;
       loop variant t->height + 1 - c; @/
    while (c <= t->height) {
      lemma_complete(t, c);
      c = c + 1;
    }
  }
*/

#endif
