/*
 * flags: -rdynamic
 *
 * Another preloaded library interposes open, read, mmap, getenv, sysconf,
 * pthread_* and others with versions that allocate: no recursion and no
 * deadlock at start-up, in the slow paths, or when a thread starts or ends.
 */
#include <pthread.h>

#include "trap.h"

static void *churn(void *seed)
{
    struct dice dice = dice_of((uint64_t)(uintptr_t)seed, 0);
    void *blocks[200] = {0};
    for (int i = 0; i < 20000; i++) {
        const size_t which = roll_below(&dice, 200);
        free(blocks[which]);
        blocks[which] = malloc(roll_size(&dice, 300000));
        EXPECT(blocks[which] != NULL, "no memory");
    }
    for (int i = 0; i < 200; i++) {
        free(blocks[i]);
    }
    return NULL;
}

static void use_everything(void *unused)
{
    (void)unused;
    pthread_t threads[4];
    for (uintptr_t round = 0; round < 5; round++) {
        for (uintptr_t i = 0; i < 4; i++) {
            pthread_create(&threads[i], NULL, churn, (void *)(round * 4 + i));
        }
        for (int i = 0; i < 4; i++) {
            pthread_join(threads[i], NULL);
        }
    }
    void *large = malloc(64 * MIB);
    large = realloc(large, 256 * MIB);
    EXPECT(large != NULL, "no memory");
    free(large);
    EXPECT(system("exit 0") == 0, "system fails");
}

int main(int count, char **arguments)
{
    if (count == 1) {
        preload("interposer.so", 0);
        start_again("behind");
    }
    const unsigned long *calls =
        (const unsigned long *)dlsym(RTLD_DEFAULT, "interposer_calls");
    REQUIRE(calls != NULL, "no interposer.so");
    const struct outcome seen = observe(use_everything, NULL, 50);
    EXPECT(ended_well(&seen), "status %d, %s%s", seen.status,
           seen.hung ? "hung, " : "", seen.words);
    EXPECT(*calls > 0, "nothing was interposed");
    if (strcmp(arguments[1], "behind") == 0 && verdict() == 0) {
        setenv("LD_PRELOAD", library_under_test() ? library_under_test() : "",
               1);
        preload("interposer.so", 1);
        start_again("in front");
    }
    return verdict();
}
