/*
 * When another library allocates before the C library knows its environment,
 * the options of ours are still read: a bad one is named on stderr.
 */
#include "trap.h"

static void become(void *unused)
{
    (void)unused;
    setenv("BUDDYMALLOC", "no_such_option:1", 1);
    start_again("preloaded");
}

int main(int count, char **arguments)
{
    (void)arguments;
    if (count > 1) {
        free(malloc(100));
        return 0;
    }
    if (library_under_test() == NULL) {
        SKIP("the C library has no such options");
    }
    preload("early.so", 0);
    const struct outcome seen = observe(become, NULL, 20);
    EXPECT(ended_well(&seen), "wait status %d", seen.status);
    EXPECT(strstr(seen.words, "no_such_option") != NULL,
           "the bad option is not named: \"%s\"", seen.words);
    return verdict();
}
