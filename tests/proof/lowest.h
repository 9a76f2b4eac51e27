/* The loop that the instruction behind bud_bits_lowest is compared with: it is
 * proved to keep the contract that is assumed of bud_bits_lowest, and the unit
 * tests call it. */
#ifndef BUD_PROOF_LOWEST_H
#define BUD_PROOF_LOWEST_H

#include "core/bits.h"

/* The smallest element. */
/*@ requires Some: word != 0;
    assigns \nothing;
    ensures In: \result < 64;
    ensures Own: Bit(word, \result);
    ensures Lowest: \forall integer i; 0 <= i < \result ==> !Bit(word, i);
*/
static inline uint32_t bud_lowest_by_loop(uint64_t word)
{
    uint32_t i = 0;
    //@ ghost lemma_some(word);
    /*@ loop invariant Range: i < 64;
        loop invariant None: \forall integer j; 0 <= j < i ==> !Bit(word, j);
        loop assigns i;
        loop variant 63 - i; */
    while (bud_bits_test(word, i) == 0u) {
        //@ assert More: i < 63;
        i++;
    }
    return i;
}

#endif
