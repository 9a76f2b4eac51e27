/* Lemmas about the number of pieces that cover a range: they grow while the
 * range lets them and shrink then, so they are two an order at most. */
#ifndef BUD_CORE_PIECE_LEMMAS_H
#define BUD_CORE_PIECE_LEMMAS_H

#include "core/run_lemmas.h"

/*@ ghost
  /@ requires 1 <= p <= 0x40000000;
     assigns \nothing;
     ensures u % (2 * p) == 0 ==> u % p == 0;
  @/
  void lemma_even(uint32_t u, uint32_t p) {
    uint32_t q = u / (2 * p);
    lemma_times(1, p, q);
    /@ assert Small: 2 * q <= u; @/
    lemma_multiple(p, 2 * q);
    /@ assert Same: u % (2 * p) == 0 ==> u == p * (2 * q); @/
  }
*/

/* A power of two divides what a larger one does. */
/*@ ghost
  /@ requires a <= 31;
     assigns \nothing;
     ensures b <= a && u % Pow2(a) == 0 ==> u % Pow2(b) == 0;
  @/
  void lemma_divides(uint32_t u, uint32_t a, uint32_t b) {
    uint32_t n = a;
    /@ loop invariant Range: n <= a && (b <= a ==> b <= n);
       loop invariant Even: u % Pow2(a) == 0 ==> u % Pow2(n) == 0;
       loop assigns n;
       loop variant n; @/
    while (n > b) {
      /@ assert Twice: Pow2(n) == 2 * Pow2(n - 1); @/
      lemma_even(u, lemma_size(n - 1));
      n = n - 1;
    }
  }
*/

/* After an odd multiple of p comes an even one. */
/*@ ghost
  /@ requires 1 <= p <= 0x40000000 && u <= 0x40000000;
     requires Odd: u % p == 0 && u % (2 * p) != 0;
     assigns \nothing;
     ensures (u + p) % (2 * p) == 0;
  @/
  void lemma_odd(uint32_t u, uint32_t p) {
    uint32_t q = u / p;
    uint32_t half = q / 2;
    /@ assert Whole: u == q * p; @/
    lemma_multiple(2 * p, half);
    /@ assert Even: q == 2 * half ==> u == (2 * p) * half; @/
    /@ assert Odd: q == 2 * half + 1; @/
    lemma_halve(q, half, 1, p);
    lemma_multiple(2 * p, half + 1);
    /@ assert Next: u + p == (2 * p) * (half + 1); @/
  }
*/

/* The largest piece at the start of a range, of 2^c units, leaves fewer of
 * them: how many. So a range in a heap of 2^h units is 2h + 2 at most. */
/*@ ghost
  /@ requires h <= 30 && 1 <= left <= Pow2(h) && u <= 0x40000000;
     requires Piece: c <= 30 && Pow2(c) <= left && u % Pow2(c) == 0;
     requires Range: n <= 2 * h + 2;
     assigns \nothing;
     ensures Range: \result <= 2 * h + 2;
     ensures Fewer: Pieces(u, left, h, n)
       && (u % (2 * Pow2(c)) != 0 || left < 2 * Pow2(c)) ==> \result < n
         && Pieces(u + Pow2(c), left - Pow2(c), h, \result);
  @/
  uint32_t lemma_pieces(uint32_t u, uint32_t left, uint32_t c, uint32_t h,
                        uint32_t n) {
    uint32_t size = lemma_size(c);
    uint32_t even = h < n ? 2 * h + 2 - n : n;
    lemma_pow2();
    lemma_divides(u, even, c + 1);
    /@ assert Twice: Pow2(c + 1) == 2 * size; @/
    /@ assert Order: c <= h; @/
    if (u % (2 * size) != 0) {
      /@ assert Grows: Pieces(u, left, h, n) ==> h < n && even <= c; @/
      lemma_odd(u, size);
      /@ assert Next: (u + size) % Pow2(c + 1) == 0; @/
      /@ assert Fewer: Pieces(u, left, h, n) ==> 2 * h + 1 - c < n; @/
      /@ assert After: Pieces(u + size, left - size, h, 2 * h + 1 - c); @/
      return 2 * h + 1 - c;
    }
    /@ assert Fewer: Pieces(u, left, h, n) ==> c < n; @/
    lemma_multiple(size, u / size + 1);
    /@ assert Whole: u == (u / size) * size; @/
    /@ assert Next: u + size == size * (u / size + 1); @/
    /@ assert Shrinks: left < 2 * size
         ==> Pieces(u + size, left - size, h, c); @/
    return c;
  }
*/

/* A block with a unit outside is not inside, nor is a larger one. */
/*@ ghost
  /@ requires Shape(t) && c <= t.height && v < t.leaves;
     requires Same: NodeOf(t, v, c) == NodeOf(t, u, c);
     requires Out: v < u || end <= v;
     assigns \nothing;
     ensures \forall integer w, e; NodeOf(t, w, c) == NodeOf(t, u, c)
       && c <= e <= t.height ==> !Inside(t, w, e, u, end);
  @/
  void lemma_outside(struct bud_tree t, uint32_t u, uint32_t end, uint32_t c,
                     uint32_t v) {
    lemma_climbs(c);
    /@ assert Up: \forall integer w, e; c <= e <= t.height
         ==> NodeOf(t, w, e) == Up(NodeOf(t, w, c), e - c); @/
    /@ assert Wide: \forall integer w, e; NodeOf(t, w, c) == NodeOf(t, u, c)
         && c <= e <= t.height ==> NodeOf(t, v, e) == NodeOf(t, w, e); @/
    /@ assert Not: \forall integer w, e; Inside(t, w, e, u, end)
         ==> NodeOf(t, v, e) != NodeOf(t, w, e); @/
    return;
  }
*/

/* A block that starts before u or passes the end is not inside. */
/*@ ghost
  /@ requires Shape(t) && u < end <= t.leaves && c <= t.height;
     assigns \nothing;
     ensures !StartsAt(t, NodeOf(t, u, c), c, u) || end - u < Pow2(c)
       ==> \forall integer v, e; NodeOf(t, v, c) == NodeOf(t, u, c)
         && c <= e <= t.height ==> !Inside(t, v, e, u, end);
  @/
  void lemma_sticks_out(struct bud_tree t, uint32_t u, uint32_t end,
                        uint32_t c) {
    uint32_t size = lemma_size(c);
    uint32_t leaf = t.leaves + u;
    uint32_t x = lemma_contains(leaf, c, size);
    uint32_t first = 0;
    uint32_t last = 0;
    lemma_order(t);
    lemma_above(t, leaf, c);
    lemma_node(t, u, leaf);
    lemma_down(x, c);
    lemma_aligned(t, x, c);
    lemma_units(t, x, c);
    first = x * size - t.leaves;
    last = first + (size - 1);
    /@ assert First: NodeOf(t, first, c) == x && first <= u; @/
    /@ assert Last: NodeOf(t, last, c) == x && last < t.leaves; @/
    /@ assert Out: !StartsAt(t, x, c, u) || end - u < size
         ==> first < u || end <= last; @/
    if (first < u) {
      lemma_outside(t, u, end, c, first);
    }
    if (end <= last) {
      lemma_outside(t, u, end, c, last);
    }
  }
*/

/* Live blocks as large as the range cannot be coarser. */
/*@ ghost
  /@ requires \valid(t) && WellFormed(*t);
     assigns \nothing;
     ensures \forall integer c;
       Uncut(*t, u, n, c) ==> Coarse(*t, u, u + n, c);
  @/
  void lemma_uncut(const struct bud_tree *t, uint32_t u, uint32_t n) {
    lemma_all_disjoint(t);
    /@ assert Over: \forall integer v, c; Uncut(*t, u, n, c)
         && InRange(v, u, n) ==> LiveOver(*t, v, c); @/
    /@ assert Only: \forall integer v, c, d; Uncut(*t, u, n, c)
         && InRange(v, u, n) && LiveOver(*t, v, d) ==> d == c; @/
    return;
  }
*/

/* The live block at the first unit of a range where none could be coarser is
 * the largest piece. */
/*@ ghost
  /@ requires \valid(t) && WellFormed(*t) && u < end <= t->leaves;
     requires LiveAt(*t, u, c) && c <= t->height;
     assigns \nothing;
     ensures Aligned: u % Pow2(c) == 0;
     ensures Less: \forall integer v, d; Inside(*t, v, d, u + Pow2(c), end)
       ==> Inside(*t, v, d, u, end);
     ensures Largest: \forall integer d; end - u <= Pow2(d) && d <= t->height
       && Coarse(*t, u, end, d)
         ==> u % (2 * Pow2(c)) != 0 || end - u < 2 * Pow2(c);
  @/
  void lemma_largest(const struct bud_tree *t, uint32_t u, uint32_t end,
                     uint32_t c) {
    uint32_t size = lemma_size(c);
    lemma_pow2();
    uint32_t leaf = t->leaves + u;
    uint32_t x = lemma_contains(leaf, c, size);
    lemma_node(*t, u, leaf);
    /@ assert Node: NodeOf(*t, u, c) == x; @/
    lemma_aligned(*t, x, c);
    /@ assert Start: Down(x, c) - t->leaves == u; @/
    /@ assert Twice: Pow2(c + 1) == 2 * size; @/
    if (end - u >= 2 * size && u % (2 * size) == 0) {
      lemma_starts(*t, u, c + 1);
      /@ assert Inside: Inside(*t, u, c + 1, u, end); @/
      /@ assert Small: \forall integer d; 0 <= d <= t->height
           && end - u <= Pow2(d) ==> c + 1 <= d; @/
      /@ assert Not: \forall integer d; c + 1 <= d <= t->height
           ==> !Coarse(*t, u, end, d); @/
    }
  }
*/

#endif
