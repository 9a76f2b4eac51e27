/* Lemmas about powers of two, climbs and descents. A lemma is a ghost
 * function: its contract is the statement, its loop is the induction, and it
 * is proved like any other function. Nothing is assumed. Comments for the
 * prover: a compiler sees an empty file. */
#ifndef BUD_CORE_LEMMAS_H
#define BUD_CORE_LEMMAS_H

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

/* The same as far as a tree needs it, which provers search faster. */
/*@ ghost
  /@ assigns \nothing;
     ensures Positive: \forall integer a; 0 <= a <= 31 ==> Pow2(a) >= 1;
     ensures Double: \forall integer a;
       0 <= a < 31 ==> Pow2(a + 1) == 2 * Pow2(a);
     ensures Grows: \forall integer a, b;
       0 <= a < b <= 31 ==> 2 * Pow2(a) <= Pow2(b);
     ensures Most: Pow2(30) == 0x40000000;
  @/
  void lemma_pow2(void) {
    lemma_pow2_wide();
    return;
  }
*/

/*@ ghost
  /@ requires c <= h <= 31;
     assigns \nothing;
     ensures Pow2(h - c) * Pow2(c) == Pow2(h);
  @/
  void lemma_product(uint32_t h, uint32_t c) {
    uint32_t n = 0;
    /@ loop invariant n <= c;
       loop invariant Pow2(h - n) * Pow2(n) == Pow2(h);
       loop assigns n;
       loop variant c - n; @/
    while (n < c) {
      /@ assert Half: Pow2(h - n) == 2 * Pow2(h - n - 1); @/
      /@ assert Twice: Pow2(n + 1) == 2 * Pow2(n); @/
      n++;
    }
  }
*/

/*@ ghost
  /@ requires c <= 31;
     assigns \nothing;
     ensures Down(x, c) == x * Pow2(c);
  @/
  void lemma_down(uint32_t x, uint32_t c) {
    uint32_t n = 0;
    /@ loop invariant n <= c;
       loop invariant Down(x, n) == x * Pow2(n);
       loop assigns n;
       loop variant c - n; @/
    while (n < c) {
      /@ assert Down(x, n + 1) == 2 * Down(x, n); @/
      /@ assert Twice: Pow2(n + 1) == 2 * Pow2(n); @/
      n++;
    }
  }
*/

/*@ ghost
  /@ requires c <= 30;
     assigns \nothing;
     ensures \result == Pow2(c);
  @/
  uint32_t lemma_size(uint32_t c) {
    uint32_t n = 0;
    uint32_t size = 1;
    lemma_pow2();
    /@ loop invariant n <= c;
       loop invariant size == Pow2(n);
       loop assigns n, size;
       loop variant c - n; @/
    while (n < c) {
      size = 2 * size;
      n++;
    }
    return size;
  }
*/

/*@ ghost
  /@ requires a <= b;
     assigns \nothing;
     ensures a * p <= b * p;
  @/
  void lemma_times(uint32_t a, uint32_t b, uint32_t p) {
    uint32_t n = a;
    /@ loop invariant a <= n <= b;
       loop invariant a * p <= n * p;
       loop assigns n;
       loop variant b - n; @/
    while (n < b) {
      /@ assert (n + 1) * p == n * p + p; @/
      n++;
    }
  }
*/

/*@ ghost
  /@ requires p >= 1;
     assigns \nothing;
     ensures (p * q) % p == 0;
  @/
  void lemma_multiple(uint32_t p, uint32_t q) {
    uint32_t n = 0;
    /@ loop invariant n <= q;
       loop invariant (p * n) % p == 0;
       loop assigns n;
       loop variant q - n; @/
    while (n < q) {
      /@ assert p * (n + 1) == p * n + p; @/
      n++;
    }
  }
*/

/*@ ghost
  /@ requires i >= 0;
     assigns \nothing;
     ensures Next: \forall integer k;
       0 <= k <= 31 ==> Up(i, k + 1) == Up(i / 2, k);
     ensures Self: Up(i, 0) == i;
     ensures Below: \forall integer k;
       1 <= k <= 31 ==> 0 <= Up(i, k) <= i / 2;
  @/
  void lemma_up(uint32_t i) {
    int n = 0;
    /@ assert Up(i, 1) == Up(i, 0) / 2; @/
    /@ loop invariant 0 <= n <= 31;
       loop invariant \forall integer k;
         0 <= k <= n ==> Up(i, k + 1) == Up(i / 2, k);
       loop invariant \forall integer k;
         1 <= k <= n + 1 ==> 0 <= Up(i, k) <= i / 2;
       loop assigns n;
       loop variant 31 - n; @/
    while (n < 31) {
      /@ assert Up(i, n + 2) == Up(i, n + 1) / 2; @/
      /@ assert Up(i / 2, n + 1) == Up(i / 2, n) / 2; @/
      n++;
    }
  }
*/

/* Shifts are climbs and descents. */
/*@ ghost
  /@ requires c <= 31;
     assigns \nothing;
     ensures Right: (x >> c) == Up(x, c);
     ensures Left: (x << c) == Down(x, c);
  @/
  void lemma_shift(uint32_t x, uint32_t c) {
    uint32_t n = 0;
    /@ loop invariant n <= c;
       loop invariant Right: (x >> n) == Up(x, n) && Up(x, n) >= 0;
       loop invariant Left: (x << n) == Down(x, n);
       loop assigns n;
       loop variant c - n; @/
    while (n < c) {
      /@ assert (x >> (n + 1)) == ((x >> n) >> 1); @/
      /@ assert ((x >> n) >> 1) == (x >> n) / 2; @/
      /@ assert (x << (n + 1)) == ((x << n) << 1); @/
      /@ assert ((x << n) << 1) == 2 * (x << n); @/
      n++;
    }
  }
*/

/* Climbing j levels and then k is climbing j + k. */
/*@ ghost
  /@ requires j <= 31;
     assigns \nothing;
     ensures \forall integer k;
       0 <= k <= 31 ==> Up(Up(x, j), k) == Up(x, j + k);
  @/
  void lemma_up_up(uint32_t x, uint32_t j) {
    uint32_t n = 0;
    /@ loop invariant n <= 31;
       loop invariant \forall integer k;
         0 <= k <= n ==> Up(Up(x, j), k) == Up(x, j + k);
       loop assigns n;
       loop variant 31 - n; @/
    while (n < 31) {
      /@ assert Up(Up(x, j), n + 1) == Up(Up(x, j), n) / 2; @/
      /@ assert Up(x, j + n + 1) == Up(x, j + n) / 2; @/
      n++;
    }
  }
*/

/* A leaf lies before the block x when its ancestor does. */
/*@ ghost
  /@ requires c <= 31;
     assigns \nothing;
     ensures \forall integer a;
       0 <= a ==> (a < Down(x, c) <==> Up(a, c) < x);
  @/
  void lemma_before(uint32_t x, uint32_t c) {
    uint32_t n = 0;
    /@ loop invariant n <= c;
       loop invariant Sign: \forall integer a; 0 <= a ==> 0 <= Up(a, n);
       loop invariant Same: \forall integer a; 0 <= a
         ==> (a < Down(x, c) <==> Up(a, n) < Down(x, c - n));
       loop assigns n;
       loop variant c - n; @/
    while (n < c) {
      /@ assert Half: Down(x, c - n) == 2 * Down(x, c - n - 1); @/
      /@ assert Next: \forall integer a; Up(a, n + 1) == Up(a, n) / 2; @/
      n++;
    }
  }
*/

#endif
