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
