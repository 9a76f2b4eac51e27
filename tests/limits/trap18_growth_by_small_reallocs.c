/*
 * A buffer grows to 80 MB by reallocs of 4 KiB more, alone, and again with
 * other blocks made in between.  Copying each time would touch 800 GB; here
 * the page faults stay a small multiple of the pages at the end.
 */
#include "trap.h"

static long faults(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_minflt;
}

static void check(const char *name, int others)
{
    enum { STEPS = 20480 };
    static void *between[STEPS];
    const long before = faults();
    const double start = seconds_now();
    char *buffer = NULL;
    for (size_t i = 0; i < STEPS; i++) {
        buffer = (char *)realloc(buffer, (i + 1) * 4096);
        REQUIRE(buffer != NULL, "%s: no memory at step %zu", name, i);
        buffer[i * 4096] = (char)i;
        buffer[i * 4096 + 4095] = (char)~i;
        between[i] = others ? malloc(i % 50 == 0 ? 100000 : 200) : NULL;
    }
    const long taken = faults() - before;
    EXPECT(taken < 10 * STEPS, "%s: %ld page faults for %d pages", name, taken,
           STEPS);
    EXPECT(seconds_now() - start < 10, "%s: %.1f s", name,
           seconds_now() - start);
    for (size_t i = 0; i < STEPS; i++) {
        EXPECT(buffer[i * 4096] == (char)i &&
                   buffer[i * 4096 + 4095] == (char)~i,
               "%s: page %zu is lost", name, i);
        free(between[i]);
    }
    free(buffer);
}

static void check_two(void)
{
    enum { STEPS = 5120 };
    char *buffers[2] = {NULL, NULL};
    const long before = faults();
    for (size_t i = 0; i < STEPS; i++) {
        for (int b = 0; b < 2; b++) {
            buffers[b] = (char *)realloc(buffers[b], (i + 1) * 4096);
            REQUIRE(buffers[b] != NULL, "no memory for two");
            buffers[b][i * 4096] = (char)(i + (size_t)b);
        }
    }
    const long taken = faults() - before;
    EXPECT(taken < 20 * 2 * STEPS, "two: %ld page faults for %d pages", taken,
           2 * STEPS);
    for (size_t i = 0; i < STEPS; i++) {
        EXPECT(buffers[0][i * 4096] == (char)i &&
                   buffers[1][i * 4096] == (char)(i + 1),
               "two: page %zu is lost", i);
    }
    free(buffers[0]);
    free(buffers[1]);
}

int main(void)
{
    check("alone", 0);
    check("among others", 1);
    check_two();
    return verdict();
}
