/*
 * popen, system, posix_spawn and vfork with exec, from several threads at
 * once while others churn: every program starts, under the library, and
 * gives its result.
 */
#include <pthread.h>
#include <spawn.h>

#include "trap.h"

enum { STARTERS = 3, ROUNDS = 15 };

extern char **environ;
static int ending;

static void *churn(void *argument)
{
    struct dice dice = dice_of((uint64_t)(uintptr_t)argument, 0);
    while (!__atomic_load_n(&ending, __ATOMIC_RELAXED)) {
        free(malloc(roll_size(&dice, 300000)));
    }
    return NULL;
}

static void check_popen(int number)
{
    char command[64];
    char answer[64] = {0};
    snprintf(command, sizeof command, "echo $((%d * 2))", number);
    FILE *output = popen(command, "r");
    REQUIRE(output != NULL, "no popen");
    REQUIRE(fgets(answer, sizeof answer, output) != NULL, "no answer");
    EXPECT(atoi(answer) == number * 2, "%d doubled is %s", number, answer);
    EXPECT(pclose(output) == 0, "pclose");
}

static void check_spawn(void)
{
    char *const arguments[] = {(char *)"sh", (char *)"-c", (char *)"exit 0",
                               NULL};
    pid_t child;
    REQUIRE(posix_spawn(&child, "/bin/sh", NULL, NULL, arguments, environ) == 0,
            "no posix_spawn");
    EXPECT(child_ends_well(child, 30), "posix_spawn");
}

static void check_vfork(void)
{
    const pid_t child = vfork();
    if (child == 0) {
        execl("/bin/sh", "sh", "-c", "exit 0", (char *)NULL);
        _exit(1);
    }
    EXPECT(child_ends_well(child, 30), "vfork");
}

static void *start_programs(void *argument)
{
    for (int i = 0; i < ROUNDS; i++) {
        check_popen((int)(uintptr_t)argument * 100 + i);
        EXPECT(system("exit 0") == 0, "system");
        check_spawn();
        check_vfork();
    }
    return NULL;
}

int main(void)
{
    pthread_t churners[2];
    pthread_t starters[STARTERS];
    for (uintptr_t i = 0; i < 2; i++) {
        pthread_create(&churners[i], NULL, churn, (void *)(i + 1));
    }
    for (uintptr_t i = 0; i < STARTERS; i++) {
        pthread_create(&starters[i], NULL, start_programs, (void *)i);
    }
    for (int i = 0; i < STARTERS; i++) {
        pthread_join(starters[i], NULL);
    }
    __atomic_store_n(&ending, 1, __ATOMIC_RELAXED);
    pthread_join(churners[0], NULL);
    pthread_join(churners[1], NULL);
    return verdict();
}
