/* Every annotation here takes something for granted: FAULTS axiomatic axiom
 * lemma admit. No prover reads this file. */
#include <stdint.h>

/*@ axiomatic Wish {
      axiom wish: \forall integer n; n == 0;
    } */

//@ lemma hope: \forall integer n; n * n >= n;

/*@ assigns \nothing;
    ensures \result == n + 1; */
static uint32_t grows(uint32_t n)
{
    //@ admit n == n + 1;
    return n;
}
