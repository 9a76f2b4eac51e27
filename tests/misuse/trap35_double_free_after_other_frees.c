/*
 * A second free that comes late: after frees of neighbours, after frees of
 * other sizes, after the whole span became empty, after allocations that do
 * not reach the block, and after thousands of both.
 */
#include "misuse.h"

enum { MANY = 20000 };

static void *blocks[MANY];

static void make(size_t size)
{
    for (size_t i = 0; i < MANY; i++) {
        blocks[i] = block_of(size);
    }
}

static void after_a_neighbour(void)
{
    make(48);
    free(misused(blocks[100]));
    free(blocks[101]);
    free(blocks[99]);
    free(blocks[100]);
}

static void after_other_sizes(void)
{
    make(100);
    void *other = block_of(300);
    void *large = block_of(500000);
    free(misused(blocks[7]));
    free(other);
    free(large);
    free(blocks[7]);
}

static void after_every_free(void)
{
    make(64);
    for (size_t i = 0; i < MANY; i++) {
        free(blocks[i]);
    }
    free(misused(blocks[MANY / 2]));
}

static void after_every_free_and_a_pause(void)
{
    make(4000);
    for (size_t i = 0; i < MANY; i++) {
        free(blocks[i]);
    }
    /* Long enough for the pages to go back to the system. */
    sleep_ms(1500);
    free(misused(blocks[MANY / 2]));
}

static void after_other_allocations(void)
{
    make(80);
    free(misused(blocks[10]));
    for (int i = 0; i < 1000; i++) {
        free(block_of(200 + (size_t)i * 13));
    }
    free(blocks[10]);
}

static void of_pages_after_others(void)
{
    for (size_t i = 0; i < 100; i++) {
        blocks[i] = block_of(28000);
    }
    free(misused(blocks[50]));
    free(blocks[49]);
    free(blocks[51]);
    free(blocks[50]);
}

static void of_large_after_others(void)
{
    for (size_t i = 0; i < 100; i++) {
        blocks[i] = block_of(300000);
    }
    free(misused(blocks[50]));
    free(blocks[49]);
    free(blocks[51]);
    free(blocks[50]);
}

static void of_the_first_of_all(void)
{
    make(16);
    for (size_t i = 0; i < MANY; i += 2) {
        free(blocks[i]);
    }
    free(misused(blocks[0]));
}

static const struct misuse cases[] = {
    {"after a neighbour", after_a_neighbour, DOUBLE_FREE, SMALL_DETAIL},
    {"after other sizes", after_other_sizes, DOUBLE_FREE, SMALL_DETAIL},
    {"after every block", after_every_free, DOUBLE_FREE, ANY_DETAIL},
    {"after every block and a pause", after_every_free_and_a_pause, DOUBLE_FREE,
     ANY_DETAIL},
    {"after other allocations", after_other_allocations, DOUBLE_FREE,
     SMALL_DETAIL},
    {"several pages", of_pages_after_others, DOUBLE_FREE, SMALL_DETAIL},
    {"large blocks", of_large_after_others, DOUBLE_FREE, LARGE_DETAIL},
    {"the first of 20,000", of_the_first_of_all, DOUBLE_FREE, SMALL_DETAIL},
};

int main(void)
{
    return RUN_MISUSES(cases);
}
