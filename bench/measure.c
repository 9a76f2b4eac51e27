/* Runs one program under one allocator and reports what it cost.
 * Usage: measure REPORT LIBRARY PROGRAM [ARGUMENT…]
 *
 * LIBRARY is preloaded into PROGRAM only, never into whoever drives it. One
 * line goes to the file REPORT: CPU seconds (user and system, with every
 * descendant that was waited for), wall seconds, peak resident KiB of the
 * largest process, wait status.
 *
 * A process of its own does this because Linux counts the memory a process had
 * before exec into its peak: started from a Python of 20 MB, no small program
 * would ever show its own figure. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t program;

/* How a server is stopped: by the signal that reaches this process. */
static void pass_on(int signal_number)
{
    if (program > 0) {
        kill((pid_t)program, signal_number);
    }
}

static double seconds(struct timeval t)
{
    return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void become(const char *library, char **command)
{
    /* No measured program outlives a bench that was killed. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setenv("LD_PRELOAD", library, 1);
    execvp(command[0], command);
    fprintf(stderr, "measure: %s: %s\n", command[0], strerror(errno));
    _exit(127);
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fputs("usage: measure REPORT LIBRARY PROGRAM [ARGUMENT…]\n", stderr);
        return 2;
    }
    const int passed_on[] = {SIGTERM, SIGINT, SIGQUIT};
    for (size_t i = 0; i < sizeof passed_on / sizeof *passed_on; i++) {
        struct sigaction action = {.sa_handler = pass_on};
        sigaction(passed_on[i], &action, NULL);
    }

    const double started_s = now_s();
    const pid_t child = fork();
    if (child == 0) {
        become(argv[2], argv + 3);
    }
    if (child < 0) {
        perror("measure: fork");
        return 2;
    }
    program = child;
    int status;
    struct rusage usage;
    while (wait4(child, &status, 0, &usage) < 0) {
        if (errno != EINTR) {
            perror("measure: wait4");
            return 2;
        }
    }
    const double ended_s = now_s();

    FILE *report = fopen(argv[1], "w");
    if (report == NULL) {
        perror("measure: the report");
        return 2;
    }
    fprintf(report, "%.6f %.6f %ld %d\n",
            seconds(usage.ru_utime) + seconds(usage.ru_stime),
            ended_s - started_s, usage.ru_maxrss, status);
    return fclose(report) == 0 ? 0 : 2;
}
