/*
 * With transparent huge pages set to `always`, a program that touches little
 * of what it has stays small: one object of each size, and large blocks of
 * which only the first page is used.  The setting is one of the machine: it
 * is changed for the moment of the test, by root only, and set back.
 */
#include "trap.h"

static const char setting[] = "/sys/kernel/mm/transparent_hugepage/enabled";
static char before[64];

static int set_to(const char *value)
{
    const int fd = open(setting, O_WRONLY | O_CLOEXEC);
    const int done =
        fd >= 0 && write(fd, value, strlen(value)) == (ssize_t)strlen(value);
    close(fd);
    return done;
}

static void restore(int signal)
{
    if (before[0] != '\0') {
        set_to(before);
    }
    if (signal != 0) {
        _exit(1);
    }
}

static void become(void *unused)
{
    (void)unused;
    start_again("work");
}

static int work(void)
{
    static char *blocks[500];
    const size_t start = rss_bytes();
    EXPECT(start < 16 * MIB, "%zu MiB at the start", start / MIB);
    for (size_t size = 8, i = 0; size < 100000; size += size / 8 + 8, i++) {
        blocks[i] = (char *)malloc(size);
        memset(blocks[i], 1, size < 4096 ? size : 4096);
    }
    const size_t with_each = rss_bytes();
    EXPECT(with_each < start + 24 * MIB,
           "one object of each size takes %zu MiB", (with_each - start) / MIB);
    for (size_t i = 0; i < 500; i++) {
        blocks[i] = (char *)malloc(300000);
        blocks[i][0] = 1;
    }
    /* 2 MB are touched of 150. */
    const size_t sparse = rss_bytes();
    EXPECT(sparse < with_each + 50 * MIB,
           "2 MB touched in large blocks take %zu MiB",
           (sparse - with_each) / MIB);
    return verdict();
}

int main(int count, char **arguments)
{
    char now[128];
    (void)arguments;
    if (count > 1) {
        return work();
    }
    if (slurp(setting, now, sizeof now) < 0) {
        SKIP("this kernel has no transparent huge pages");
    }
    if (strstr(now, "[always]") == NULL) {
        sscanf(strchr(now, '['), "[%60[^]]", before);
        for (int signal = 1; signal <= SIGTERM; signal++) {
            struct sigaction action = {.sa_handler = restore};
            sigaction(signal, &action, NULL);
        }
        if (!set_to("always")) {
            SKIP("huge pages are not set to `always`, and only root can");
        }
    }
    const struct outcome seen = observe(become, NULL, 20);
    restore(0);
    EXPECT(ended_well(&seen), "wait status %d, said \"%s\"", seen.status,
           seen.words);
    return verdict();
}
