/* Lemmas about words: ghost functions, proved like any other. Comments for the
 * prover: a compiler sees an empty file. */
#ifndef BUD_CORE_SLAB_LEMMAS_H
#define BUD_CORE_SLAB_LEMMAS_H

#include <stdint.h>

#include "core/slab_logic.h"

/* The shift that makes a bit does not lose it. */
/*@ ghost
  /@ requires i < 64;
     assigns \nothing;
     ensures 0 <= (1 << i) <= 0x8000000000000000;
  @/
  void lemma_bit(uint32_t i) {
    uint32_t n = 63;
    /@ loop invariant i <= n <= 63;
       loop invariant 0 <= (1 << n) <= 0x8000000000000000;
       loop assigns n;
       loop variant n; @/
    while (n > i) {
      /@ assert (1 << n) == ((1 << (n - 1)) << 1); @/
      /@ assert ((1 << (n - 1)) << 1) == 2 * (1 << (n - 1)); @/
      n--;
    }
  }
*/

/* A word that is not 0 has an element: the one at which halving it ends. */
/*@ ghost
  /@ requires word != 0;
     assigns \nothing;
     ensures !NoBits(word);
  @/
  void lemma_some(uint64_t word) {
    uint64_t rest = word;
    uint32_t n = 0;
    /@ loop invariant n <= 63;
       loop invariant \forall integer i; 0 <= i < 64 - n ==>
         (Bit(rest, i) <==> Bit(word, i + n));
       loop invariant 0 < rest < 2 * (1 << (63 - n));
       loop assigns n, rest;
       loop variant 63 - n; @/
    while (n < 63 && (rest & 1u) == 0u) {
      /@ assert More: rest != 1; @/
      /@ assert (rest >> 1) == rest / 2; @/
      /@ assert (1 << (63 - n)) == ((1 << (62 - n)) << 1); @/
      /@ assert ((1 << (62 - n)) << 1) == 2 * (1 << (62 - n)); @/
      /@ assert Next: \forall integer i; 0 <= i < 63 ==>
           (Bit((uint64_t)(rest >> 1), i) <==> Bit(rest, i + 1)); @/
      /@ assert Rest: \forall integer i; 0 <= i < 63 - n ==>
           (Bit(rest, i + 1) <==> Bit(word, i + 1 + n)); @/
      rest = rest >> 1;
      n++;
    }
    /@ assert Last: n == 63 ==> rest == 1; @/
    /@ assert Own: Bit(rest, 0); @/
    /@ assert Bit(word, n); @/
  }
*/

#endif
