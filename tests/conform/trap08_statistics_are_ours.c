/*
 * flags: -Wno-deprecated-declarations
 *
 * The statistics functions of the C library speak of the heap that serves
 * the program: what is allocated appears there, what is freed goes away.
 */
#include <malloc.h>

#include "trap.h"

static size_t in_use(void)
{
    const struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

static void check_mallinfo(void)
{
    static void *blocks[10000];
    const size_t before = in_use();
    for (size_t i = 0; i < 10000; i++) {
        blocks[i] = malloc(1000);
    }
    void *large = malloc(64 * MIB);
    const size_t grown = in_use() - before;
    EXPECT(grown >= 10000000 + 64 * MIB && grown < 2 * 64 * MIB,
           "77 MB more are in use, mallinfo2 says %zu bytes", grown);
    const struct mallinfo narrow = mallinfo();
    EXPECT((unsigned)narrow.uordblks + (unsigned)narrow.hblkhd >= 64 * MIB,
           "mallinfo says %d and %d", narrow.uordblks, narrow.hblkhd);
    for (size_t i = 0; i < 10000; i++) {
        free(blocks[i]);
    }
    free(large);
    const size_t left = in_use();
    EXPECT(left < before + MIB, "all is freed, %zu bytes left", left - before);
}

static void check_malloc_info(void)
{
    static char text[1 << 18];
    FILE *file = fmemopen(text, sizeof text, "w");
    REQUIRE(file != NULL, "no stream");
    EXPECT(malloc_info(0, file) == 0, "malloc_info fails");
    fclose(file);
    EXPECT(strncmp(text, "<malloc", 7) == 0 && strstr(text, "</malloc>"),
           "malloc_info does not write a malloc element: %.80s", text);
    errno = 0;
    EXPECT(malloc_info(77, stderr) != 0, "malloc_info accepts any option");
}

static void print_statistics(void *unused)
{
    (void)unused;
    malloc_stats();
}

int main(void)
{
    check_mallinfo();
    check_malloc_info();
    const struct outcome seen = observe(print_statistics, NULL, 20);
    EXPECT(ended_well(&seen) && seen.words[0] != '\0',
           "malloc_stats says nothing");
    const int trimmed = malloc_trim(0);
    EXPECT(trimmed == 0 || trimmed == 1, "malloc_trim returns %d", trimmed);
    const int set = mallopt(M_MMAP_THRESHOLD, 128 * 1024);
    EXPECT(set == 0 || set == 1, "mallopt returns %d", set);
    return verdict();
}
