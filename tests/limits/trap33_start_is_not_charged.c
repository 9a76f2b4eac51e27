/*
 * What is reserved at the start is charged to nobody: hardly anything of a
 * small program is resident, its page tables are small, and nothing counts
 * towards the commit limit of the system but what can be written.
 */
#include <sys/stat.h>

#include "trap.h"

static void become(void *unused)
{
    (void)unused;
    start_again("work");
}

static int work(void)
{
    void *blocks[100];
    for (size_t i = 0; i < 100; i++) {
        blocks[i] = malloc(i * 50);
    }
    EXPECT(status_bytes("RssAnon:") < 3 * MIB, "%zu KiB of anonymous memory",
           status_bytes("RssAnon:") / KIB);
    EXPECT(status_bytes("VmPTE:") < MIB, "%zu KiB of page tables",
           status_bytes("VmPTE:") / KIB);
    EXPECT(status_bytes("VmLck:") == 0, "%zu KiB are locked",
           status_bytes("VmLck:") / KIB);
    for (size_t i = 0; i < 100; i++) {
        free(blocks[i]);
    }
    return verdict();
}

/* Puts this process into a new group of the first controller hierarchy that
 * lets it, with 16 MB at most. */
static int enter_group(const char *folder, const char *limit)
{
    char path[256];
    int fd;
    snprintf(path, sizeof path, "%s/%s", folder, limit);
    fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0 || write(fd, "16777216", 8) != 8) {
        return 0;
    }
    close(fd);
    snprintf(path, sizeof path, "%s/cgroup.procs", folder);
    fd = open(path, O_WRONLY | O_CLOEXEC);
    return fd >= 0 && write(fd, "0", 1) == 1;
}

static void become_in_group(void *folder)
{
    if (!enter_group((const char *)folder, "memory.max") &&
        !enter_group((const char *)folder, "memory.limit_in_bytes")) {
        _exit(TRAP_SKIPPED);
    }
    start_again("work");
}

static void check_group(const char *parent)
{
    char folder[200];
    snprintf(folder, sizeof folder, "%s/trap33_%d", parent, (int)getpid());
    if (mkdir(folder, 0755) != 0) {
        return;
    }
    const struct outcome seen = observe(become_in_group, folder, 20);
    rmdir(folder);
    const int skipped =
        WIFEXITED(seen.status) && WEXITSTATUS(seen.status) == TRAP_SKIPPED;
    EXPECT(skipped || ended_well(&seen), "in a group of 16 MB: status %d",
           seen.status);
    say("%s: %s", parent, skipped ? "not possible" : "done");
}

int main(int count, char **arguments)
{
    (void)arguments;
    if (count > 1) {
        return work();
    }
    const struct outcome seen = observe(become, NULL, 20);
    EXPECT(ended_well(&seen), "wait status %d", seen.status);
    if (geteuid() == 0) {
        check_group("/sys/fs/cgroup/memory");
        check_group("/sys/fs/cgroup");
    }
    return verdict();
}
