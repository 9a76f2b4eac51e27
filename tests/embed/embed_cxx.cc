// buddy.h from C++: the same header, with every constant still a constant.
#include <buddy.h>

static_assert(BUDDY_METADATA_BYTES(1u << 20, 6) == 2u << 14, "");
static_assert(BUDDY_METADATA_BYTES((1u << 20) + 64u, 6) == 4u << 14, "");

BUDDY_HEAP(pool, 1u << 20, 6);

int main()
{
    const uintptr_t start = 0x80000000u;
    if (pool_init(start) != BUDDY_OK ||
        buddy_allocate(&pool, 1000, 16) != start ||
        buddy_get_stats(&pool).free_blocks != 10 ||
        buddy_walk_free(&pool, 10, 0) != start + 1024 ||
        buddy_deallocate(&pool, start, 1000, 16) != BUDDY_OK) {
        return 1;
    }
    return buddy_deallocate(&pool, start, 1000, 16) == BUDDY_NOT_LIVE ? 0 : 1;
}
