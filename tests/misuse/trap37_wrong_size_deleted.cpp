/*
 * flags: -Wno-use-after-free
 *
 * The sized forms of operator delete with another size than new had, and
 * delete of what is already deleted or never was new.
 */
#include <new>

#include "misuse.h"

static void too_small(void)
{
    ::operator delete(misused(::operator new(100)), opaque_size(10));
}

static void too_large(void)
{
    ::operator delete(misused(::operator new(100)), opaque_size(5000));
}

static void array_too_small(void)
{
    ::operator delete[](misused(::operator new[](3000)), opaque_size(30));
}

static void large_as_small(void)
{
    ::operator delete(misused(::operator new(500000)), opaque_size(8));
}

static void aligned_too_large(void)
{
    const std::align_val_t as = std::align_val_t(64);
    ::operator delete(misused(::operator new(128, as)), opaque_size(4096), as);
}

static void aligned_to_nothing(void)
{
    ::operator delete(misused(::operator new(100)), opaque_size(5),
                      std::align_val_t(0));
}

static void array_aligned_to_24(void)
{
    ::operator delete[](misused(::operator new[](96)), opaque_size(96),
                        std::align_val_t(24));
}

static void twice(void)
{
    void *p = misused(::operator new(48));
    ::operator delete(p, opaque_size(48));
    ::operator delete(opaque(p), opaque_size(48));
}

static void twice_unsized(void)
{
    void *p = misused(::operator new(48));
    ::operator delete(p);
    ::operator delete(opaque(p));
}

static void of_the_stack(void)
{
    char here[64] __attribute__((aligned(16)));
    ::operator delete(misused(here));
}

static void inside(void)
{
    char *p = (char *)::operator new(64);
    ::operator delete(misused(p + 16));
}

static const struct misuse cases[] = {
    {"too small", too_small, WRONG_SIZE, ANY_DETAIL},
    {"too large", too_large, WRONG_SIZE, ANY_DETAIL},
    {"array, too small", array_too_small, WRONG_SIZE, ANY_DETAIL},
    {"a large block as a small one", large_as_small, WRONG_SIZE, ANY_DETAIL},
    {"aligned, too large", aligned_too_large, WRONG_SIZE, ANY_DETAIL},
    {"aligned to nothing", aligned_to_nothing, WRONG_ALIGNMENT, "0 [^()]+"},
    {"array, aligned to 24", array_aligned_to_24, WRONG_ALIGNMENT,
     "24 [^()]+"},
    {"twice", twice, DOUBLE_FREE, SMALL_DETAIL},
    {"twice, without a size", twice_unsized, DOUBLE_FREE, SMALL_DETAIL},
    {"of the stack", of_the_stack, INVALID_FREE, NOT_OURS},
    {"inside a block", inside, INVALID_FREE, INTERIOR_DETAIL},
};

int main(void)
{
    return RUN_MISUSES(cases);
}
