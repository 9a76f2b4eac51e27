/*
 * What the misuse programs share: each case runs in a child, which must die
 * of SIGABRT after exactly one line on standard error,
 *
 *     buddymalloc: KIND 0xADDRESS (DETAIL)
 *
 * with the address that was misused.  A table in each program says which
 * kind and detail its cases expect, as extended regular expressions.
 */
#ifndef BUD_TESTS_MISUSE_H
#define BUD_TESTS_MISUSE_H

#include <malloc.h>
#include <pthread.h>
#include <regex.h>

#include "trap.h"

#define DOUBLE_FREE "double free of"
#define INVALID_FREE "invalid free of"
/* For an object that never was given out: its bit says free, no more. */
#define EITHER_FREE "(double|invalid) free of"
#define REALLOC_OF_FREED "realloc of freed"
#define REALLOC_OF_INVALID "realloc of"
#define USABLE_SIZE_OF_FREED "usable size of freed"
#define USABLE_SIZE_OF_INVALID "usable size of"
#define WRONG_SIZE "wrong size given to free of"
#define WRONG_ALIGNMENT "wrong alignment given to free of"

#define ANY_DETAIL "[^()]+"
#define SMALL_DETAIL "size class [0-9]+"
#define LARGE_DETAIL "large block"
#define NOT_OURS "not from this heap[^()]*"
#define INTERIOR_DETAIL "interior pointer[^()]*"
#define NEVER_DETAIL "(never allocated|unused end of a span)[^()]*"

struct misuse {
    const char *name;
    void (*act)(void);
    const char *kind;
    const char *detail;
};

/* Where a child leaves the address that it misuses next. */
static uintptr_t *culprit;

/* Announces that this pointer is about to be misused. */
static inline void *misused(void *p)
{
    *culprit = (uintptr_t)p;
    return opaque(p);
}

static inline void *misused_at(void *p, ptrdiff_t offset)
{
    return misused((void *)((uintptr_t)p + (uintptr_t)offset));
}

/* A block that the rest of the case may rely on. */
static inline void *block_of(size_t size)
{
    void *p = malloc(size);
    REQUIRE(p != NULL, "no memory for %zu bytes", size);
    memset(p, 0x5a, size);
    return p;
}

static inline void act_of(void *argument)
{
    ((const struct misuse *)argument)->act();
}

static inline int matches(const char *words, const char *pattern)
{
    regex_t compiled;
    REQUIRE(regcomp(&compiled, pattern, REG_EXTENDED | REG_NOSUB) == 0,
            "not a regular expression: %s", pattern);
    const int same = regexec(&compiled, words, 0, NULL, 0) == 0;
    regfree(&compiled);
    return same;
}

static inline const char *end_of(const struct outcome *seen)
{
    static char text[64];
    if (seen->hung) {
        return "it hung";
    }
    if (WIFSIGNALED(seen->status)) {
        snprintf(text, sizeof text, "signal %d", WTERMSIG(seen->status));
    } else {
        snprintf(text, sizeof text, "exit status %d",
                 WEXITSTATUS(seen->status));
    }
    return text;
}

/* What was said, with its line ends as bars. */
static inline const char *on_one_line(const struct outcome *seen)
{
    static char line[200];
    snprintf(line, sizeof line, "%s", seen->words);
    for (char *c = line; *c != '\0'; c++) {
        *c = *c == '\n' ? '|' : *c;
    }
    return line;
}

/* Whether the child said one line of the expected form and aborted. */
static inline int is_refused(const struct misuse *expected,
                             const struct outcome *seen)
{
    char pattern[512];
    snprintf(pattern, sizeof pattern, "^buddymalloc: %s 0x0*%lx \\((%s)\\)\n$",
             expected->kind, (unsigned long)*culprit, expected->detail);
    if (aborted(seen) && matches(seen->words, pattern)) {
        return 1;
    }
    say("%s: %s, said \"%s\", expected %s (%s)", expected->name, end_of(seen),
        on_one_line(seen), expected->kind, expected->detail);
    return 0;
}

static inline int run_misuses(const struct misuse *cases, size_t count)
{
    int refused = 0;
    culprit = (uintptr_t *)mmap(NULL, 4096, PROT_READ | PROT_WRITE,
                                MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    REQUIRE(culprit != MAP_FAILED, "no shared page");
    for (size_t i = 0; i < count; i++) {
        *culprit = 0;
        const struct outcome seen = observe(act_of, (void *)&cases[i], 20);
        refused += is_refused(&cases[i], &seen);
    }
    say("%d of %zu cases refused as expected", refused, count);
    return refused == (int)count ? 0 : 1;
}

#define RUN_MISUSES(cases) run_misuses(cases, sizeof(cases) / sizeof(cases)[0])

/* Runs a function in a thread of its own and waits for its end. */
static inline void in_a_thread(void *(*act)(void *), void *argument)
{
    pthread_t thread;
    REQUIRE(pthread_create(&thread, NULL, act, argument) == 0, "no thread");
    pthread_join(thread, NULL);
}

static inline void *free_it(void *p)
{
    free(p);
    return NULL;
}

#endif
