/* Lemmas about powers of two and shifts of 64 bits: ghost functions, proved
 * like any other. Comments for the prover: a compiler sees an empty file. */
#ifndef BUD_CORE_HEAP_LEMMAS_H
#define BUD_CORE_HEAP_LEMMAS_H

#include "core/lemmas.h"
#include "core/tree.h"

/*@ ghost
  /@ assigns \nothing;
     ensures Positive: \forall integer a; 0 <= a <= 127 ==> Pow2(a) >= 1;
     ensures Double: \forall integer a;
       0 <= a < 127 ==> Pow2(a + 1) == 2 * Pow2(a);
     ensures Grows: \forall integer a, b;
       0 <= a < b <= 127 ==> 2 * Pow2(a) <= Pow2(b);
     ensures Zero: Pow2(0) == 1;
     ensures Thirty: Pow2(30) == 0x40000000;
     ensures Most: Pow2(64) == 0x10000000000000000;
  @/
  void lemma_pow2_wide(void) {
    int n = 0;
    /@ loop invariant 0 <= n <= 127;
       loop invariant \forall integer a; 0 <= a <= n ==> Pow2(a) >= 1;
       loop invariant \forall integer a;
         0 <= a < n ==> Pow2(a + 1) == 2 * Pow2(a);
       loop invariant \forall integer a, b;
         0 <= a < b <= n ==> 2 * Pow2(a) <= Pow2(b);
       loop assigns n;
       loop variant 127 - n; @/
    while (n < 127) {
      /@ assert Pow2(n + 1) == 2 * Pow2(n); @/
      n++;
    }
    /@ assert Ten: Pow2(10) == 1024; @/
    /@ assert Twenty: Pow2(20) == 1048576; @/
    /@ assert Thirty: Pow2(30) == 0x40000000; @/
    /@ assert Forty: Pow2(40) == 0x10000000000; @/
    /@ assert Fifty: Pow2(50) == 0x4000000000000; @/
    /@ assert Sixty: Pow2(60) == 0x1000000000000000; @/
  }
*/

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

/* A shift is a product, or a quotient. */
/*@ ghost
  /@ requires c <= 63;
     assigns \nothing;
     ensures Left: (x << c) == x * Pow2(c);
     ensures Low: (x >> c) * Pow2(c) <= x;
     ensures High: x < ((x >> c) + 1) * Pow2(c);
  @/
  void lemma_shift_wide(uint64_t x, uint32_t c) {
    uint32_t n = 0;
    /@ loop invariant n <= c;
       loop invariant Left: (x << n) == x * Pow2(n);
       loop invariant Low: (x >> n) * Pow2(n) <= x;
       loop invariant High: x < ((x >> n) + 1) * Pow2(n);
       loop invariant Some: 0 <= (x >> n) && 1 <= Pow2(n);
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
