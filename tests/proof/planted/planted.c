/* One fault a function or definition: what the gate must say of it stands
 * above it. The suite has the prover judge this file first. */
#include <stdint.h>

/* FAULT a contract without a body */
/*@ assigns \nothing;
    ensures \result == n; */
uint32_t stub(uint32_t n);

/* FAULT unproved: proves_too_much_ensures_Wrong */
/*@ assigns \nothing;
    ensures Wrong: \result == n + 1; */
static uint32_t proves_too_much(uint32_t n)
{
    return n;
}

/* FAULT no contract */
static uint32_t has_no_contract(uint32_t n)
{
    return n;
}

/* FAULT no contract */
/*@ requires n < 10; */
static uint32_t promises_nothing(uint32_t n)
{
    return n;
}

/* FAULT loop without variant */
/*@ assigns \nothing;
    ensures \result == n; */
static uint32_t has_no_variant(uint32_t n)
{
    uint32_t i = 0;
    /*@ loop invariant i <= n;
        loop assigns i; */
    while (i < n) {
        i++;
    }
    return i;
}

/* FAULT loop without variant */
/*@ ghost
  /@ assigns \nothing;
     ensures \true;
  @/
  void lemma_without_variant(uint32_t n) {
    /@ loop assigns \nothing; @/
    while (n == 1) {
    }
  }
*/

/* FAULT calls itself */
/*@ assigns \nothing;
    ensures \result == 0; */
static uint32_t calls_itself(uint32_t n)
{
    return calls_itself(n);
}

/* FAULT calls stub */
/*@ assigns \nothing;
    ensures \result == n; */
static uint32_t calls_a_stub(uint32_t n)
{
    return stub(n);
}

/* FAULT contradiction: default_requires */
/*@ requires n % 2 == 1 && \exists integer half; n == 2 * half;
    assigns \nothing;
    ensures \result == n + 1; */
static uint32_t requires_the_impossible(uint32_t n)
{
    return n;
}

/* FAULT contradiction: odd_assumes */
/*@ requires n == 4;
    assigns \nothing;
    ensures \result == n;
    behavior odd:
      assumes n == 3;
      ensures \result == 7; */
static uint32_t assumes_the_impossible(uint32_t n)
{
    return n;
}

/* FAULT contradiction: dead_loop */
/*@ requires n == 4;
    assigns \nothing;
    ensures \result == 7; */
static uint32_t loops_in_the_impossible(uint32_t n)
{
    uint32_t i = 0;
    /*@ loop invariant i == 0 && i > n;
        loop assigns i;
        loop variant n - i; */
    while (i < n) {
        i++;
    }
    return i;
}

/* FAULT behaviors that may leave a gap */
/*@ assigns \nothing;
    behavior small:
      assumes n < 10;
      ensures \result == n; */
static uint32_t leaves_a_gap(uint32_t n)
{
    return n;
}

#define GIVEN admit

/* FAULT admit */
/*@ assigns \nothing;
    ensures Wrong: \result == n + 1; */
static uint32_t admits(uint32_t n)
{
    //@ GIVEN n == n + 1;
    return n;
}

/* FAULT admit */
/*@ requires n < 9;
    assigns \nothing;
    admit ensures Wrong: \result == n + 1; */
static uint32_t decrees(uint32_t n)
{
    return n;
}

/* FAULT check */
/*@ requires n < 9;
    assigns \nothing;
    check ensures \result == n; */
static uint32_t checks(uint32_t n)
{
    return n;
}

/* FAULT terminates */
/*@ requires n < 9;
    terminates \false;
    assigns \nothing;
    ensures \result == n; */
static uint32_t need_not_return(uint32_t n)
{
    return n;
}

/* FAULT \from */
/*@ assigns \result \from \nothing;
    ensures \result == n; */
static uint32_t comes_from_nothing(uint32_t n)
{
    return n;
}

/*@ predicate Any(integer n, integer m) = \true; */

/* FAULT for */
/*@ assigns \nothing;
    ensures Wrong: \result == n + 1; */
static uint32_t falls_for_ever(uint32_t n)
{
    /*@ loop assigns \nothing;
        loop variant n for Any; */
    while (1) {
    }
    return n;
}

/* FAULT loop pragma */
/*@ assigns \nothing;
    ensures \result == 7; */
static uint32_t is_unrolled(void)
{
    uint32_t i = 0;
    /*@ loop invariant i <= 7;
        loop assigns i;
        loop variant 7 - i;
        loop pragma UNROLL 2; */
    while (i < 7) {
        i++;
    }
    return i;
}

/* FAULT invariant */
/*@ assigns \nothing;
    ensures \result == n; */
static uint32_t is_not_a_loop(uint32_t n)
{
    uint32_t m = n;
    //@ invariant m == 99;
    return m;
}

/* FAULT asm */
/*@ assigns \nothing;
    ensures Wrong: \result == n; */
static uint32_t has_assembly(uint32_t n)
{
    __asm__("" ::: "memory");
    return n;
}

uint32_t global;

/* FAULT Memory model hypotheses */
/*@ requires \valid(p);
    assigns *p, global;
    ensures Wrong: *p == 1; */
static void may_alias(uint32_t *p)
{
    *p = 1;
    global = 2;
}

/* Has the name that the warning has: the warning does not say where. */
/* FAULT guaranteed RTE */
/*@ assigns \nothing;
    ensures Wrong: \result == 1; */
static uint32_t unsigned_overflow(void)
{
    return 1u - 2u;
}

/* FAULT union */
union halves {
    uint32_t whole;
    uint16_t half;
};

/*@ requires \valid(h);
    assigns h->half;
    ensures Wrong: h->whole == \old(h->whole); */
static void overlaps(union halves *h)
{
    h->half = 1;
}

struct narrow {
    /* FAULT 3 */
    uint32_t three_bits : 3;
};

/*@ requires \valid(s);
    assigns *s;
    ensures Wrong: s->three_bits == 8; */
static void loses_bits(struct narrow *s)
{
    s->three_bits = 8;
}

/* FAULT recursive, and not listed */
/*@
    logic integer Wish(integer n) = Wish(n) + 1;
*/

/*@ assigns \nothing;
    ensures Wrong: \result == n + 1; */
static uint32_t wishes(uint32_t n)
{
    //@ assert Wrong: Wish(n) < Wish(n);
    return n;
}

/* FAULT none */
/*@
    logic integer Falls(integer n) = n <= 0 ? 0 : Falls(n - 1);
*/

/* FAULT does not fall to 0 */
/*@
    logic integer Rises(integer n) = n <= 0 ? 0 : Rises(n + 1);
*/

/* FAULT does not fall to 0 */
/*@
    logic integer Sinks(integer n) = n <= 0 ? Sinks(n - 1) : 0;
*/

/* FAULT does not fall to 0 */
/*@
    predicate Unguarded(integer n) = n <= 0 || Unguarded(n - 1);
*/

/* FAULT does not fall to 0 */
/*@
    predicate Guessed(integer n) =
      n <= 0 || (n > 0 && (\exists integer n; Guessed(n - 1)));
*/

/* FAULT listed, and not recursive */
/*@
    logic integer Flat(integer n) = n;
*/

/* FAULT not defined */
/*@
    predicate Declared(integer n);
*/

/* FAULT twice */
/*@
    predicate Overloaded(integer n) = n <= 0 || !Overloaded(n);
    predicate Overloaded(boolean b) = b == \true;
*/

/* FAULT lemma */
/*@
    lemma hope: \forall integer n; n < n + 1;
*/

/* FAULT inductive */
/*@
    inductive Even(integer n) {
      case zero: Even(0);
    }
*/

/* FAULT type */
/*@
    type invariant small(struct narrow s) = s.three_bits < 3;
*/

#pragma fc_stdlib(push, "hidden.h")
/* FAULT axiomatic */
/*@
    axiomatic Hidden {
      logic integer Hide(integer n);
      axiom wish: \forall integer n; Hide(n) == Hide(n) + 1;
    }
*/
#pragma fc_stdlib(pop)

/* FAULT none */
/*@ requires n < 10;
    assigns \nothing;
    ensures \result == n + 1; */
static uint32_t is_fine(uint32_t n)
{
    return n + 1;
}
