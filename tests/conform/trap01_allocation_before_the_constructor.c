/*
 * Another preloaded library runs its constructor before ours and allocates
 * there, also through dlsym: it is served, and its blocks live on.
 */
#include "trap.h"

int main(int count, char **arguments)
{
    (void)arguments;
    if (count == 1) {
        preload("early.so", 0);
        start_again("preloaded");
    }
    const int *steps = (const int *)dlsym(RTLD_DEFAULT, "early_steps");
    void **block = (void **)dlsym(RTLD_DEFAULT, "early_block");
    void **blocks = (void **)dlsym(RTLD_DEFAULT, "early_blocks");
    REQUIRE(steps != NULL && block != NULL && blocks != NULL, "no early.so");
    EXPECT(*steps == 70, "%d of 70 steps of the constructor worked", *steps);
    EXPECT(first_not_zero(*block, 300) == 300, "calloc gave dirty memory");
    for (int i = 1; i < 64; i++) {
        memset(blocks[i], i, (size_t)1 << (i % 20));
        free(blocks[i]);
    }
    free(*block);
    return verdict();
}
