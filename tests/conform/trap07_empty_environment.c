/*
 * As `env -i` starts it, with nothing in the environment but LD_PRELOAD, and
 * with no environment at all when the library is linked: allocation works.
 */
#include <spawn.h>

#include "trap.h"

static int starts(char *const *environment)
{
    char path[4096] = {0};
    char *const arguments[] = {path, (char *)"again", NULL};
    pid_t child;
    const ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
    REQUIRE(length > 0, "no /proc/self/exe");
    REQUIRE(posix_spawn(&child, path, NULL, NULL, arguments, environment) == 0,
            "no child");
    return child_ends_well(child, 20);
}

int main(int count, char **arguments)
{
    (void)arguments;
    if (count > 1) {
        for (size_t i = 0; i < 10000; i++) {
            free(malloc(i * 10));
        }
        return getenv("PATH") == NULL ? 0 : 1;
    }
    char entry[4200] = "LD_PRELOAD=";
    if (getenv("LD_PRELOAD") != NULL) {
        strncat(entry, getenv("LD_PRELOAD"), 4100);
    }
    char *const one[] = {entry, NULL};
    char odd[] = "BUDDYMALLOC";
    char empty[] = "";
    char *const strange[] = {entry, odd, empty, NULL};
    EXPECT(starts(one), "with LD_PRELOAD alone");
    EXPECT(starts(strange), "with entries without a value");
    return verdict();
}
