#include "child.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SECONDS = 60 };

/* In a build that measures coverage: what a dying process has to do. */
extern void __gcov_dump(void) __attribute__((weak));

void child_expect(bool holds, const char *what, const char *file, int line)
{
    if (!holds) {
        fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
        _exit(1);
    }
}

void child_expect_equal(uint64_t got, uint64_t expected, const char *what,
                        const char *file, int line)
{
    if (got != expected) {
        fprintf(stderr, "%s:%d: %#llx is not %#llx: %s\n", file, line,
                (unsigned long long)got, (unsigned long long)expected, what);
        _exit(1);
    }
}

/* Comes before the abort that is under way, and lets it go on. */
static void before_abort(int number)
{
    (void)number;
    if (__gcov_dump != NULL) {
        __gcov_dump();
    }
}

static pid_t start(void (*act)(void *), void *argument, int error_output)
{
    fflush(NULL);
    const pid_t child = fork();
    if (child != 0) {
        return child;
    }
    if (error_output >= 0) {
        dup2(error_output, 2);
    }
    /* cmocka's handlers would go on with the tests. */
    signal(SIGSEGV, SIG_DFL);
    signal(SIGBUS, SIG_DFL);
    signal(SIGFPE, SIG_DFL);
    signal(SIGILL, SIG_DFL);
    signal(SIGABRT, before_abort);
    alarm(SECONDS);
    act(argument);
    exit(0);
}

static void call(void *test)
{
    ((void (*)(void))test)();
}

void child_run_test(void **state)
{
    int status = -1;
    const pid_t child = start(call, *state, -1);

    assert_true(child > 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFSIGNALED(status)) {
        fail_msg("the test's process died of signal %d", WTERMSIG(status));
    }
    assert_int_equal(WEXITSTATUS(status), 0);
}

struct outcome child_observe(void (*act)(void *), void *argument)
{
    struct outcome seen = {.status = -1};
    size_t length = 0;
    ssize_t got;
    int ends[2];

    EXPECT(pipe(ends) == 0);
    const pid_t child = start(act, argument, ends[1]);
    EXPECT(child > 0);
    close(ends[1]);
    while ((got = read(ends[0], seen.words + length,
                       sizeof seen.words - 1 - length)) > 0) {
        length += (size_t)got;
    }
    close(ends[0]);
    EXPECT(waitpid(child, &seen.status, 0) == child);
    return seen;
}

void child_expect_abort(void (*act)(void *), void *argument, const char *words)
{
    const struct outcome seen = child_observe(act, argument);
    const char *const end = strchr(seen.words, '\n');

    if (!WIFSIGNALED(seen.status) || WTERMSIG(seen.status) != SIGABRT ||
        strstr(seen.words, words) == NULL || end == NULL || end[1] != '\0') {
        fprintf(stderr, "status %#x, said \"%s\", expected \"%s\"\n",
                (unsigned)seen.status, seen.words, words);
        _exit(1);
    }
}

struct job {
    void (*act)(void *);
    void *argument;
};

static void *do_job(void *argument)
{
    const struct job *const job = argument;
    job->act(job->argument);
    return NULL;
}

void child_in_thread(void (*act)(void *), void *argument)
{
    struct job job = {act, argument};
    pthread_t thread;

    EXPECT(pthread_create(&thread, NULL, do_job, &job) == 0);
    EXPECT(pthread_join(thread, NULL) == 0);
}
