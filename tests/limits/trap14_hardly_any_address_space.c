/*
 * Under ever smaller limits of address space down to what the loader itself
 * needs, a program never crashes: malloc works, or gives NULL with ENOMEM.
 */
#include "trap.h"

static int work(void)
{
    void *blocks[100];
    for (size_t i = 0; i < 100; i++) {
        errno = 0;
        blocks[i] = malloc(i * 1000 + 1);
        if (blocks[i] == NULL) {
            EXPECT(errno == ENOMEM, "errno is %d", errno);
        } else {
            memset(blocks[i], 1, i * 1000 + 1);
        }
    }
    for (size_t i = 0; i < 100; i++) {
        free(blocks[i]);
    }
    return verdict();
}

static void start_limited(void *bytes)
{
    const struct rlimit limit = {(rlim_t)(uintptr_t)bytes,
                                 (rlim_t)(uintptr_t)bytes};
    setrlimit(RLIMIT_AS, &limit);
    char path[4096] = {0};
    const ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
    if (length > 0) {
        execl(path, path, "work", (char *)NULL);
    }
    _exit(0); /* Not even exec fits. */
}

/* The loader gives up on its own when the libraries do not fit. */
static int is_the_loader(const struct outcome *seen)
{
    return WIFEXITED(seen->status) && WEXITSTATUS(seen->status) == 127 &&
           strstr(seen->words, "error while loading") != NULL;
}

int main(int count, char **arguments)
{
    (void)arguments;
    if (count > 1) {
        return work();
    }
    int worked = 0;
    for (size_t kib = 2000; kib < 40000; kib += kib / 12) {
        const struct outcome seen =
            observe(start_limited, (void *)(kib * KIB), 20);
        const int killed = !seen.hung && WIFSIGNALED(seen.status) &&
                           WTERMSIG(seen.status) == SIGKILL;
        EXPECT(ended_well(&seen) || is_the_loader(&seen) || killed ||
                   kib < 4000,
               "%zu KiB: wait status %d%s, said \"%s\"", kib, seen.status,
               seen.hung ? ", hung" : "", seen.words);
        worked += ended_well(&seen);
    }
    EXPECT(worked > 5, "it works under %d of the limits", worked);
    return verdict();
}
