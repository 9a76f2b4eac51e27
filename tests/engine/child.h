/* Every test runs in a process of its own: it starts with an untouched heap,
 * and a crash is one failed test. Inside it EXPECT takes the place of cmocka's
 * assertions, which would jump back into a copy of the test runner. */
#ifndef BUD_TESTS_CHILD_H
#define BUD_TESTS_CHILD_H

#include "../unit/cmocka_prelude.h"

#include <stdbool.h>

/* Ends the test's process as failed unless the condition holds. */
#define EXPECT(condition)                                                      \
    child_expect((condition), #condition, __FILE__, __LINE__)

/* The same for two numbers, which it shows. */
#define EXPECT_EQUAL(got, expected)                                            \
    child_expect_equal((uint64_t)(got), (uint64_t)(expected),                  \
                       #got " == " #expected, __FILE__, __LINE__)

void child_expect(bool holds, const char *what, const char *file, int line);
void child_expect_equal(uint64_t got, uint64_t expected, const char *what,
                        const char *file, int line);

/* An entry of cmocka's list of tests for a `static void name(void)`. */
#define TEST(name)                                                             \
    {                                                                          \
#name, child_run_test, NULL, NULL, (void *)name                        \
    }

/* Runs the test that *state points to in a process of its own. */
void child_run_test(void **state);

/* How a process ended, and what it wrote to fd 2. */
struct outcome {
    int status; /* as waitpid gives it */
    char words[8192];
};

/* Runs act(argument) in a process of its own. */
struct outcome child_observe(void (*act)(void *), void *argument);

/* The same must abort and say `words`, and nothing but one line. */
void child_expect_abort(void (*act)(void *), void *argument, const char *words);

/* Runs act(argument) in another thread and waits for its end. */
void child_in_thread(void (*act)(void *), void *argument);

#endif
