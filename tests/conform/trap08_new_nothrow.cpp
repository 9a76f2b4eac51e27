/*
 * The nothrow forms of operator new return nullptr instead of throwing, also
 * when the new_handler throws, and call that handler all the same.
 */
#include <new>

#include "trap.h"

static const size_t too_much = SIZE_MAX / 2 - 4096;
static int calls;

static void give_up()
{
    calls++;
    throw std::bad_alloc();
}

static void check(void *got, const char *name)
{
    EXPECT(got == nullptr, "new, nothrow %s, gave %p", name, got);
}

static void check_all()
{
    const std::nothrow_t &none = std::nothrow;
    check(::operator new(opaque_size(too_much), none), "plain");
    check(::operator new[](opaque_size(too_much), none), "array");
    check(::operator new(opaque_size(too_much), std::align_val_t(64), none),
          "aligned");
    check(::operator new[](opaque_size(too_much), std::align_val_t(64), none),
          "aligned array");
}

int main()
{
    check_all();
    std::set_new_handler(give_up);
    check_all();
    EXPECT(calls == 4, "the handler was called %d times of 4", calls);
    std::set_new_handler(nullptr);
    int *good = new (std::nothrow) int[100];
    EXPECT(good != nullptr, "a request that fits");
    operator delete[](good, std::nothrow);
    return verdict();
}
