/* Lemmas about powers of two and shifts of 64 bits: ghost functions, proved
 * like any other. Comments for the prover: a compiler sees an empty file. */
#ifndef BUD_CORE_HEAP_LEMMAS_H
#define BUD_CORE_HEAP_LEMMAS_H

#include "core/heap_logic.h"
#include "core/lemmas.h"
#include "core/tree.h"

/*@ ghost
  /@ requires a <= 63 && b <= 63;
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

#endif
