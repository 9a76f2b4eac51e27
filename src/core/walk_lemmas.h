/* Lemmas about the path from a unit to the root, and about the order of
 * addresses: what the walker of the buddy tree rests on. */
#ifndef BUD_CORE_WALK_LEMMAS_H
#define BUD_CORE_WALK_LEMMAS_H

#include "core/lemmas.h"
#include "core/tree.h"
#include "core/tree_lemmas.h"

/* A block over a unit is free when its byte is 0 and the unit lies in no
 * larger live block. */
/*@ ghost
  /@ requires \valid(t) && WellFormed(*t) && u < t->leaves;
     assigns \nothing;
     ensures At: \forall integer c;
       0 <= c <= t->height ==> AtOrder(*t, NodeOf(*t, u, c), c);
     ensures Is: \forall integer c; 0 <= c <= t->height ==>
       (FreeOver(*t, u, c) <==> t->node[NodeOf(*t, u, c)] == 0
         && (\forall integer d; c < d ==> !LiveOver(*t, u, d)));
  @/
  void lemma_free_over(const struct bud_tree *t, uint32_t u) {
    uint32_t leaf = t->leaves + u;
    lemma_node(*t, u, leaf);
    uint32_t x = leaf;
    uint32_t c = 0;
    lemma_order(*t);
    /@ loop invariant Range: 0 <= c <= t->height + 1;
       loop invariant Path: x == Up(leaf, c);
       loop invariant Here: c <= t->height ==> AtOrder(*t, x, c);
       loop invariant At: \forall integer b;
         0 <= b < c ==> AtOrder(*t, NodeOf(*t, u, b), b);
       loop invariant Is: \forall integer b; 0 <= b < c ==>
         (FreeOver(*t, u, b) <==> t->node[NodeOf(*t, u, b)] == 0
           && (\forall integer d; b < d ==> !LiveOver(*t, u, d)));
       loop assigns x, c;
       loop variant t->height + 1 - c; @/
    while (c <= t->height) {
      lemma_up_up(leaf, c);
      /@ assert Path: \forall integer b; c < b <= t->height
           ==> Up(x, b - c) == NodeOf(*t, u, b); @/
      /@ assert Some: \forall integer b; c < b && LiveOver(*t, u, b)
           ==> Live(*t, Up(x, b - c), b); @/
      /@ assert None: NoLiveAbove(*t, x, c)
           ==> (\forall integer b; c < b ==> !LiveOver(*t, u, b)); @/
      /@ assert Above: \forall integer k; 1 <= k <= t->height - c
           && Live(*t, Up(x, k), c + k) ==> LiveOver(*t, u, c + k); @/
      /@ assert Any: (\forall integer b; c < b ==> !LiveOver(*t, u, b))
           ==> NoLiveAbove(*t, x, c); @/
      /@ assert Next: Up(leaf, c + 1) == x / 2; @/
      x = x / 2;
      c = c + 1;
    }
  }
*/

/* The path of a unit: free downwards, and never both live and free. */
/*@ ghost
  /@ requires \valid(t) && WellFormed(*t) && u < t->leaves;
     assigns \nothing;
     ensures At: \forall integer c;
       0 <= c <= t->height ==> AtOrder(*t, NodeOf(*t, u, c), c);
     ensures Smaller: \forall integer c, d;
       0 <= c <= d && FreeOver(*t, u, d) ==> FreeOver(*t, u, c);
     ensures Either: \forall integer c, d;
       LiveOver(*t, u, c) ==> !FreeOver(*t, u, d);
     ensures Unit: NoneLiveOver(*t, u) ==> FreeOver(*t, u, 0);
     ensures Full: \forall integer c, d; 0 <= c <= t->height
       && t->node[NodeOf(*t, u, c)] == c + 1 ==> !FreeOver(*t, u, d);
  @/
  void lemma_path(const struct bud_tree *t, uint32_t u) {
    uint32_t leaf = t->leaves + u;
    lemma_node(*t, u, leaf);
    uint32_t x = leaf;
    uint32_t c = 0;
    lemma_order(*t);
    lemma_free_over(t, u);
    /@ assert Self: NodeOf(*t, u, 0) == leaf; @/
    /@ assert Bound: AtOrder(*t, leaf, 0) && t->node[leaf] <= 1; @/
    /@ assert One: t->node[leaf] == 1 ==> LiveOver(*t, u, 0); @/
    /@ assert Leaf: NoneLiveOver(*t, u) ==> t->node[leaf] == 0; @/
    /@ loop invariant Range: 0 <= c <= t->height;
       loop invariant Path: x == NodeOf(*t, u, c);
       loop invariant Zero: \forall integer a, b; 0 <= a <= b <= c
         && t->node[NodeOf(*t, u, a)] != 0
         ==> t->node[NodeOf(*t, u, b)] != 0;
       loop invariant Reach: \forall integer a, b; 0 <= a <= b <= c
         && FreeOver(*t, u, a) ==> t->node[NodeOf(*t, u, b)] <= b - a;
       loop assigns x, c;
       loop variant t->height - c; @/
    while (c < t->height) {
      /@ assert Next: NodeOf(*t, u, c + 1) == x / 2; @/
      /@ assert Par: AtOrder(*t, x / 2, c + 1); @/
      /@ assert Loc: LocalAt(*t, x / 2, c + 1); @/
      /@ assert Sides: 2 * (x / 2) == x || 2 * (x / 2) + 1 == x; @/
      /@ assert NotWhole: t->node[x] != 0 ==> !Whole(t->node, x / 2); @/
      /@ assert NotZero: t->node[x] != 0 && Summed(t->node, x / 2)
           ==> t->node[x / 2] != 0; @/
      /@ assert Carry: t->node[x] != 0 ==> t->node[x / 2] != 0; @/
      /@ assert Here: \forall integer a; 0 <= a <= c
           && t->node[NodeOf(*t, u, a)] != 0 ==> t->node[x] != 0; @/
      /@ assert Up: \forall integer a; 0 <= a <= c
           && t->node[NodeOf(*t, u, a)] != 0 ==> t->node[x / 2] != 0; @/
      /@ assert NotLive: \forall integer b; 0 <= b <= c
           && FreeOver(*t, u, b) ==> !LiveOver(*t, u, c + 1); @/
      /@ assert Sum: \forall integer b; 0 <= b <= c
           && FreeOver(*t, u, b) ==> Summed(t->node, x / 2); @/
      x = x / 2;
      c = c + 1;
    }
    /@ assert Stop: \forall integer b; FreeOver(*t, u, b)
         ==> 0 <= b <= t->height; @/
    /@ assert Clear: \forall integer a, b; 0 <= a <= b
         && FreeOver(*t, u, b) ==> t->node[NodeOf(*t, u, a)] == 0; @/
    /@ assert Apart: \forall integer a, b; 0 <= a <= b
         && FreeOver(*t, u, b) ==> !LiveOver(*t, u, a); @/
  }
*/

/* The same of all units. */
/*@ ghost
  /@ requires \valid(t) && WellFormed(*t);
     assigns \nothing;
     ensures At: \forall integer u, c; 0 <= u < t->leaves
       && 0 <= c <= t->height ==> AtOrder(*t, NodeOf(*t, u, c), c);
     ensures Smaller: \forall integer u, c, d;
       0 <= c <= d && FreeOver(*t, u, d) ==> FreeOver(*t, u, c);
     ensures Either: \forall integer u, c, d;
       LiveOver(*t, u, c) ==> !FreeOver(*t, u, d);
     ensures Full: \forall integer u, c, d; 0 <= u < t->leaves
       && 0 <= c <= t->height && t->node[NodeOf(*t, u, c)] == c + 1
       ==> !FreeOver(*t, u, d);
  @/
  void lemma_paths(const struct bud_tree *t) {
    uint32_t n = 0;
    /@ loop invariant n <= t->leaves;
       loop invariant At: \forall integer u, c; 0 <= u < n
         && 0 <= c <= t->height ==> AtOrder(*t, NodeOf(*t, u, c), c);
       loop invariant Smaller: \forall integer u, c, d; u < n
         && 0 <= c <= d && FreeOver(*t, u, d) ==> FreeOver(*t, u, c);
       loop invariant Either: \forall integer u, c, d; u < n
         && LiveOver(*t, u, c) ==> !FreeOver(*t, u, d);
       loop invariant Full: \forall integer u, c, d; 0 <= u < n
         && 0 <= c <= t->height && t->node[NodeOf(*t, u, c)] == c + 1
         ==> !FreeOver(*t, u, d);
       loop assigns n;
       loop variant t->leaves - n; @/
    while (n < t->leaves) {
      lemma_path(t, n);
      n = n + 1;
    }
  }
*/

/* Conservation: the units of the heap are those that are free and those of
 * the live blocks, which do not overlap. */
/*@ ghost
  /@ requires \valid(t) && WellFormed(*t);
     assigns \nothing;
     ensures Partition(*t);
  @/
  void lemma_partition(const struct bud_tree *t) {
    uint32_t n = 0;
    /@ loop invariant Range: n <= t->leaves;
       loop invariant One: \forall integer u, c, d; u < n
         && LiveOver(*t, u, c) && LiveOver(*t, u, d) ==> c == d;
       loop invariant Either: \forall integer u; 0 <= u < n
         ==> (FreeOver(*t, u, 0) <==> NoneLiveOver(*t, u));
       loop assigns n;
       loop variant t->leaves - n; @/
    while (n < t->leaves) {
      lemma_one_owner(t, n);
      lemma_path(t, n);
      n = n + 1;
    }
  }
*/

/* In a block that says nothing is free, nothing is. */
/*@ ghost
  /@ requires \valid(t) && WellFormed(*t) && AtOrder(*t, x, c);
     assigns \nothing;
     ensures t->node[x] == c + 1 ==> \forall integer u, d;
       NodeOf(*t, u, c) == x ==> !MaximalAt(*t, u, d);
  @/
  void lemma_nothing(const struct bud_tree *t, uint32_t x, uint32_t c) {
    lemma_paths(t);
    /@ assert Full: t->node[x] == c + 1 ==> \forall integer u, d;
         0 <= u < t->leaves && NodeOf(*t, u, c) == x
         ==> !FreeOver(*t, u, d); @/
    return;
  }
*/

/* A block below no live one has a parent and children below no live one. */
/*@ ghost
  /@ requires \valid(t) && WellFormed(*t);
     requires AtOrder(*t, x, c) && c < t->height && NoLiveAbove(*t, x, c);
     assigns \nothing;
     ensures Not: !Live(*t, x / 2, c + 1);
     ensures Above: NoLiveAbove(*t, x / 2, c + 1);
  @/
  void lemma_parent(const struct bud_tree *t, uint32_t x, uint32_t c) {
    lemma_up(x);
    /@ assert First: Up(x, 1) == x / 2; @/
    /@ assert Next: \forall integer k; 1 <= k <= 30
         ==> Up(x / 2, k) == Up(x, k + 1); @/
    return;
  }
*/

/*@ ghost
  /@ requires \valid(t) && WellFormed(*t);
     requires Half: p == x / 2 && d == c + 1 && d <= t->height;
     requires Above: NoLiveAbove(*t, p, d) && !Live(*t, p, d);
     assigns \nothing;
     ensures NoLiveAbove(*t, x, c);
  @/
  void lemma_child(const struct bud_tree *t, uint32_t p, uint32_t d,
                   uint32_t x, uint32_t c) {
    uint32_t n = 1;
    lemma_up(x);
    /@ assert First: Up(x, 1) == p; @/
    /@ loop invariant Range: 1 <= n <= t->height - c;
       loop invariant Done: \forall integer k;
         1 <= k <= n ==> !Live(*t, Up(x, k), c + k);
       loop assigns n;
       loop variant t->height - c - n; @/
    while (n < t->height - c) {
      /@ assert Next: Up(x, n + 1) == Up(p, n); @/
      /@ assert Not: !Live(*t, Up(p, n), d + n); @/
      n = n + 1;
    }
  }
*/

/* Climbing keeps the order of addresses. */
/*@ ghost
  /@ requires c <= 31;
     assigns \nothing;
     ensures \forall integer a, b;
       0 <= a <= b ==> Up(a, c) <= Up(b, c);
  @/
  void lemma_climb(uint32_t c) {
    uint32_t n = 0;
    /@ loop invariant n <= c;
       loop invariant Same: \forall integer a, b;
         0 <= a <= b ==> 0 <= Up(a, n) <= Up(b, n);
       loop assigns n;
       loop variant c - n; @/
    while (n < c) {
      /@ assert Next: \forall integer a; Up(a, n + 1) == Up(a, n) / 2; @/
      n++;
    }
  }
*/

/* A live block, or a free one that is maximal, is part of no free one. */
/*@ ghost
  /@ requires \valid(t) && WellFormed(*t) && u < t->leaves;
     requires c <= t->height && x == NodeOf(*t, u, c);
     requires Either: LiveOver(*t, u, c)
       || (FreeOver(*t, u, c) && !FreeOver(*t, u, c + 1));
     assigns \nothing;
     ensures Limited(*t, x, c) && 1 <= x < 2 * t->leaves;
  @/
  void lemma_limited(const struct bud_tree *t, uint32_t u, uint32_t x,
                     uint32_t c) {
    lemma_order(*t);
    lemma_free_over(t, u);
    /@ assert Next: NodeOf(*t, u, c + 1) == x / 2; @/
    if (t->node[x] != 0) {
      lemma_disjoint(t, x, c);
      /@ assert Loc: c < t->height ==> LocalAt(*t, x / 2, c + 1); @/
      /@ assert Sides: 2 * (x / 2) == x || 2 * (x / 2) + 1 == x; @/
      /@ assert Not: !Whole(t->node, x / 2); @/
    } else {
      /@ assert Free: FreeOver(*t, u, c) && !FreeOver(*t, u, c + 1); @/
      /@ assert Zero: c < t->height ==> t->node[x / 2] != 0; @/
    }
  }
*/

/* No maximal free block starts in the rest of a block that is live, or that
 * is itself one and starts before. */
/*@ ghost
  /@ requires \valid(t) && WellFormed(*t) && u < t->leaves;
     requires c <= t->height && x == NodeOf(*t, u, c);
     requires Either: LiveOver(*t, u, c) || (FreeOver(*t, u, c)
       && !FreeOver(*t, u, c + 1) && Down(x, c) != t->leaves + u);
     assigns \nothing;
     ensures \forall integer v, d; u <= v && NodeOf(*t, v, c) <= x
       ==> !MaximalAt(*t, v, d);
  @/
  void lemma_rest(const struct bud_tree *t, uint32_t u, uint32_t x,
                  uint32_t c) {
    lemma_order(*t);
    lemma_above(*t, t->leaves + u, c);
    /@ assert At: AtOrder(*t, x, c); @/
    /@ assert In: 1 <= x < 2 * t->leaves; @/
    lemma_paths(t);
    lemma_climb(c);
    lemma_before(x, c);
    /@ assert Same: \forall integer v; u <= v && NodeOf(*t, v, c) <= x
         ==> NodeOf(*t, v, c) == x; @/
    /@ assert Next: \forall integer v;
         NodeOf(*t, v, c + 1) == NodeOf(*t, v, c) / 2; @/
    if (t->node[x] != 0) {
      /@ assert Live: LiveOver(*t, u, c); @/
      /@ assert Over: \forall integer v; u <= v < t->leaves
           && NodeOf(*t, v, c) == x ==> LiveOver(*t, v, c); @/
      /@ assert None: \forall integer v, d; u <= v
           && NodeOf(*t, v, c) == x ==> !MaximalAt(*t, v, d); @/
    } else {
      /@ assert Free: FreeOver(*t, u, c) && !FreeOver(*t, u, c + 1); @/
      /@ assert Start: Down(x, c) < t->leaves + u; @/
      /@ assert Over: \forall integer v; u <= v < t->leaves
           && NodeOf(*t, v, c) == x
           ==> FreeOver(*t, v, c) && !FreeOver(*t, v, c + 1); @/
      /@ assert Lower: \forall integer v, d; u <= v
           && NodeOf(*t, v, c) == x && d < c ==> !MaximalAt(*t, v, d); @/
      /@ assert Higher: \forall integer v, d; u <= v
           && NodeOf(*t, v, c) == x && c < d ==> !MaximalAt(*t, v, d); @/
      /@ assert Equal: \forall integer v; u <= v
           && NodeOf(*t, v, c) == x ==> !MaximalAt(*t, v, c); @/
      /@ assert None: \forall integer v, d; u <= v
           && NodeOf(*t, v, c) == x ==> !MaximalAt(*t, v, d); @/
    }
    return;
  }
*/

#endif
