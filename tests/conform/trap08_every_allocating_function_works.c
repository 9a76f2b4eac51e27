/*
 * Each function that gives out memory, by whatever name: aligned as asked,
 * writable to the end, zero where that is promised, and accepted by free.
 */
#include <malloc.h>

#include "trap.h"

typedef void *(*of_size)(size_t);
typedef void *(*of_two)(size_t, size_t);
typedef void *(*of_block)(void *, size_t);

static void *find(const char *name)
{
    void *found = dlsym(RTLD_DEFAULT, name);
    EXPECT(found != NULL, "no %s", name);
    return found;
}

static void check(const char *name, void *block, size_t alignment, size_t size)
{
    EXPECT(block != NULL, "%s(%zu)", name, size);
    EXPECT((uintptr_t)block % alignment == 0, "%s(%zu) gave %p", name, size,
           block);
    if (block == NULL) {
        return;
    }
    EXPECT(malloc_usable_size(block) >= size, "%s(%zu) has %zu bytes", name,
           size, malloc_usable_size(block));
    fill(block, size, size);
    EXPECT(first_damage(block, size, size) == size, "%s(%zu)", name, size);
    free(block);
}

static void check_of_size(const char *name, size_t alignment)
{
    of_size allocate = (of_size)find(name);
    for (size_t size = 0; allocate != NULL && size < 2000000;
         size += size / 3 + 1) {
        const size_t due = alignment > 16 || size >= 16 ? alignment : 1;
        check(name, allocate(size), due, size);
    }
}

static void check_aligned(const char *name)
{
    of_two allocate = (of_two)find(name);
    for (size_t alignment = 16; allocate != NULL && alignment <= MIB;
         alignment *= 2) {
        for (size_t times = 1; times <= 4; times++) {
            check(name, allocate(alignment, alignment * times), alignment,
                  alignment * times);
        }
    }
}

static void check_calloc(const char *name)
{
    of_two allocate = (of_two)find(name);
    for (size_t size = 1; allocate != NULL && size < 2000000;
         size += size / 3 + 1) {
        free(memset(malloc(size * 3), 0xff, size * 3));
        void *block = allocate(3, size);
        EXPECT(block != NULL && first_not_zero(block, size * 3) == size * 3,
               "%s(3, %zu) is not zero", name, size);
        check(name, block, size * 3 >= 16 ? 16 : 1, size * 3);
    }
}

static void check_realloc(const char *name)
{
    of_block reallocate = (of_block)find(name);
    for (size_t size = 16; reallocate != NULL && size < 2000000;
         size += size / 3 + 1) {
        void *block = malloc(size);
        fill(block, size, 3);
        block = reallocate(block, size * 2);
        EXPECT(first_damage(block, size, 3) == size, "%s to %zu", name,
               size * 2);
        check(name, block, 16, size * 2);
        check(name, reallocate(NULL, size), 16, size);
    }
}

static void check_frees(void)
{
    typedef void (*release)(void *);
    typedef void (*release_sized)(void *, size_t);
    typedef void (*release_aligned)(void *, size_t, size_t);
    release cfree = (release)find("cfree");
    release libc_free = (release)find("__libc_free");
    release_sized sized = (release_sized)find("free_sized");
    release_aligned aligned = (release_aligned)find("free_aligned_sized");
    for (size_t size = 1; size < 2000000 && verdict() == 0;
         size += size / 3 + 1) {
        cfree(malloc(size));
        libc_free(malloc(size));
        sized(malloc(size), size);
        sized(calloc(1, size), size);
        aligned(aligned_alloc(64, size), 64, size);
        aligned(aligned_alloc(8192, size), 8192, size);
    }
    if (verdict() == 0) {
        cfree(NULL);
        sized(NULL, 0);
        sized(malloc(0), 0);
        aligned(NULL, 16, 100);
    }
}

int main(void)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    check_of_size("malloc", 16);
    check_of_size("__libc_malloc", 16);
    check_of_size("valloc", page);
    check_of_size("__libc_valloc", page);
    check_of_size("pvalloc", page);
    check_of_size("__libc_pvalloc", page);
    check_aligned("aligned_alloc");
    check_aligned("memalign");
    check_aligned("__libc_memalign");
    check_calloc("calloc");
    check_calloc("__libc_calloc");
    check_realloc("realloc");
    check_realloc("__libc_realloc");
    for (size_t size = 1; size < 3 * page; size += page / 2) {
        void *block = pvalloc(size);
        const size_t rounded = (size + page - 1) / page * page;
        EXPECT(malloc_usable_size(block) >= rounded,
               "pvalloc(%zu) has %zu bytes", size, malloc_usable_size(block));
        free(block);
    }
    check_frees();
    return verdict();
}
