/*
 * A handler that allocates, for a timer and for SIGUSR1 from another thread,
 * interrupts malloc itself thousands of times.  POSIX leaves that undefined;
 * here the program must not hang: it ends, or is aborted with a message.
 */
#include <pthread.h>
#include <sys/time.h>

#include "trap.h"

static int signals;
static int ending;

static void handler(int signal)
{
    static const size_t sizes[] = {10, 100, 1000, 40, 50000, 24, 300000};
    void *blocks[7];
    (void)signal;
    for (int i = 0; i < 7; i++) {
        blocks[i] = malloc(sizes[i]);
        if (blocks[i] != NULL) {
            memset(blocks[i], i, sizes[i] < 1000 ? sizes[i] : 1000);
        }
    }
    for (int i = 0; i < 7; i++) {
        free(blocks[i]);
    }
    __atomic_add_fetch(&signals, 1, __ATOMIC_RELAXED);
}

static void *interrupt(void *victim)
{
    while (!__atomic_load_n(&ending, __ATOMIC_RELAXED)) {
        pthread_kill(*(pthread_t *)victim, SIGUSR1);
        sleep_ms(0);
    }
    return NULL;
}

static void churn(void *unused)
{
    (void)unused;
    static void *blocks[500];
    struct dice dice = dice_of(1, 1);
    const struct itimerval often = {{0, 200}, {0, 200}};
    pthread_t self = pthread_self();
    pthread_t other;
    signal(SIGALRM, handler);
    signal(SIGUSR1, handler);
    setitimer(ITIMER_REAL, &often, NULL);
    pthread_create(&other, NULL, interrupt, &self);
    const double until = seconds_now() + 3;
    while (seconds_now() < until) {
        for (int i = 0; i < 1000; i++) {
            void **place = &blocks[roll_below(&dice, 500)];
            free(*place);
            *place = malloc(roll_size(&dice, 100000));
        }
    }
    const struct itimerval never = {0};
    setitimer(ITIMER_REAL, &never, NULL);
    __atomic_store_n(&ending, 1, __ATOMIC_RELAXED);
    pthread_join(other, NULL);
    EXPECT(signals > 100, "only %d signals came", signals);
}

static void crash_handler(int signal)
{
    (void)signal;
    char *p = (char *)malloc(1000);
    memset(p, 1, 1000);
    free(p);
    _exit(0);
}

static void crash(void *unused)
{
    (void)unused;
    signal(SIGSEGV, crash_handler);
    free(malloc(100));
    *(volatile int *)opaque(NULL) = 1;
}

int main(void)
{
    struct outcome seen = observe(churn, NULL, 30);
    EXPECT(!seen.hung, "it hangs");
    EXPECT(ended_well(&seen) || (aborted(&seen) && seen.words[0] != '\0'),
           "wait status %d, said \"%s\"", seen.status, seen.words);
    seen = observe(crash, NULL, 20);
    EXPECT(ended_well(&seen), "a crash handler: status %d%s", seen.status,
           seen.hung ? ", it hangs" : "");
    return verdict();
}
