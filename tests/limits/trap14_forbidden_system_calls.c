/*
 * Under a seccomp filter that refuses every system call a sandbox is likely
 * to refuse, one by one and all at once, with EPERM and with ENOSYS, a
 * program starts and works, its threads too.
 */
#include <pthread.h>

#include "filter.h"

static const int unusual[] = {
    SYS_mremap,          SYS_madvise,      SYS_membarrier,
    SYS_getrandom,       SYS_mbind,        SYS_get_mempolicy,
    SYS_set_mempolicy,   SYS_getcpu,       SYS_prctl,
    SYS_sysinfo,         SYS_memfd_create, SYS_sched_getaffinity,
    SYS_sched_yield,     SYS_timer_create, SYS_timerfd_create,
    SYS_eventfd2,        SYS_userfaultfd,  SYS_process_madvise,
    SYS_pkey_alloc,      SYS_rseq,         SYS_nanosleep,
    SYS_clock_nanosleep, SYS_mincore,      SYS_mlock,
    SYS_perf_event_open, SYS_kcmp,         SYS_getrusage,
};
enum { UNUSUAL = sizeof unusual / sizeof *unusual };

/* glibc starts threads with clone3 and falls back for ENOSYS only. */
static const int new_calls[] = {SYS_clone3, SYS_rseq, SYS_membarrier,
                                SYS_getrandom, SYS_process_madvise};

static void *churn(void *with_large)
{
    struct dice dice = dice_of(3, 3);
    static __thread void *blocks[200];
    const size_t largest = with_large != NULL ? 2 * MIB : 50000;
    for (size_t i = 0; i < 10000; i++) {
        void **place = &blocks[roll_below(&dice, 200)];
        const size_t size = roll_size(&dice, largest);
        *place = realloc(*place, size);
        REQUIRE(*place != NULL, "no memory for %zu bytes", size);
        memset(*place, 1, size < 5000 ? size : 5000);
    }
    for (size_t i = 0; i < 200; i++) {
        free(blocks[i]);
    }
    return NULL;
}

static int work(int with_threads)
{
    churn((void *)1);
    for (int i = 0; i < 4 && with_threads; i++) {
        pthread_t thread;
        REQUIRE(pthread_create(&thread, NULL, churn, NULL) == 0, "no thread");
        pthread_join(thread, NULL);
    }
    char *zero = (char *)calloc(1, 3 * MIB);
    EXPECT(first_not_zero(zero, 3 * MIB) == 3 * MIB, "calloc is not zero");
    free(zero);
    return verdict();
}

struct filtered {
    const int *calls;
    size_t count;
    unsigned error;
    const char *mode;
};

static void start_filtered(void *argument)
{
    const struct filtered *filtered = (const struct filtered *)argument;
    if (!forbid(filtered->calls, filtered->count, filtered->error)) {
        _exit(TRAP_SKIPPED);
    }
    start_again(filtered->mode);
}

static void check(const struct filtered *filtered, const char *name)
{
    const struct outcome seen = observe(start_filtered, (void *)filtered, 30);
    if (WIFEXITED(seen.status) && WEXITSTATUS(seen.status) == TRAP_SKIPPED) {
        SKIP("this kernel has no seccomp filters");
    }
    EXPECT(ended_well(&seen), "%s, error %u: wait status %d%s, said \"%s\"",
           name, filtered->error, seen.status, seen.hung ? ", hung" : "",
           seen.words);
}

int main(int count, char **arguments)
{
    if (count > 1) {
        return work(arguments[1][0] == 't');
    }
    for (size_t i = 0; i < UNUSUAL; i++) {
        char name[32];
        snprintf(name, sizeof name, "call %d alone", unusual[i]);
        check(&(struct filtered){&unusual[i], 1, EPERM, "threads"}, name);
    }
    check(&(struct filtered){unusual, UNUSUAL, EPERM, "threads"}, "all");
    check(&(struct filtered){unusual, UNUSUAL, ENOSYS, "threads"}, "all");
    check(&(struct filtered){new_calls, 5, ENOSYS, "threads"}, "new calls");
    check(&(struct filtered){new_calls, 5, EPERM, "alone"}, "new calls");
    return verdict();
}
