/*
 * operator new without memory calls the new_handler until one gives up, and
 * throws bad_alloc when there is none; in all of its forms.
 */
#include <new>

#include "trap.h"

static int calls;
static const size_t too_much = SIZE_MAX / 2 - 4096;

static void give_up_at_third_call()
{
    if (++calls == 3) {
        std::set_new_handler(nullptr);
    }
}

struct own_error {
};

static void throw_own_error()
{
    throw own_error();
}

static void *volatile sink;

typedef void (*form)(void);

static void plain()
{
    sink = ::operator new(opaque_size(too_much));
}

static void array()
{
    sink = ::operator new[](opaque_size(too_much));
}

static void aligned()
{
    sink = ::operator new(opaque_size(too_much), std::align_val_t(64));
}

static void aligned_array()
{
    sink = ::operator new[](opaque_size(too_much), std::align_val_t(4096));
}

static void check(const char *name, form act)
{
    bool threw = false;
    calls = 0;
    std::set_new_handler(give_up_at_third_call);
    try {
        act();
    } catch (const std::bad_alloc &) {
        threw = true;
    }
    EXPECT(threw, "new, %s, does not throw bad_alloc", name);
    EXPECT(calls == 3, "new, %s, called the handler %d times", name, calls);

    bool own = false;
    std::set_new_handler(throw_own_error);
    try {
        act();
    } catch (const own_error &) {
        own = true;
    }
    EXPECT(own, "new, %s, hides the exception of the handler", name);
    std::set_new_handler(nullptr);
}

static void *aligned_to(size_t alignment)
{
    return ::operator new(opaque_size(100), std::align_val_t(alignment));
}

/* No handler can help: it is not asked. */
static void check_impossible_alignment(size_t alignment)
{
    bool threw = false;
    calls = 0;
    std::set_new_handler(give_up_at_third_call);
    try {
        sink = aligned_to(opaque_size(alignment));
    } catch (const std::bad_alloc &) {
        threw = true;
    }
    EXPECT(threw, "new, aligned to %zu, does not throw bad_alloc", alignment);
    EXPECT(calls == 0, "new, aligned to %zu, calls the handler", alignment);
    std::set_new_handler(nullptr);
    sink = ::operator new(opaque_size(100), std::align_val_t(alignment),
                          std::nothrow);
    EXPECT(sink == nullptr, "nothrow new, aligned to %zu, gives a block",
           alignment);
}

int main()
{
    check_impossible_alignment(0);
    check_impossible_alignment(24);
    check_impossible_alignment(SIZE_MAX);
    check("plain", plain);
    check("array", array);
    check("aligned", aligned);
    check("aligned array", aligned_array);
    int *good = new int[1000]();
    EXPECT(first_not_zero(good, 4000) == 4000, "after the failures");
    delete[] good;
    return verdict();
}
