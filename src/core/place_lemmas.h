/* Lemmas about where in a heap an address is a multiple of an alignment: ghost
 * functions, proved like any other. Comments for the prover: a compiler sees
 * an empty file. */
#ifndef BUD_CORE_PLACE_LEMMAS_H
#define BUD_CORE_PLACE_LEMMAS_H

#include "core/heap_lemmas.h"
#include "core/heap_logic.h"
#include "core/run_lemmas.h"
#include "core/walk_lemmas.h"

/* Whole blocks further, an address is as aligned, up to the size of the
 * block. */
/*@ ghost
  /@ requires c <= 30 && o <= 63 && k <= 63 && k <= c + o;
     requires u % Pow2(c) == 0;
     requires u * Pow2(o) <= 0xffffffffffffffff;
     assigns \nothing;
     ensures (x + u * Pow2(o)) % Pow2(k) == x % Pow2(k);
  @/
  void lemma_alike(uint64_t x, uint32_t u, uint32_t c, uint32_t o,
                   uint32_t k) {
    uint64_t p = lemma_size_wide(k);
    uint64_t m = 0;
    lemma_pow2_wide();
    if (k <= o) {
      uint64_t part = lemma_size_wide(o - k);
      lemma_powers(k, o - k);
      /@ assert Split: Pow2(o) == p * part; @/
      /@ assert Times: u * Pow2(o) == p * (u * part); @/
      lemma_times_wide(u, part, lemma_size_wide(o));
      /@ assert Fits: u * part <= u * Pow2(o); @/
      m = u * part;
    } else {
      uint32_t w = lemma_size(k - o);
      lemma_powers(k - o, o);
      lemma_finer(u, c, k - o);
      m = u / w;
      /@ assert Whole: u == w * m; @/
      /@ assert Join: p == w * Pow2(o); @/
      /@ assert Times: u * Pow2(o) == m * (w * Pow2(o)); @/
    }
    /@ assert All: u * Pow2(o) == p * m; @/
    lemma_rest_of(p, m, x);
  }
*/

/*@ ghost
  /@ requires p >= 2;
     assigns \nothing;
     ensures Low: x / p <= 0x7fffffffffffffff;
     ensures Is: x == p * (x / p) + x % p && 0 <= x % p < p;
  @/
  void lemma_quotient(uint64_t x, uint64_t p) {
    return;
  }
*/

/* Two remainders add up to a multiple when both are 0 or they fill p. */
/*@ ghost
  /@ requires p >= 2 && past < p && z < p && q <= 0x7fffffffffffffff;
     requires d == (past == 0 ? 0 : p - past);
     assigns \nothing;
     ensures ((p * q + past) + (p * r + z)) % p == 0 <==> z == d;
  @/
  void lemma_fill(uint64_t p, uint64_t q, uint64_t past, uint32_t r,
                  uint64_t z, uint64_t d) {
    uint64_t a = q + r;
    if (z < p - past) {
      /@ assert Sum: (p * q + past) + (p * r + z) == p * a + (past + z); @/
      lemma_rest_of(p, a, past + z);
      /@ assert Rest: ((p * q + past) + (p * r + z)) % p == past + z; @/
    } else {
      a = a + 1;
      /@ assert Sum: (p * q + past) + (p * r + z)
           == p * a + (z - (p - past)); @/
      lemma_rest_of(p, a, z - (p - past));
      /@ assert Rest: ((p * q + past) + (p * r + z)) % p
           == z - (p - past); @/
    }
  }
*/

/* u smallest blocks, in bytes, by the quotient and the rest of u. */
/*@ ghost
  /@ requires o < k <= 63 && k - o <= 30;
     requires u == Pow2(k - o) * r + v && v < Pow2(k - o);
     assigns \nothing;
     ensures Bytes: u * Pow2(o) == Pow2(k) * r + v * Pow2(o);
     ensures Less: v * Pow2(o) < Pow2(k);
  @/
  void lemma_blocks(uint32_t u, uint32_t o, uint32_t k, uint32_t r,
                    uint32_t v) {
    uint32_t w = lemma_size(k - o);
    lemma_pow2_wide();
    lemma_powers(k - o, o);
    lemma_scaled(v + 1, w, o);
    /@ assert Bytes: u * Pow2(o)
         == (Pow2(k - o) * Pow2(o)) * r + v * Pow2(o); @/
  }
*/

/*@ ghost
  /@ requires o < k <= 63 && k - o <= 30 && Distance(d, x, k);
     assigns \nothing;
     ensures (x + u * Pow2(o)) % Pow2(k) == 0
       <==> (u % Pow2(k - o)) * Pow2(o) == d;
  @/
  void lemma_meets_near(uint64_t x, uint32_t u, uint32_t o, uint32_t k,
                        uint64_t d) {
    uint64_t p = lemma_size_wide(k);
    uint64_t part = lemma_size_wide(o);
    uint32_t w = lemma_size(k - o);
    uint32_t r = u / w;
    uint32_t v = u % w;
    lemma_pow2_wide();
    lemma_quotient(x, p);
    /@ assert Rest: u == w * r + v && v < w; @/
    lemma_blocks(u, o, k, r, v);
    lemma_scaled(0, v, o);
    /@ assert Fits: v * part < Pow2(k) && Pow2(k) <= Pow2(63); @/
    lemma_fill(p, x / p, x % p, r, v * part, d);
  }
*/

/*@ ghost
  /@ requires o + 30 < k <= 63 && u <= 0x40000000 && Distance(d, x, k);
     assigns \nothing;
     ensures (x + u * Pow2(o)) % Pow2(k) == 0
       <==> (u % Pow2(k - o)) * Pow2(o) == d;
  @/
  void lemma_meets_far(uint64_t x, uint32_t u, uint32_t o, uint32_t k,
                       uint64_t d) {
    uint64_t p = lemma_size_wide(k);
    uint64_t part = lemma_size_wide(o);
    lemma_pow2_wide();
    lemma_quotient(x, p);
    lemma_powers(30, o);
    lemma_scaled(0, u, o);
    lemma_scaled(u, 0x40000000, o);
    /@ assert Small: u < Pow2(31) && Pow2(31) <= Pow2(k - o); @/
    /@ assert Rest: u % Pow2(k - o) == u; @/
    /@ assert Half: 0x40000000 * Pow2(o) == Pow2(o + 30); @/
    /@ assert Less: u * part < Pow2(k) && Pow2(k) <= Pow2(63); @/
    lemma_fill(p, x / p, x % p, 0, u * part, d);
    /@ assert Meets: (x + u * Pow2(o)) % Pow2(k) == 0 <==> u * part == d; @/
  }
*/

/* u smallest blocks further lies a multiple exactly when u ends with the
 * distance to the next one. */
/*@ ghost
  /@ requires o < k <= 63 && u <= 0x40000000 && Distance(d, x, k);
     assigns \nothing;
     ensures MultipleAt(x, u, o, k) <==> EndsWith(u, o, k, d);
  @/
  void lemma_meets(uint64_t x, uint32_t u, uint32_t o, uint32_t k,
                   uint64_t d) {
    if (k - o <= 30) {
      lemma_meets_near(x, u, o, k, d);
    } else {
      lemma_meets_far(x, u, o, k, d);
    }
  }
*/

/* What ends with a distance that is a multiple of a block's size. */
/*@ ghost
  /@ requires c + o <= 63 && c <= 30 && Multiple(v, c);
     assigns \nothing;
     ensures (v * Pow2(o)) % Pow2(c + o) == 0;
  @/
  void lemma_block_bytes(uint32_t v, uint32_t c, uint32_t o) {
    uint32_t size = lemma_size(c);
    uint64_t p = lemma_size_wide(c + o);
    uint32_t n = v / size;
    lemma_pow2();
    lemma_powers(c, o);
    /@ assert Whole: v == size * n; @/
    /@ assert Bytes: v * Pow2(o) == n * (size * Pow2(o)); @/
    /@ assert Times: v * Pow2(o) == p * n; @/
    lemma_rest_of(p, n, 0);
  }
*/

/*@ ghost
  /@ requires part >= 1 && n * size * part <= 0xffffffffffffffff;
     assigns \nothing;
     ensures 0 <= n * size <= 0xffffffffffffffff;
  @/
  void lemma_least(uint64_t part, uint64_t n, uint64_t size) {
    return;
  }
*/

/* A distance of whole blocks of order c, counted in smallest blocks. */
/*@ ghost
  /@ requires c + o <= 63 && c <= 30 && d % Pow2(c + o) == 0;
     assigns \nothing;
     ensures Exact: Bytes(d, d >> o, o);
     ensures Aligned: Multiple(d >> o, c);
  @/
  void lemma_whole(uint64_t d, uint32_t c, uint32_t o) {
    uint64_t p = lemma_size_wide(c + o);
    uint64_t size = lemma_size_wide(c);
    uint64_t part = lemma_size_wide(o);
    uint64_t n = d / p;
    uint64_t units = d >> o;
    lemma_powers(c, o);
    lemma_shift_wide(d, o);
    /@ assert Whole: d == n * p; @/
    /@ assert Bytes: d == (n * size) * part; @/
    lemma_least(part, n, size);
    uint64_t m = n * size;
    if (m < units) {
      lemma_scaled(m + 1, units, o);
    }
    if (units < m) {
      lemma_scaled(units + 1, m, o);
    }
    /@ assert Same: units == m; @/
    lemma_rest_of(size, n, 0);
  }
*/

/*@ ghost
  /@ requires c + o < k <= 63 && c <= 30 && u <= 0x40000000;
     assigns \nothing;
     ensures Whole: EndsWith(u, o, k, d) && Multiple(u, c)
       ==> d % Pow2(c + o) == 0;
     ensures Near: EndsWith(u, o, k, d) && u < blocks
       ==> d < blocks * Pow2(o);
     ensures Only: Bytes(d, u, o) ==> u == (d >> o);
     ensures Lies: EndsWith(u, o, k, d) ==> LiesAt(u, k - o, d >> o);
  @/
  void lemma_place(uint32_t u, uint32_t blocks, uint32_t c, uint32_t o,
                   uint32_t k, uint64_t d) {
    uint32_t v = u;
    uint32_t w = 0;
    uint32_t size = lemma_size(c);
    lemma_pow2_wide();
    if (k - o <= 30) {
      w = lemma_size(k - o);
      v = u % w;
    } else {
      /@ assert Small: u < Pow2(31) && Pow2(31) <= Pow2(k - o); @/
    }
    /@ assert Rest: u % Pow2(k - o) == v; @/
    /@ assert Less: v <= u; @/
    if (u % size == 0) {
      if (k - o <= 30) {
        lemma_coarser(u, c, k - o);
      }
      /@ assert Even: Multiple(v, c); @/
      lemma_block_bytes(v, c, o);
    }
    if (u < blocks) {
      lemma_scaled(v + 1, blocks, o);
    }
    lemma_bytes(d, u, o);
    lemma_bytes(d, v, o);
  }
*/

/* Where an address can be a multiple of an alignment above the size of the
 * block, among n smallest blocks. */
/*@ ghost
  /@ requires c + o < k <= 63 && c <= 30 && n <= 0x40000000;
     requires Distance(d, x, k);
     assigns \nothing;
     ensures Meets: \forall integer u; 0 <= u < n
       ==> (MultipleAt(x, u, o, k) <==> EndsWith(u, o, k, d));
     ensures Whole: \forall integer u; 0 <= u < n && Multiple(u, c)
       && MultipleAt(x, u, o, k) ==> d % Pow2(c + o) == 0;
     ensures Near: \forall integer u; 0 <= u < n && u < blocks
       && MultipleAt(x, u, o, k) ==> d < blocks * Pow2(o);
     ensures Only: \forall integer u; 0 <= u < n && Bytes(d, u, o)
       ==> u == (d >> o);
     ensures Lies: \forall integer u; 0 <= u < n && MultipleAt(x, u, o, k)
       ==> LiesAt(u, k - o, d >> o);
  @/
  void lemma_places(uint64_t x, uint32_t n, uint32_t blocks, uint32_t c,
                    uint32_t o, uint32_t k, uint64_t d) {
    uint32_t i = 0;
    /@ loop invariant i <= n;
       loop invariant Meets: \forall integer u; 0 <= u < i
         ==> (MultipleAt(x, u, o, k) <==> EndsWith(u, o, k, d));
       loop invariant Whole: \forall integer u; 0 <= u < i && Multiple(u, c)
         && MultipleAt(x, u, o, k) ==> d % Pow2(c + o) == 0;
       loop invariant Near: \forall integer u; 0 <= u < i && u < blocks
         && MultipleAt(x, u, o, k) ==> d < blocks * Pow2(o);
       loop invariant Only: \forall integer u; 0 <= u < i && Bytes(d, u, o)
         ==> u == (d >> o);
       loop invariant Lies: \forall integer u; 0 <= u < i
         && MultipleAt(x, u, o, k) ==> LiesAt(u, k - o, d >> o);
       loop assigns i;
       loop variant n - i; @/
    while (i < n) {
      lemma_meets(x, i, o, k, d);
      lemma_place(i, blocks, c, o, k, d);
      i++;
    }
  }
*/

/* A block so far inside a larger one lies at a multiple of its size. */
/*@ ghost
  /@ requires order <= span <= 30 && first % Pow2(span) == 0;
     requires offset < Pow2(span) && Multiple(offset, order);
     requires first + Pow2(span) <= 0x40000000;
     assigns \nothing;
     ensures Rest: (first + offset) % Pow2(span) == offset;
     ensures Aligned: (first + offset) % Pow2(order) == 0;
     ensures In: offset + Pow2(order) <= Pow2(span);
  @/
  void lemma_inside(uint32_t first, uint32_t span, uint32_t offset,
                    uint32_t order) {
    uint32_t large = lemma_size(span);
    uint32_t small = lemma_size(order);
    uint32_t ratio = lemma_size(span - order);
    uint32_t a = first / large;
    uint32_t b = offset / small;
    lemma_pow2();
    lemma_product(span, order);
    lemma_finer(first, span, order);
    /@ assert First: first == large * a; @/
    /@ assert Offset: offset == small * b; @/
    /@ assert Large: large == ratio * small; @/
    if (b >= ratio) {
      lemma_times(ratio, b, small);
    }
    lemma_times(b + 1, ratio, small);
    lemma_rest_of(large, a, offset);
    uint32_t n = first / small;
    /@ assert Parts: first == small * n; @/
    /@ assert Sum: first + offset == small * (n + b); @/
    lemma_multiple(small, n + b);
  }
*/

/* Below the alignment, a unit ends with itself. */
/*@ ghost
  /@ requires o < k <= 63 && n <= Pow2(k - o);
     assigns \nothing;
     ensures \forall integer u; 0 <= u < n
       ==> (EndsWith(u, o, k, d) <==> Bytes(d, u, o));
  @/
  void lemma_short(uint32_t n, uint32_t o, uint32_t k, uint64_t d) {
    uint32_t i = 0;
    /@ loop invariant i <= n;
       loop invariant \forall integer u; 0 <= u < i
         ==> (EndsWith(u, o, k, d) <==> Bytes(d, u, o));
       loop assigns i;
       loop variant n - i; @/
    while (i < n) {
      /@ assert Self: i % Pow2(k - o) == i; @/
      /@ assert Ends: EndsWith(i, o, k, d) <==> i * Pow2(o) == d; @/
      i++;
    }
  }
*/

/* Up to the size of a block, all blocks are as aligned as the first. */
/*@ ghost
  /@ requires c <= 30 && o <= 63 && k <= 63 && k <= c + o;
     requires blocks * Pow2(o) <= UINTPTR_MAX + 1;
     assigns \nothing;
     ensures \forall integer u; 0 <= u < blocks && Multiple(u, c)
       ==> (MultipleAt(x, u, o, k) <==> x % Pow2(k) == 0);
  @/
  void lemma_all_alike(uint64_t x, uint32_t blocks, uint32_t c, uint32_t o,
                       uint32_t k) {
    uint32_t i = 0;
    uint32_t size = lemma_size(c);
    lemma_pow2_wide();
    /@ loop invariant i <= blocks;
       loop invariant \forall integer u; 0 <= u < i && Multiple(u, c)
         ==> (MultipleAt(x, u, o, k) <==> x % Pow2(k) == 0);
       loop assigns i;
       loop variant blocks - i; @/
    while (i < blocks) {
      if (i % size == 0) {
        lemma_scaled(i + 1, blocks, o);
        lemma_alike(x, i, c, o, k);
      }
      i++;
    }
  }
*/

/* A free block starts below the end of its heap, at a multiple of its size. */
/*@ ghost
  /@ requires \valid(t) && Managed(*t, blocks) && c <= t->height;
     assigns \nothing;
     ensures Below: \forall integer u; FreeAt(*t, u, c) ==> 0 <= u < blocks;
     ensures Even: \forall integer u; FreeAt(*t, u, c) ==> Multiple(u, c);
  @/
  void lemma_free_starts(const struct bud_tree *t, uint32_t blocks,
                         uint32_t c) {
    uint32_t i = 0;
    uint32_t x = 0;
    uint32_t size = lemma_size(c);
    lemma_paths(t);
    lemma_order(*t);
    /@ assert Over: \forall integer u; FreeAt(*t, u, c)
         ==> FreeOver(*t, u, c); @/
    /@ assert Tail: \forall integer u; blocks <= u < t->leaves
         ==> UnitLive(*t, u); @/
    /@ assert Not: \forall integer u; UnitLive(*t, u)
         ==> !FreeOver(*t, u, c); @/
    /@ loop invariant i <= t->leaves;
       loop invariant Even: \forall integer u; 0 <= u < i
         && StartsAt(*t, NodeOf(*t, u, c), c, u) ==> Multiple(u, c);
       loop assigns i, x;
       loop variant t->leaves - i; @/
    while (i < t->leaves) {
      lemma_above(*t, t->leaves + i, c);
      lemma_node(*t, i, t->leaves + i);
      x = lemma_contains(t->leaves + i, c, size);
      lemma_aligned(*t, x, c);
      i++;
    }
  }
*/

/* The free block over a unit starts at the multiple of its size below. */
/*@ ghost
  /@ requires \valid(t) && WellFormed(*t) && c <= t->height;
     requires u < t->leaves;
     assigns \nothing;
     ensures FreeOver(*t, u, c) ==> FreeAt(*t, StartOf(u, c), c);
  @/
  void lemma_over_start(const struct bud_tree *t, uint32_t u, uint32_t c) {
    uint32_t size = lemma_size(c);
    lemma_order(*t);
    lemma_above(*t, t->leaves + u, c);
    lemma_node(*t, u, t->leaves + u);
    uint32_t x = lemma_contains(t->leaves + u, c, size);
    lemma_aligned(*t, x, c);
    lemma_down(x, c);
    uint32_t first = lemma_first(*t, x, c);
    /@ assert Is: first == x * size - t->leaves && first % size == 0; @/
    /@ assert In: first <= u < first + size; @/
    lemma_rest_of(size, first / size, u - first);
    /@ assert Whole: first == size * (first / size); @/
    /@ assert Start: StartOf(u, c) == first; @/
    /@ assert First: FreeOver(*t, u, c) ==> FreeAt(*t, first, c); @/
  }
*/

/* The same of every unit. */
/*@ ghost
  /@ requires \valid(t) && WellFormed(*t) && c <= t->height;
     assigns \nothing;
     ensures \forall integer u; FreeOver(*t, u, c)
       ==> FreeAt(*t, StartOf(u, c), c);
  @/
  void lemma_over_starts(const struct bud_tree *t, uint32_t c) {
    uint32_t i = 0;
    /@ loop invariant i <= t->leaves;
       loop invariant Starts: \forall integer u; 0 <= u < i
         && FreeOver(*t, u, c) ==> FreeAt(*t, StartOf(u, c), c);
       loop assigns i;
       loop variant t->leaves - i; @/
    while (i < t->leaves) {
      lemma_over_start(t, i, c);
      i++;
    }
  }
*/

#endif
