/*
 * 100,000 large blocks of which every second is freed: the mappings of the
 * process stay far below vm.max_map_count, and mmap and malloc work on.
 */
#include "trap.h"

enum { BLOCKS = 100000 };

static size_t count_mappings(void)
{
    static char text[1 << 16];
    const int fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
    size_t lines = 0;
    ssize_t got;
    REQUIRE(fd >= 0, "no /proc/self/maps");
    while ((got = read(fd, text, sizeof text)) > 0) {
        for (ssize_t i = 0; i < got; i++) {
            lines += text[i] == '\n';
        }
    }
    close(fd);
    return lines;
}

int main(void)
{
    static char *blocks[BLOCKS];
    const size_t size = 140000;
    for (size_t i = 0; i < BLOCKS; i++) {
        blocks[i] = (char *)malloc(size);
        REQUIRE(blocks[i] != NULL, "block %zu fails", i);
        blocks[i][0] = (char)i;
    }
    for (size_t i = 0; i < BLOCKS; i += 2) {
        free(blocks[i]);
    }
    size_t mappings = count_mappings();
    EXPECT(mappings < 16000, "%zu mappings", mappings);
    sleep_ms(1000);
    mappings = count_mappings();
    EXPECT(mappings < 16000, "%zu mappings after a second", mappings);
    for (size_t i = 0; i < BLOCKS; i += 2) {
        blocks[i] = (char *)malloc(size);
        REQUIRE(blocks[i] != NULL, "block %zu fails again", i);
        blocks[i][0] = (char)i;
    }
    for (size_t i = 0; i < BLOCKS; i++) {
        EXPECT(blocks[i][0] == (char)i, "block %zu is damaged", i);
        free(blocks[i]);
    }
    EXPECT(count_mappings() < 16000, "%zu mappings at the end",
           count_mappings());
    return verdict();
}
