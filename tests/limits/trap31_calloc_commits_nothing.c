/*
 * calloc of 1 GB that nobody touches takes no memory, fresh or after the
 * range was used and freed; it reads as zero, and the one page that is
 * written is all that becomes resident.
 */
#include "trap.h"

static void check(const char *name, size_t size)
{
    const size_t before = rss_bytes();
    char *block = (char *)calloc(size / 4, 4);
    REQUIRE(block != NULL, "%s: no memory", name);
    const size_t after = rss_bytes();
    EXPECT(after < before + 8 * MIB, "%s: %zu MiB more are resident", name,
           (after - before) / MIB);
    for (size_t at = 0; at < size; at += size / 64) {
        EXPECT(block[at] == 0, "%s: byte %zu is %d", name, at, block[at]);
    }
    block[size / 2] = 1;
    EXPECT(rss_bytes() < before + 16 * MIB, "%s: one byte touched takes much",
           name);
    free(block);
}

int main(void)
{
    check("fresh", 1024 * MIB);
    check("again", 1024 * MIB);
    char *dirty = (char *)malloc(300 * MIB);
    memset(dirty, 0xff, 300 * MIB);
    free(dirty);
    char *zero = (char *)calloc(1, 200 * MIB);
    EXPECT(first_not_zero(zero, 200 * MIB) == 200 * MIB,
           "used memory is not cleared");
    free(zero);
    sleep_ms(1500);
    check("after it was used and returned", 1024 * MIB);
    return verdict();
}
