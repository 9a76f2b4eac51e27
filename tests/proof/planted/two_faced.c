/* Compilers, provers and readers see different code here: FAULTS __FRAMAC__
 * defined __OPTIMIZE__ NDEBUG pragma __builtin_constant_p ensures. Nobody reads
 * it but the gate. */
#include <stdint.h>

#pragma fc_stdlib(push, "hidden.h")

#ifdef __FRAMAC__
#define BUD_NEXT(n) ((n) + 1)
#elif defined(NDEBUG) && __OPTIMIZE__
#define BUD_NEXT(n) (n)
#endif

#define ensures requires

/*@ assigns \nothing;
    ensures \result == n + 1; */
static uint32_t next(uint32_t n)
{
    return __builtin_constant_p(n) ? n : BUD_NEXT(n);
}
