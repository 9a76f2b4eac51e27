/*
 * The resident set, which operators look at, falls after large blocks are
 * freed, at once or within the purge delay, without further calls: one of
 * 256 MB, two thousand of 100 KB, and the tail that a realloc cuts off.
 */
#include "trap.h"

static void check(const char *name, size_t before, size_t size)
{
    const size_t limit = before + size / 5;
    const size_t left = wait_for_rss(limit, 2000);
    EXPECT(left <= limit, "%s: %zu MiB before, %zu MiB after", name,
           before / MIB, left / MIB);
}

int main(void)
{
    static char *blocks[2000];
    size_t before = rss_bytes();
    char *large = (char *)malloc(256 * MIB);
    memset(large, 1, 256 * MIB);
    EXPECT(rss_bytes() > before + 200 * MIB, "it was never resident");
    free(large);
    check("256 MiB", before, 256 * MIB);

    before = rss_bytes();
    for (int i = 0; i < 2000; i++) {
        blocks[i] = (char *)malloc(100000);
        memset(blocks[i], 1, 100000);
    }
    for (int i = 0; i < 2000; i++) {
        free(blocks[i]);
    }
    check("2000 of 100 KB", before, 2000 * 100000);

    before = rss_bytes();
    large = (char *)malloc(200 * MIB);
    memset(large, 1, 200 * MIB);
    large = (char *)realloc(large, MIB);
    check("cut down to 1 MiB", before, 200 * MIB);
    free(large);
    return verdict();
}
