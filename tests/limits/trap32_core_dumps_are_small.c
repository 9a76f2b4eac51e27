/*
 * What a core dump would hold is proportional to what is resident, not to
 * what is reserved: by the kernel's own flags for each mapping, and by the
 * size of the file that gcore writes where gdb is installed.
 */
#include <sys/prctl.h>
#include <sys/stat.h>

#include "trap.h"

/* Bytes of the mappings that a core dump writes: those with rights that are
 * not marked `dd` (do not dump). */
static size_t dumped_bytes(void)
{
    static char text[4 * 1024 * 1024];
    REQUIRE(slurp("/proc/self/smaps", text, sizeof text) > 0, "no smaps");
    size_t total = 0;
    size_t size = 0;
    int may_be_read = 0;
    for (char *line = strtok(text, "\n"); line != NULL;
         line = strtok(NULL, "\n")) {
        size_t from;
        size_t to;
        char rights[8];
        if (sscanf(line, "%zx-%zx %7s", &from, &to, rights) == 3) {
            size = to - from;
            may_be_read = rights[0] == 'r' || rights[1] == 'w';
        } else if (strncmp(line, "VmFlags:", 8) == 0) {
            const int is_left_out = strstr(line, " dd") != NULL;
            total += may_be_read && !is_left_out ? size : 0;
        }
    }
    return total;
}

static int found_on_path(const char *name)
{
    char command[64];
    snprintf(command, sizeof command, "command -v %s >/dev/null", name);
    return system(command) == 0;
}

static void check_gcore(size_t resident)
{
    char command[256];
    char file[64];
    struct stat core;
    snprintf(file, sizeof file, "/tmp/trap32_core.%d", (int)getpid());
    /* The limit keeps a huge dump from filling the disk. */
    snprintf(command, sizeof command,
             "ulimit -f 1000000; LD_PRELOAD= timeout 30 gcore -o "
             "/tmp/trap32_core %d >/dev/null 2>&1",
             (int)getpid());
    prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
    const double start = seconds_now();
    const int status = system(command);
    const int found = stat(file, &core) == 0;
    unlink(file);
    EXPECT(status == 0 && found, "gcore fails with status %d after %.0f s",
           status, seconds_now() - start);
    EXPECT(!found || (size_t)core.st_size < resident * 4 + 64 * MIB,
           "%zu MiB are resident, the core has %zu MiB", resident / MIB,
           (size_t)core.st_size / MIB);
}

int main(void)
{
    static void *blocks[100000];
    for (int i = 0; i < 100000; i++) {
        blocks[i] = malloc(200);
        memset(blocks[i], 1, 200);
    }
    const size_t resident = rss_bytes();
    const size_t dumped = dumped_bytes();
    EXPECT(dumped < resident * 4 + 64 * MIB,
           "%zu MiB are resident, a dump would hold %zu MiB", resident / MIB,
           dumped / MIB);
    if (verdict() == 0 && found_on_path("gcore")) {
        check_gcore(resident);
    }
    return verdict();
}
