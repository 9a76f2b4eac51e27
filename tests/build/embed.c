/*
 * The core alone, in a program that is C11 as well as C++17.
 */
#include <buddy.h>

BUDDY_HEAP(pool, 1u << 20, 6);

int main(void)
{
    if (pool_init(0x80000000u) != BUDDY_OK) {
        return 1;
    }
    const uintptr_t block = buddy_allocate(&pool, 100, 16);
    return block == 0x80000000u &&
                   buddy_deallocate(&pool, block, 100, 16) == BUDDY_OK &&
                   buddy_deallocate(&pool, block, 100, 16) == BUDDY_NOT_LIVE
               ? 0
               : 1;
}
