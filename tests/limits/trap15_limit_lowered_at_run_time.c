/*
 * The limit of address space drops below what is mapped while the program
 * runs: blocks come from what is reserved or are NULL with ENOMEM, those
 * that exist can be resized and freed, and raising the limit heals all.
 */
#include <sys/time.h>

#include "trap.h"

enum { COUNT = 4000 };

static void *blocks[COUNT];

static void set_limit(rlim_t bytes)
{
    struct rlimit limit;
    getrlimit(RLIMIT_AS, &limit);
    limit.rlim_cur = bytes;
    REQUIRE(setrlimit(RLIMIT_AS, &limit) == 0, "no limit");
}

static size_t try_all(struct dice *dice)
{
    size_t got = 0;
    for (size_t i = 0; i < COUNT; i++) {
        const size_t size = roll_size(dice, 400000);
        errno = 0;
        void *block = realloc(blocks[i], size);
        EXPECT(block != NULL || errno == ENOMEM, "errno is %d", errno);
        if (block != NULL) {
            memset(block, 1, size < 3000 ? size : 3000);
            blocks[i] = block;
            got++;
        }
    }
    return got;
}

int main(void)
{
    struct dice dice = dice_of(trap_seed(), 0);
    struct rlimit at_start;
    getrlimit(RLIMIT_AS, &at_start);
    try_all(&dice);
    for (int round = 0; round < 3; round++) {
        set_limit(16 * MIB);
        const size_t got = try_all(&dice);
        for (size_t i = 0; i < COUNT; i += 2) {
            free(blocks[i]);
            blocks[i] = NULL;
        }
        set_limit(at_start.rlim_cur);
        EXPECT(try_all(&dice) == COUNT,
               "%zu under the limit, and not all "
               "after it",
               got);
    }
    for (size_t i = 0; i < COUNT; i++) {
        free(blocks[i]);
    }
    return verdict();
}
