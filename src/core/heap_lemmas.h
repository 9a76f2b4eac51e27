/* Lemmas about powers of two and shifts of 64 bits: ghost functions, proved
 * like any other. Comments for the prover: a compiler sees an empty file. */
#ifndef BUD_CORE_HEAP_LEMMAS_H
#define BUD_CORE_HEAP_LEMMAS_H

#include "core/heap_logic.h"
#include "core/lemmas.h"
#include "core/tree.h"

/*@ ghost
  /@ requires a <= 127 && b <= 127;
     assigns \nothing;
     ensures Pow2(a) * Pow2(b) == Pow2(a + b);
  @/
  void lemma_powers(uint32_t a, uint32_t b) {
    uint32_t n = 0;
    /@ loop invariant n <= a;
       loop invariant Pow2(n) * Pow2(b) == Pow2(n + b);
       loop assigns n;
       loop variant a - n; @/
    while (n < a) {
      /@ assert Left: Pow2(n + 1) == 2 * Pow2(n); @/
      /@ assert Right: Pow2(n + b + 1) == 2 * Pow2(n + b); @/
      n++;
    }
  }
*/

/*@ ghost
  /@ requires a <= b && c <= 63;
     assigns \nothing;
     ensures a * Pow2(c) <= b * Pow2(c);
  @/
  void lemma_scaled(uint64_t a, uint64_t b, uint32_t c) {
    uint32_t n = 0;
    /@ loop invariant n <= c;
       loop invariant a * Pow2(n) <= b * Pow2(n);
       loop assigns n;
       loop variant c - n; @/
    while (n < c) {
      /@ assert Twice: Pow2(n + 1) == 2 * Pow2(n); @/
      /@ assert a * Pow2(n + 1) == 2 * (a * Pow2(n)); @/
      /@ assert b * Pow2(n + 1) == 2 * (b * Pow2(n)); @/
      n++;
    }
  }
*/

/* Later blocks have higher addresses. */
/*@ ghost
  /@ requires h.order <= 63;
     assigns \nothing;
     ensures \forall integer a, b;
       a < b ==> AddressOf(h, a) < AddressOf(h, b);
  @/
  void lemma_addresses(struct buddy h) {
    uint32_t n = 0;
    /@ loop invariant n <= h.order;
       loop invariant \forall integer a, b;
         a < b ==> a * Pow2(n) < b * Pow2(n);
       loop assigns n;
       loop variant h.order - n; @/
    while (n < h.order) {
      /@ assert Twice: Pow2(n + 1) == 2 * Pow2(n); @/
      /@ assert \forall integer a;
           a * Pow2(n + 1) == 2 * (a * Pow2(n)); @/
      n++;
    }
  }
*/

/* A shift is a product, or a quotient. */
/*@ ghost
  /@ requires c <= 63;
     assigns \nothing;
     ensures Left: (x << c) == x * Pow2(c);
     ensures Low: (x >> c) * Pow2(c) <= x;
     ensures High: x < ((x >> c) + 1) * Pow2(c);
     ensures Less: (x >> c) <= x;
  @/
  void lemma_shift_wide(uint64_t x, uint32_t c) {
    uint32_t n = 0;
    /@ loop invariant n <= c;
       loop invariant Left: (x << n) == x * Pow2(n);
       loop invariant Low: (x >> n) * Pow2(n) <= x;
       loop invariant High: x < ((x >> n) + 1) * Pow2(n);
       loop invariant Some: 0 <= (x >> n) <= x && 1 <= Pow2(n);
       loop assigns n;
       loop variant c - n; @/
    while (n < c) {
      /@ assert Twice: Pow2(n + 1) == 2 * Pow2(n); @/
      lemma_scaled(2 * ((x >> n) / 2), x >> n, n);
      lemma_scaled(x >> n, 2 * ((x >> n) / 2) + 1, n);
      /@ assert (x >> (n + 1)) == ((x >> n) >> 1); @/
      /@ assert ((x >> n) >> 1) == (x >> n) / 2; @/
      /@ assert (x << (n + 1)) == ((x << n) << 1); @/
      /@ assert ((x << n) << 1) == 2 * (x << n); @/
      n++;
    }
  }
*/

/*@ ghost
  /@ requires c <= 63;
     assigns \nothing;
     ensures \result == Pow2(c) && \result >= 1;
  @/
  uint64_t lemma_size_wide(uint32_t c) {
    uint32_t n = 0;
    uint64_t size = 1;
    lemma_pow2_wide();
    /@ loop invariant n <= c;
       loop invariant size == Pow2(n);
       loop assigns n, size;
       loop variant c - n; @/
    while (n < c) {
      /@ assert Low: 2 * Pow2(n) <= Pow2(63); @/
      size = 2 * size;
      n++;
    }
    return size;
  }
*/

/* Bytes in smallest blocks. */
/*@ ghost
  /@ requires o <= 63 && u <= 0x40000000;
     assigns \nothing;
     ensures Bytes(d, u, o) ==> u == (d >> o);
  @/
  void lemma_bytes(uint64_t d, uint32_t u, uint32_t o) {
    uint64_t units = d >> o;
    lemma_pow2_wide();
    lemma_shift_wide(d, o);
    if (u < units) {
      lemma_scaled(u + 1, units, o);
    }
    if (units < u) {
      lemma_scaled(units + 1, u, o);
    }
  }
*/

/* What lies so many bytes further lies below these smallest blocks, or in a
 * block of that order. */
/*@ ghost
  /@ requires o <= 63;
     assigns \nothing;
     ensures d < blocks * Pow2(o) ==> (d >> o) < blocks;
  @/
  void lemma_unit_below(uint64_t d, uint32_t blocks, uint32_t o) {
    lemma_shift_wide(d, o);
    if ((d >> o) >= blocks) {
      lemma_scaled(blocks, d >> o, o);
    }
  }
*/

/*@ ghost
  /@ requires c <= 30 && o <= 63 && Bytes(d, u, o);
     assigns \nothing;
     ensures d < Pow2(c + o) ==> u < Pow2(c);
  @/
  void lemma_unit_inside(uint64_t d, uint32_t u, uint32_t c, uint32_t o) {
    uint32_t size = lemma_size(c);
    lemma_powers(c, o);
    if (size <= u) {
      lemma_scaled(size, u, o);
    }
  }
*/

/* The exponent of a power of two. */
/*@ ghost
  /@ requires \exists integer k; 0 <= k <= 63 && p == Pow2(k);
     assigns \nothing;
     ensures Range: \result <= 63 && p == Pow2(\result);
     ensures Only: \forall integer k;
       0 <= k <= 63 && p == Pow2(k) ==> k == \result;
  @/
  uint32_t lemma_exponent(uint64_t p) {
    uint32_t n = 0;
    uint64_t size = 1;
    lemma_pow2_wide();
    /@ loop invariant n <= 63 && size == Pow2(n) && size <= p;
       loop assigns n, size;
       loop variant 63 - n; @/
    while (size < p) {
      /@ assert More: n < 63; @/
      /@ assert Next: 2 * Pow2(n) <= p; @/
      size = 2 * size;
      n++;
    }
    return n;
  }
*/

/*@ ghost
  /@ requires p >= 1;
     assigns \nothing;
     ensures Rest: (p * k + z) % p == z % p;
     ensures Small: z < p ==> (p * k + z) % p == z;
  @/
  void lemma_rest_of(uint64_t p, uint64_t k, uint64_t z) {
    return;
  }
*/

/*@ ghost
  /@ requires a <= b;
     assigns \nothing;
     ensures n * a <= n * b;
  @/
  void lemma_times_wide(uint32_t n, uint64_t a, uint64_t b) {
    uint32_t i = 0;
    /@ loop invariant i <= n;
       loop invariant i * a <= i * b;
       loop assigns i;
       loop variant n - i; @/
    while (i < n) {
      /@ assert (i + 1) * a == i * a + a; @/
      /@ assert (i + 1) * b == i * b + b; @/
      i++;
    }
  }
*/

/* A multiple of a power of two is one of a smaller power. */
/*@ ghost
  /@ requires j <= c <= 30 && u % Pow2(c) == 0;
     assigns \nothing;
     ensures u % Pow2(j) == 0;
  @/
  void lemma_finer(uint32_t u, uint32_t c, uint32_t j) {
    uint32_t large = lemma_size(c);
    uint32_t small = lemma_size(j);
    uint32_t ratio = lemma_size(c - j);
    uint32_t n = u / large;
    lemma_pow2();
    lemma_product(c, j);
    /@ assert Whole: u == n * large; @/
    /@ assert Large: large == ratio * small; @/
    /@ assert Part: u == n * (ratio * small); @/
    lemma_times(ratio, large, n);
    /@ assert Fits: n * ratio <= u; @/
    /@ assert Times: u == small * (n * ratio); @/
    lemma_multiple(small, n * ratio);
  }
*/

/* What a multiple of a power of two is past one of a larger power is a
 * multiple of the smaller. */
/*@ ghost
  /@ requires c <= j <= 30 && u % Pow2(c) == 0;
     assigns \nothing;
     ensures (u % Pow2(j)) % Pow2(c) == 0;
  @/
  void lemma_coarser(uint32_t u, uint32_t c, uint32_t j) {
    uint32_t large = lemma_size(j);
    uint32_t small = lemma_size(c);
    uint32_t ratio = lemma_size(j - c);
    uint32_t n = u / small;
    uint32_t e = n / ratio;
    uint32_t f = n % ratio;
    lemma_pow2();
    lemma_product(j, c);
    /@ assert Low: ratio <= 0x40000000; @/
    /@ assert Whole: u == small * n; @/
    /@ assert Large: large == ratio * small; @/
    /@ assert Rest: n == ratio * e + f && f < ratio; @/
    /@ assert Times: u == (ratio * small) * e + small * f; @/
    lemma_times(0, f, small);
    lemma_times(f + 1, ratio, small);
    /@ assert Less: small * f < Pow2(j) && Pow2(j) <= 0x40000000; @/
    lemma_rest_of(large, e, small * f);
    lemma_multiple(small, f);
    /@ assert Past: u % large == small * f; @/
  }
*/

#endif
