/*
 * Of 300 MB of small objects one in five hundred stays alive, scattered; the
 * rest is freed and the program goes idle: most of it goes back all the same,
 * since objects pack and whole pages between the survivors are free.
 */
#include "trap.h"

enum { OBJECTS = 1500000, SIZE = 200, STAY = 2000 };

int main(void)
{
    static void *blocks[OBJECTS];
    const size_t before = rss_bytes();
    for (size_t i = 0; i < OBJECTS; i++) {
        blocks[i] = malloc(SIZE);
        REQUIRE(blocks[i] != NULL, "no memory");
        memset(blocks[i], 1, SIZE);
    }
    const size_t peak = rss_bytes() - before;
    for (size_t i = 0; i < OBJECTS; i++) {
        /* Survivors come in groups, as long-lived objects do. */
        if (i % (STAY * 100) >= STAY) {
            free(blocks[i]);
        }
    }
    const size_t limit = before + sizeof blocks + peak / 5;
    const size_t left = wait_for_rss(limit, 2500);
    EXPECT(left <= limit, "%zu MiB at the peak, %zu MiB after 2.5 s",
           peak / MIB, left / MIB);
    return verdict();
}
