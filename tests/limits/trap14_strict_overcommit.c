/*
 * seconds: 120
 *
 * vm.overcommit_memory=2: the system grants only what it can back, so a large
 * reservation is refused or charged; a program starts and works all the same.
 * The setting is one of the whole machine: it is changed for a second, only
 * where that leaves enough to others, and set back however the test ends.
 */
#include "trap.h"

static const char setting[] = "/proc/sys/vm/overcommit_memory";
static char before[8];

static size_t figure(const char *text, const char *key)
{
    const char *found = strstr(text, key);
    return found == NULL ? 0 : strtoul(found + strlen(key), NULL, 10) * KIB;
}

static int set_to(const char *value)
{
    const int fd = open(setting, O_WRONLY | O_CLOEXEC);
    const int done = fd >= 0 && write(fd, value, 1) == 1;
    close(fd);
    return done;
}

static void restore(int signal)
{
    set_to(before);
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
    static void *blocks[20000];
    for (size_t i = 0; i < 20000; i++) {
        blocks[i] = malloc(i % 2000 + 1);
        REQUIRE(blocks[i] != NULL, "no memory for small blocks");
        memset(blocks[i], 1, i % 2000 + 1);
    }
    void *large = malloc(32 * MIB);
    REQUIRE(large != NULL, "no memory for a large block");
    memset(large, 1, 32 * MIB);
    large = realloc(large, 64 * MIB);
    REQUIRE(large != NULL, "no memory for a larger block");
    free(large);
    for (size_t i = 0; i < 20000; i++) {
        free(blocks[i]);
    }
    return verdict();
}

int main(int count, char **arguments)
{
    static char meminfo[8192];
    (void)arguments;
    if (count > 1) {
        return work();
    }
    REQUIRE(slurp(setting, before, sizeof before) > 0, "no %s", setting);
    if (geteuid() != 0 || access(setting, W_OK) != 0) {
        SKIP("only root can set vm.overcommit_memory");
    }
    slurp("/proc/meminfo", meminfo, sizeof meminfo);
    if (figure(meminfo, "CommitLimit:") <
        figure(meminfo, "Committed_AS:") + 4096 * MIB) {
        SKIP("strict overcommit would leave too little to others");
    }
    for (int signal = SIGHUP; signal <= SIGTERM; signal += 1) {
        struct sigaction action = {.sa_handler = restore};
        sigaction(signal, &action, NULL);
    }
    if (!set_to("2")) {
        SKIP("vm.overcommit_memory cannot be set");
    }
    const struct outcome seen = observe(become, NULL, 20);
    restore(0);
    EXPECT(ended_well(&seen), "wait status %d%s, said \"%s\"", seen.status,
           seen.hung ? ", hung" : "", seen.words);
    return verdict();
}
