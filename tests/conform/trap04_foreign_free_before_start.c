/*
 * Before our constructor ran, another library frees a block of the dynamic
 * loader's own minimal malloc, or a pointer to the stack: ignored, or refused
 * with a message and abort; never a crash inside us, and never a hang.
 */
#include "trap.h"

static void become(void *what)
{
    setenv("LOADER_BLOCK", (const char *)what, 1);
    start_again("preloaded");
}

static void check(const char *what)
{
    const struct outcome seen = observe(become, (void *)what, 20);
    const int refused =
        aborted(&seen) && strstr(seen.words, "invalid free") != NULL;
    EXPECT(ended_well(&seen) || refused, "%s: wait status %d%s, said \"%s\"",
           what, seen.status, seen.hung ? ", hung" : "", seen.words);
}

int main(int count, char **arguments)
{
    (void)arguments;
    if (count > 1) {
        return 4; /* The constructor did not end the process. */
    }
    preload("loader_block.so", 0);
    check("name");
    check("stack");
    return verdict();
}
