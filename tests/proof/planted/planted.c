/* One fault a function: what the gate must say of it stands above it. The
 * suite has the prover judge this file first. */
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

/* FAULT none */
/*@ requires n < 10;
    assigns \nothing;
    ensures \result == n + 1; */
static uint32_t is_fine(uint32_t n)
{
    return n + 1;
}
