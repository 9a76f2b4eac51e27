/* Lemmas about the shifts of the size classes: ghost functions, proved like
 * any other. Comments for the prover: a compiler sees an empty file. */
#ifndef BUD_CORE_SIZE_CLASS_LEMMAS_H
#define BUD_CORE_SIZE_CLASS_LEMMAS_H

#include <stdint.h>

#include "core/size_class_logic.h"

/*@ ghost
  /@ requires 1 <= d <= 9;
     assigns \nothing;
     ensures (16 << (d - 1)) == Steps(d, 1);
     ensures \forall integer n; n * (16 << (d - 1)) == Steps(d, n);
  @/
  void lemma_step(uint32_t d) {
    uint32_t n = 1;
    /@ loop invariant 1 <= n <= d;
       loop invariant (16 << (n - 1)) == Steps(n, 1);
       loop assigns n;
       loop variant d - n; @/
    while (n < d) {
      /@ assert (16 << n) == ((16 << (n - 1)) << 1); @/
      /@ assert ((16 << (n - 1)) << 1) == 2 * (16 << (n - 1)); @/
      /@ assert Steps(n + 1, 1) == 2 * Steps(n, 1); @/
      n++;
    }
  }
*/

/*@ ghost
  /@ requires 1 <= d <= 9;
     assigns \nothing;
     ensures Low: Steps(d, x >> (d + 3)) <= x;
     ensures High: x < Steps(d, (x >> (d + 3)) + 1);
  @/
  void lemma_steps_in(uint32_t x, uint32_t d) {
    uint32_t n = 1;
    /@ assert (x >> 1) == x / 2; @/
    /@ assert ((x >> 1) >> 1) == (x >> 1) / 2; @/
    /@ assert ((x >> 2) >> 1) == (x >> 2) / 2; @/
    /@ assert ((x >> 3) >> 1) == (x >> 3) / 2; @/
    /@ assert (x >> 2) == ((x >> 1) >> 1); @/
    /@ assert (x >> 3) == ((x >> 2) >> 1); @/
    /@ assert (x >> 4) == ((x >> 3) >> 1); @/
    /@ loop invariant 1 <= n <= d;
       loop invariant Low: Steps(n, x >> (n + 3)) <= x;
       loop invariant High: x < Steps(n, (x >> (n + 3)) + 1);
       loop assigns n;
       loop variant d - n; @/
    while (n < d) {
      /@ assert (x >> (n + 4)) == ((x >> (n + 3)) >> 1); @/
      /@ assert ((x >> (n + 3)) >> 1) == (x >> (n + 3)) / 2; @/
      n++;
    }
  }
*/

/* A higher class has larger objects. */
/*@ ghost
  /@ assigns \nothing;
     ensures \forall integer c, d; 0 <= c < d < 80
       ==> ClassBytes(c) < ClassBytes(d);
  @/
  void lemma_classes_grow(void) {
    int n = 0;
    /@ loop invariant 0 <= n <= 79;
       loop invariant \forall integer c, d; 0 <= c < d <= n
         ==> ClassBytes(c) < ClassBytes(d);
       loop assigns n;
       loop variant 79 - n; @/
    while (n < 79) {
      /@ assert ClassBytes(n) < ClassBytes(n + 1); @/
      n++;
    }
  }
*/

/* Every size is a multiple of the step, above 1 KiB of the coarse one. */
/*@ ghost
  /@ assigns \nothing;
     ensures Fine: \forall integer c; 0 <= c < 80 ==> ClassBytes(c) % 16 == 0;
     ensures Coarse: \forall integer c; 0 <= c < 80 && ClassBytes(c) >= 1024
       ==> ClassBytes(c) % 128 == 0;
     ensures Grow: \forall integer c; 0 < c < 80
       ==> ClassBytes(c - 1) < ClassBytes(c);
  @/
  void lemma_classes_step(void) {
    int n = 0;
    lemma_classes_grow();
    /@ loop invariant 0 <= n <= 80;
       loop invariant \forall integer c; 0 <= c < n ==> ClassBytes(c) % 16 == 0;
       loop invariant \forall integer c; 0 <= c < n && ClassBytes(c) >= 1024
         ==> ClassBytes(c) % 128 == 0;
       loop assigns n;
       loop variant 80 - n; @/
    while (n < 80) {
      n++;
    }
  }
*/

/* The index by reciprocal of byte m of object n, of objects of 16 * t bytes: it
 * is n as far as the largest span reaches, and nowhere below n. */
/*@ ghost
  /@ requires Size: 1 <= t <= 4096;
     requires Inside: n < 0x80000 && m < 16 * t;
     assigns \nothing;
     ensures Least: (16 * t * n + m) * (0x80000000 / t + 1) / 0x800000000 >= n;
     ensures Is: 16 * t * (n + 1) <= 0x80000
       ==> (16 * t * n + m) * (0x80000000 / t + 1) / 0x800000000 == n;
  @/
  void lemma_index(uint32_t t, uint32_t n, uint32_t m) {
    uint64_t r = 0x80000000 / t + 1;
    uint64_t e = t - 0x80000000 % t;
    /@ assert Excess: r * t == 0x80000000 + e && 0 < e <= t; @/
    /@ assert Large: r > 0x80000; @/
    /@ assert Whole: 16 * t * n * r == 0x800000000 * n + 16 * e * n; @/
    /@ assert Small: 16 * e * (n + 1) <= 16 * t * (n + 1); @/
    /@ assert Part: 0 <= (16 * t - 1 - m) * r; @/
    /@ assert Last: (16 * t - 1) * r == 0x800000000 + 16 * e - r; @/
    /@ assert Sum: (16 * t * n + m) * r
         == 0x800000000 * n + (16 * e * n + m * r); @/
    /@ assert Over: 0 <= 16 * e * n + m * r; @/
    /@ assert Rest: 16 * t * (n + 1) <= 0x80000
         ==> 16 * e * n + m * r < 0x800000000; @/
    return;
  }
*/

/* A larger request never gets a lower class; with an alignment neither. */
/*@ ghost
  /@ assigns \nothing;
     ensures Plain: \forall integer m, n, c, d; m <= n
       && ClassFor(c, m) && ClassFor(d, n) ==> c <= d;
     ensures Aligned: \forall integer m, n, c, d, alignment; m <= n
       && ClassLowest(c, m, alignment) && ClassLowest(d, n, alignment)
       ==> c <= d;
  @/
  void lemma_classes_monotone(void) {
    lemma_classes_grow();
    /@ assert Below: \forall integer c, d; 0 <= d < c < 80
         ==> ClassBytes(d) <= ClassBytes(c - 1); @/
    /@ assert Serves: \forall integer m, n, d, alignment; m <= n
         && ClassServes(d, n, alignment) ==> ClassServes(d, m, alignment); @/
    return;
  }
*/

#endif
