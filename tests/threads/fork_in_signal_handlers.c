/*
 * A timer's handler forks and returns, whatever it interrupts, while threads
 * work under the central lock all the time: often its thread waits for them.
 * Each child goes on where its parent was and allocates and frees.
 */
#include <sys/time.h>

#include "stress.h"

enum { THREADS = 2, FORKS = 150, ROUNDS_OF_CHILD = 50 };

static const size_t large = 128 * KIB;

static volatile sig_atomic_t forks;
static volatile sig_atomic_t is_child;

static int goes_on(void)
{
    return forks < FORKS && !is_child &&
           __atomic_load_n(&trap_failures, __ATOMIC_RELAXED) == 0;
}

static void fork_and_return(int signal)
{
    const int saved = errno;
    (void)signal;
    if (goes_on()) {
        const pid_t child = fork();
        REQUIRE(child >= 0, "no fork");
        is_child = child == 0;
        EXPECT(is_child || child_ends_well(child, 20),
               "child %d hangs or fails", (int)forks);
        forks = forks + 1;
    }
    errno = saved;
}

static void allocate_and_free(void)
{
    void *block = opaque(malloc(large));
    REQUIRE(block != NULL, "no memory");
    free(block);
}

static void *churn(void *unused)
{
    while (goes_on()) {
        allocate_and_free();
    }
    return unused;
}

static void set_timer(long us)
{
    const struct itimerval timer = {{0, us}, {0, us}};
    setitimer(ITIMER_REAL, &timer, NULL);
}

int main(void)
{
    pthread_t threads[THREADS];
    sigset_t alarms;
    sigemptyset(&alarms);
    sigaddset(&alarms, SIGALRM);
    sigprocmask(SIG_BLOCK, &alarms, NULL);
    for (int i = 0; i < THREADS; i++) {
        REQUIRE(pthread_create(&threads[i], NULL, churn, NULL) == 0,
                "no thread");
    }
    signal(SIGALRM, fork_and_return);
    sigprocmask(SIG_UNBLOCK, &alarms, NULL);
    set_timer(2000);
    churn(NULL);
    if (is_child) {
        for (int i = 0; i < ROUNDS_OF_CHILD; i++) {
            allocate_and_free();
        }
        _exit(verdict());
    }
    set_timer(0);
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    return verdict();
}
