/*
 * realloc and malloc_usable_size of a block that is already free, or of a
 * pointer that is no block.
 */
#include "misuse.h"

static char global[64] __attribute__((aligned(16)));

static void *freed(size_t size)
{
    void *keeper = block_of(size);
    void *p = misused(block_of(size));
    (void)opaque(keeper);
    free(p);
    return opaque(p);
}

static void grow_small(void)
{
    (void)opaque(realloc(freed(48), 200));
}

static void same_size(void)
{
    (void)opaque(realloc(freed(48), 48));
}

static void shrink_to_nothing(void)
{
    (void)opaque(realloc(freed(48), opaque_size(0)));
}

static void grow_large(void)
{
    (void)opaque(realloc(freed(300000), 600000));
}

static void shrink_large(void)
{
    (void)opaque(realloc(freed(3000000), 600000));
}

static void resize_array(void)
{
    (void)opaque(reallocarray(freed(100), 10, 100));
}

static void *reallocate(void *p)
{
    return realloc(p, 1000);
}

static void in_another_thread(void)
{
    in_a_thread(reallocate, freed(48));
}

static void realloc_inside(void)
{
    (void)opaque(realloc(misused_at(block_of(64), 16), 100));
}

static void realloc_inside_large(void)
{
    (void)opaque(realloc(misused_at(block_of(400000), 4096), 800000));
}

static void realloc_of_the_stack(void)
{
    char here[64] __attribute__((aligned(16)));
    (void)opaque(realloc(misused(here), 100));
}

static void size_of_small(void)
{
    (void)opaque_size(malloc_usable_size(freed(48)));
}

static void size_of_large(void)
{
    (void)opaque_size(malloc_usable_size(freed(300000)));
}

static void size_inside(void)
{
    (void)opaque_size(malloc_usable_size(misused_at(block_of(64), 16)));
}

static void size_of_a_global(void)
{
    (void)opaque_size(malloc_usable_size(misused(global)));
}

static const struct misuse cases[] = {
    {"grow", grow_small, REALLOC_OF_FREED, SMALL_DETAIL},
    {"keep the size", same_size, REALLOC_OF_FREED, ANY_DETAIL},
    {"shrink to nothing", shrink_to_nothing, DOUBLE_FREE, SMALL_DETAIL},
    {"grow a large block", grow_large, REALLOC_OF_FREED, LARGE_DETAIL},
    {"shrink a large block", shrink_large, REALLOC_OF_FREED, LARGE_DETAIL},
    {"reallocarray", resize_array, REALLOC_OF_FREED, ANY_DETAIL},
    {"in another thread", in_another_thread, REALLOC_OF_FREED, ANY_DETAIL},
    {"realloc inside a block", realloc_inside, REALLOC_OF_INVALID, ANY_DETAIL},
    {"realloc inside a large block", realloc_inside_large, REALLOC_OF_INVALID,
     ANY_DETAIL},
    {"realloc of the stack", realloc_of_the_stack, REALLOC_OF_INVALID,
     NOT_OURS},
    {"usable size", size_of_small, USABLE_SIZE_OF_FREED, SMALL_DETAIL},
    {"usable size of a large block", size_of_large, USABLE_SIZE_OF_FREED,
     LARGE_DETAIL},
    {"usable size inside a block", size_inside, USABLE_SIZE_OF_INVALID,
     ANY_DETAIL},
    {"usable size of a global", size_of_a_global, USABLE_SIZE_OF_INVALID,
     NOT_OURS},
};

int main(void)
{
    return RUN_MISUSES(cases);
}
