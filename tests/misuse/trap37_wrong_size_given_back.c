/*
 * free_sized and free_aligned_sized with a size or alignment that the block
 * was not made with.
 */
#include "misuse.h"

typedef void (*release_sized)(void *, size_t);
typedef void (*release_aligned)(void *, size_t, size_t);

static release_sized sized;
static release_aligned aligned;

static void too_small(void)
{
    sized(misused(block_of(100)), 10);
}

static void too_large(void)
{
    sized(misused(block_of(100)), 1000);
}

static void none(void)
{
    sized(misused(block_of(100)), 0);
}

static void large_as_small(void)
{
    sized(misused(block_of(1000000)), 100);
}

static void small_as_large(void)
{
    sized(misused(block_of(100)), 1000000);
}

static void large_as_larger(void)
{
    sized(misused(block_of(1000000)), 3000000);
}

static void huge(void)
{
    sized(misused(block_of(100)), SIZE_MAX);
}

static void aligned_too_small(void)
{
    aligned(misused(aligned_alloc(64, 1000)), 64, 128);
}

static void aligned_too_large(void)
{
    aligned(misused(aligned_alloc(64, 1000)), 64, 100000);
}

static void aligned_to_nothing(void)
{
    aligned(misused(block_of(100)), 0, 5);
}

static void aligned_to_nothing_of_its_size(void)
{
    aligned(misused(block_of(100)), 0, 100);
}

static void aligned_to_24(void)
{
    aligned(misused(block_of(96)), 24, 96);
}

static void large_aligned_to_nothing(void)
{
    aligned(misused(block_of(1000000)), 0, 1000000);
}

static void sized_and_freed(void)
{
    void *p = misused(block_of(100));
    sized(p, 100);
    sized(opaque(p), 100);
}

static const struct misuse cases[] = {
    {"too small", too_small, WRONG_SIZE, ANY_DETAIL},
    {"too large", too_large, WRONG_SIZE, ANY_DETAIL},
    {"none", none, WRONG_SIZE, ANY_DETAIL},
    {"a large block as a small one", large_as_small, WRONG_SIZE, ANY_DETAIL},
    {"a small block as a large one", small_as_large, WRONG_SIZE, ANY_DETAIL},
    {"a large block as a larger one", large_as_larger, WRONG_SIZE, ANY_DETAIL},
    {"all there is", huge, WRONG_SIZE, ANY_DETAIL},
    {"aligned, too small", aligned_too_small, WRONG_SIZE, ANY_DETAIL},
    {"aligned, too large", aligned_too_large, WRONG_SIZE, ANY_DETAIL},
    {"aligned to nothing", aligned_to_nothing, WRONG_ALIGNMENT, "0 [^()]+"},
    {"aligned to nothing, of its size", aligned_to_nothing_of_its_size,
     WRONG_ALIGNMENT, "0 [^()]+"},
    {"aligned to 24", aligned_to_24, WRONG_ALIGNMENT, "24 [^()]+"},
    {"large, aligned to nothing", large_aligned_to_nothing, WRONG_ALIGNMENT,
     "0 [^()]+"},
    {"twice", sized_and_freed, DOUBLE_FREE, SMALL_DETAIL},
};

int main(void)
{
    sized = (release_sized)dlsym(RTLD_DEFAULT, "free_sized");
    aligned = (release_aligned)dlsym(RTLD_DEFAULT, "free_aligned_sized");
    REQUIRE(sized != NULL && aligned != NULL, "no free_sized here");
    return RUN_MISUSES(cases);
}
