/*
 * Every pair of operator new and delete, sized, aligned and nothrow, over
 * many sizes: aligned as asked, disjoint, and given back without complaint.
 */
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "trap.h"

struct alignas(256) wide {
    char bytes[512];
};

static void check(void *p, size_t alignment, size_t size)
{
    EXPECT(p != nullptr && (uintptr_t)p % alignment == 0,
           "%p for %zu bytes aligned to %zu", p, size, alignment);
    fill(p, size, alignment);
    EXPECT(first_damage(p, size, alignment) == size, "damaged");
}

static void check_size(size_t size)
{
    void *p = ::operator new(size);
    void *q = ::operator new[](size);
    void *r = ::operator new(size, std::nothrow);
    check(p, 16, size);
    check(q, 16, size);
    check(r, 16, size);
    ::operator delete(p, size);
    ::operator delete[](q, size);
    ::operator delete(r, std::nothrow);
    p = ::operator new(size);
    ::operator delete(p);
    q = ::operator new[](size, std::nothrow);
    ::operator delete[](q);
}

static void check_aligned(size_t size, size_t alignment)
{
    const std::align_val_t as = std::align_val_t(alignment);
    void *p = ::operator new(size, as);
    void *q = ::operator new[](size, as);
    void *r = ::operator new(size, as, std::nothrow);
    void *s = ::operator new[](size, as, std::nothrow);
    check(p, alignment, size);
    check(q, alignment, size);
    check(r, alignment, size);
    check(s, alignment, size);
    ::operator delete(p, size, as);
    ::operator delete[](q, size, as);
    ::operator delete(r, as);
    ::operator delete[](s, as, std::nothrow);
}

int main()
{
    for (size_t size = 16; size < 2000000; size += size / 3 + 1) {
        check_size(size);
        for (size_t alignment = 16; alignment <= 65536; alignment *= 4) {
            check_aligned(size, alignment);
        }
    }
    /* A size of zero and a null pointer. */
    void *none = ::operator new(opaque_size(0));
    EXPECT(none != nullptr, "new of no bytes");
    ::operator delete(none, opaque_size(0));
    ::operator delete(nullptr);
    ::operator delete[](nullptr, opaque_size(8));

    std::vector<std::string> words;
    for (int i = 0; i < 10000; i++) {
        words.push_back(std::string((size_t)i % 100, 'x'));
    }
    std::vector<std::unique_ptr<wide>> objects;
    for (int i = 0; i < 100; i++) {
        objects.emplace_back(new wide());
        EXPECT((uintptr_t)objects.back().get() % 256 == 0, "a wide object");
    }
    return verdict();
}
