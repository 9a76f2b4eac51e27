/*
 * What the trap programs share: expectations that are counted and printed,
 * children whose end and words are observed, a replayable source of random
 * numbers, and the memory figures of the process.  Nothing here allocates,
 * so that a program measures the allocator and not its test.
 */
#ifndef BUD_TESTS_TRAP_H
#define BUD_TESTS_TRAP_H

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define KIB ((size_t)1024)
#define MIB ((size_t)1024 * 1024)
#define TRAP_SKIPPED 77
#define UNUSED __attribute__((unused))

static int trap_failures;

/* Says something on standard output without allocating. */
__attribute__((format(printf, 1, 2))) static void say(const char *format, ...)
{
    char line[512];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(line, sizeof line - 1, format, arguments);
    va_end(arguments);
    if (length > (int)sizeof line - 2) {
        length = (int)sizeof line - 2;
    }
    line[length] = '\n';
    ssize_t ignored UNUSED = write(1, line, (size_t)length + 1);
}

/* Counts a failure and says where and what; the program goes on, up to a
 * bound that keeps a loop of failures readable. */
#define EXPECT(condition, ...)                                                 \
    do {                                                                       \
        if (!(condition)) {                                                    \
            TRAP_FAILED(condition, __VA_ARGS__);                               \
            if (trap_failures >= 10) {                                         \
                _exit(1);                                                      \
            }                                                                  \
        }                                                                      \
    } while (0)

/* As EXPECT, for what the rest of the program depends on. */
#define REQUIRE(condition, ...)                                                \
    do {                                                                       \
        if (!(condition)) {                                                    \
            TRAP_FAILED(condition, __VA_ARGS__);                               \
            _exit(1);                                                          \
        }                                                                      \
    } while (0)

#define TRAP_FAILED(condition, ...)                                            \
    __atomic_add_fetch(&trap_failures, 1, __ATOMIC_RELAXED);                   \
    say("%s:%d: expected %s", __FILE_NAME__, __LINE__, #condition);            \
    say("    " __VA_ARGS__)

#ifndef __FILE_NAME__
#define __FILE_NAME__ __FILE__
#endif

static inline int verdict(void)
{
    return trap_failures == 0 ? 0 : 1;
}

/* The machine does not offer what the program needs. */
#define SKIP(...)                                                              \
    do {                                                                       \
        say(__VA_ARGS__);                                                      \
        _exit(TRAP_SKIPPED);                                                   \
    } while (0)

/* A value the compiler knows nothing about. */
static inline void *opaque(void *p)
{
    __asm__ volatile("" : "+r"(p) : : "memory");
    return p;
}

static inline size_t opaque_size(size_t n)
{
    __asm__ volatile("" : "+r"(n) : : "memory");
    return n;
}

/* ---- random numbers: BUD_SEED replays a run ---- */

struct dice {
    uint64_t state;
};

static inline uint64_t roll(struct dice *dice)
{
    dice->state ^= dice->state << 13;
    dice->state ^= dice->state >> 7;
    dice->state ^= dice->state << 17;
    return dice->state * 0x2545f4914f6cdd1dull;
}

/* A number from 0 to bound - 1. */
static inline size_t roll_below(struct dice *dice, size_t bound)
{
    return (size_t)(roll(dice) >> 11) % bound;
}

/* A size as programs ask for them: mostly small, sometimes large. */
static inline size_t roll_size(struct dice *dice, size_t largest)
{
    const size_t kind = roll_below(dice, 100);
    if (kind < 70) {
        return roll_below(dice, 256) + 1;
    }
    if (kind < 95) {
        return roll_below(dice, largest / 16 + 1) + 1;
    }
    return roll_below(dice, largest) + 1;
}

static inline uint64_t trap_seed(void)
{
    const char *given = getenv("BUD_SEED");
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    uint64_t seed = (uint64_t)now.tv_nsec * 2654435761u ^ (uint64_t)getpid();
    if (given != NULL) {
        seed = strtoull(given, NULL, 0);
    }
    say("replay with BUD_SEED=%llu", (unsigned long long)seed);
    return seed;
}

static inline struct dice dice_of(uint64_t seed, uint64_t which)
{
    struct dice dice = {(seed + which + 1) * 0x9e3779b97f4a7c15ull | 1u};
    roll(&dice);
    return dice;
}

/* ---- contents: a pattern that depends on a number ---- */

static inline void fill(void *block, size_t size, uint64_t number)
{
    unsigned char *bytes = (unsigned char *)block;
    for (size_t i = 0; i < size; i++) {
        bytes[i] = (unsigned char)(number * 167u + i * 13u + 5u);
    }
}

/* The offset of the first byte that is not as filled, or size. */
static inline size_t first_damage(const void *block, size_t size,
                                  uint64_t number)
{
    const unsigned char *bytes = (const unsigned char *)block;
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] != (unsigned char)(number * 167u + i * 13u + 5u)) {
            return i;
        }
    }
    return size;
}

static inline size_t first_not_zero(const void *block, size_t size)
{
    const unsigned char *bytes = (const unsigned char *)block;
    size_t i = 0;
    while (i < size && bytes[i] == 0) {
        i++;
    }
    return i;
}

/* ---- time and memory ---- */

static inline double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static inline void sleep_ms(long ms)
{
    struct timespec pause = {ms / 1000, ms % 1000 * 1000000};
    while (nanosleep(&pause, &pause) != 0 && errno == EINTR) {
    }
}

/* Reads the start of a file into a buffer, terminated; its length or -1. */
static inline ssize_t slurp(const char *path, char *buffer, size_t size)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return -1;
    }
    size_t length = 0;
    ssize_t got;
    while (length < size - 1 &&
           (got = read(fd, buffer + length, size - 1 - length)) > 0) {
        length += (size_t)got;
    }
    close(fd);
    buffer[length] = '\0';
    return (ssize_t)length;
}

/* A figure of /proc/self/status in bytes, such as "VmSize:"; 0 if absent. */
static inline size_t status_bytes(const char *key)
{
    char text[8192];
    if (slurp("/proc/self/status", text, sizeof text) < 0) {
        return 0;
    }
    const char *found = strstr(text, key);
    return found == NULL ? 0 : strtoul(found + strlen(key), NULL, 10) * 1024;
}

static inline size_t rss_bytes(void)
{
    char text[256];
    char *end = text;
    if (slurp("/proc/self/statm", text, sizeof text) < 0) {
        return 0;
    }
    strtoul(text, &end, 10);
    return strtoul(end, NULL, 10) * (size_t)sysconf(_SC_PAGESIZE);
}

/* Waits until the resident set is at most the limit, without allocating;
 * the resident set at the end of the wait. */
static inline size_t wait_for_rss(size_t limit, long ms)
{
    const double until = seconds_now() + (double)ms * 1e-3;
    size_t now = rss_bytes();
    while (now > limit && seconds_now() < until) {
        sleep_ms(20);
        now = rss_bytes();
    }
    return now;
}

/* ---- children ---- */

struct outcome {
    int status;       /* as waitpid gives it */
    int hung;         /* it was still running at its time limit */
    char words[4096]; /* what it wrote to standard error */
};

/* Collects what arrives on a pipe until it closes or the time is up;
 * whether it closed. */
static inline int collect(int fd, char *words, size_t size, double until)
{
    size_t length = 0;
    int closed = 0;
    while (!closed) {
        struct pollfd ready = {fd, POLLIN, 0};
        const double left = until - seconds_now();
        if (left <= 0 || poll(&ready, 1, (int)(left * 1e3) + 1) == 0) {
            break;
        }
        char more[512];
        const ssize_t got = read(fd, more, sizeof more);
        closed = got <= 0;
        for (ssize_t i = 0; i < got && length < size - 1; i++) {
            words[length++] = more[i];
        }
    }
    words[length] = '\0';
    return closed;
}

/* Runs act(argument) in a child that ends with status 0 when it returns. */
static inline struct outcome observe(void (*act)(void *), void *argument,
                                     double seconds)
{
    struct outcome seen;
    memset(&seen, 0, sizeof seen);
    int ends[2];
    REQUIRE(pipe(ends) == 0, "no pipe: %s", strerror(errno));
    const pid_t child = fork();
    REQUIRE(child >= 0, "no fork: %s", strerror(errno));
    if (child == 0) {
        const struct rlimit no_core = {0, 0};
        setrlimit(RLIMIT_CORE, &no_core);
        close(ends[0]);
        dup2(ends[1], 2);
        close(ends[1]);
        act(argument);
        _exit(verdict());
    }
    close(ends[1]);
    const double until = seconds_now() + seconds;
    seen.hung = !collect(ends[0], seen.words, sizeof seen.words, until);
    if (seen.hung) {
        kill(child, SIGKILL);
    }
    close(ends[0]);
    while (waitpid(child, &seen.status, 0) < 0 && errno == EINTR) {
    }
    return seen;
}

static inline int ended_well(const struct outcome *seen)
{
    return !seen->hung && WIFEXITED(seen->status) &&
           WEXITSTATUS(seen->status) == 0;
}

static inline int aborted(const struct outcome *seen)
{
    return !seen->hung && WIFSIGNALED(seen->status) &&
           WTERMSIG(seen->status) == SIGABRT;
}

/* Waits for a child that must end well, within the seconds. */
static inline int child_ends_well(pid_t child, double seconds)
{
    const double until = seconds_now() + seconds;
    int status = 0;
    pid_t got = 0;
    while ((got = waitpid(child, &status, WNOHANG)) == 0 &&
           seconds_now() < until) {
        sleep_ms(1);
    }
    if (got == 0) {
        kill(child, SIGKILL);
        waitpid(child, &status, 0);
        return 0;
    }
    return got == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* The path of a file that lies beside the program. */
static inline void beside(const char *name, char *path, size_t size)
{
    ssize_t length = readlink("/proc/self/exe", path, size - 1);
    REQUIRE(length > 0, "no /proc/self/exe");
    path[length] = '\0';
    char *slash = strrchr(path, '/');
    snprintf(slash + 1, size - (size_t)(slash + 1 - path), "%s", name);
}

/* Starts the program again with one argument, in this process. */
static inline void start_again(const char *mode)
{
    char path[4096];
    const ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
    REQUIRE(length > 0, "no /proc/self/exe");
    path[length] = '\0';
    execl(path, path, mode, (char *)NULL);
    REQUIRE(0, "cannot start again: %s", strerror(errno));
}

static inline void start_limited_to(void *bytes)
{
    const struct rlimit limit = {(rlim_t)(uintptr_t)bytes,
                                 (rlim_t)(uintptr_t)bytes};
    REQUIRE(setrlimit(RLIMIT_AS, &limit) == 0, "no limit");
    start_again("work");
}

/* Starts the program again under this limit of address space; expects a good
 * end. */
static inline void expect_good_end_within(size_t bytes)
{
    const struct outcome seen =
        observe(start_limited_to, (void *)(uintptr_t)bytes, 50);
    EXPECT(ended_well(&seen), "wait status %d%s, said \"%s\"", seen.status,
           seen.hung ? ", hung" : "", seen.words);
}

/* Adds a library that lies beside the program to LD_PRELOAD, for
 * start_again: in front of the library under test or behind it.  The
 * loader runs the constructors of the last one first. */
static inline void preload(const char *name, int in_front)
{
    char path[4096];
    char both[8300];
    beside(name, path, sizeof path);
    const char *have = getenv("LD_PRELOAD");
    if (have == NULL || have[0] == '\0') {
        snprintf(both, sizeof both, "%s", path);
    } else if (in_front) {
        snprintf(both, sizeof both, "%s:%s", path, have);
    } else {
        snprintf(both, sizeof both, "%s:%s", have, path);
    }
    setenv("LD_PRELOAD", both, 1);
}

/* The library under test, or NULL when it is the C library itself. */
static inline const char *library_under_test(void)
{
    const char *path = getenv("TRAP_LIBRARY");
    return path == NULL || path[0] == '\0' ? NULL : path;
}

#endif
