/*
 * Under a limit of address space a program fills it with blocks of one size,
 * frees them all, and goes on to another size: what was freed serves the new
 * size as well, from small to large and back.
 */
#include "trap.h"

static size_t fill_and_free(size_t size, size_t most)
{
    void **list = NULL;
    size_t had = 0;
    for (; had + size <= most; had += size) {
        void **block = (void **)malloc(size);
        if (block == NULL) {
            break;
        }
        *block = list;
        list = block;
    }
    while (list != NULL) {
        void **next = (void **)*list;
        free(list);
        list = next;
    }
    return had;
}

static int work(void)
{
    const size_t sizes[] = {100,      MIB, 6 * MIB, 20 * MIB, 5000,
                            32 * MIB, 48,  40000,   10 * MIB};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const size_t had = fill_and_free(sizes[i], 140 * MIB);
        EXPECT(had >= 60 * MIB, "of 200 MiB only %zu MiB in blocks of %zu",
               had / MIB, sizes[i]);
    }
    return verdict();
}

int main(int count, char **arguments)
{
    (void)arguments;
    if (count > 1) {
        return work();
    }
    expect_good_end_within(200 * MIB);
    return verdict();
}
