/*
 * Blocks of one size freed in random order, so that the free space is in
 * thousands of pieces: the time of a free and of an allocation grows with the
 * logarithm of their number at most, not with the number.
 */
#include "trap.h"

enum { MOST = 64000 };

static void *blocks[MOST];

static double cpu_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* CPU seconds for each block, of `count` blocks made, half of them freed in
 * random order, made again, and all freed. */
static double cost(size_t count, size_t size)
{
    struct dice dice = dice_of(count, size);
    const double start = cpu_seconds();
    for (size_t i = 0; i < count; i++) {
        blocks[i] = malloc(size);
        REQUIRE(blocks[i] != NULL, "no memory");
    }
    for (size_t i = count - 1; i > 0; i--) {
        const size_t other = roll_below(&dice, i + 1);
        void *kept = blocks[i];
        blocks[i] = blocks[other];
        blocks[other] = kept;
    }
    for (size_t i = 0; i < count; i += 2) {
        free(blocks[i]);
    }
    for (size_t i = 0; i < count; i += 2) {
        blocks[i] = malloc(size);
    }
    for (size_t i = 0; i < count; i++) {
        free(blocks[i]);
    }
    return (cpu_seconds() - start) / (double)count;
}

int main(void)
{
    const size_t sizes[] = {65536, 70000, 130000};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        /* The best of some runs: others may use the machine. */
        double few = 1;
        double many = 1;
        for (int run = 0; run < 5; run++) {
            const double now_few = cost(MOST / 64, sizes[s]);
            const double now_many = cost(MOST, sizes[s]);
            few = now_few < few ? now_few : few;
            many = now_many < many ? now_many : many;
        }
        EXPECT(many < few * 16 + 1e-6,
               "%zu bytes: %.2f us a block among %d, %.2f among %d", sizes[s],
               few * 1e6, MOST / 64, many * 1e6, MOST);
    }
    return verdict();
}
