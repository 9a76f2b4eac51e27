/*
 * Threads exchange blocks while another forks again and again: the child
 * finds every block of the table whole, frees it, allocates, and churns in
 * threads of its own.
 */
#include "stress.h"

enum { THREADS = 6, PLACES = 1000 };

static struct parcel *places[PLACES];

static void exchange_once(struct dice *dice)
{
    struct parcel **place = &places[roll_below(dice, PLACES)];
    struct parcel *mine = pack(dice, roll_size(dice, 60000));
    unpack(__atomic_exchange_n(place, mine, __ATOMIC_ACQ_REL));
}

static void *churn_in_child(void *seed)
{
    struct dice dice = dice_of((uint64_t)(uintptr_t)seed, 5);
    for (int i = 0; i < 500; i++) {
        exchange_once(&dice);
    }
    return NULL;
}

static void live_as_child(struct dice *dice)
{
    pthread_t threads[2];
    for (size_t i = 0; i < PLACES; i += 2) {
        unpack(__atomic_exchange_n(&places[i], NULL, __ATOMIC_ACQ_REL));
    }
    for (int i = 0; i < 2; i++) {
        REQUIRE(pthread_create(&threads[i], NULL, churn_in_child,
                               (void *)(uintptr_t)roll(dice)) == 0,
                "no thread in a child");
    }
    for (int i = 0; i < 2; i++) {
        pthread_join(threads[i], NULL);
    }
    _exit(verdict());
}

static void fork_or_exchange(struct dice *dice, size_t number)
{
    while (stress_goes_on()) {
        if (number > 0) {
            for (int i = 0; i < 200; i++) {
                exchange_once(dice);
            }
            continue;
        }
        const pid_t child = fork();
        REQUIRE(child >= 0, "no fork");
        if (child == 0) {
            live_as_child(dice);
        }
        REQUIRE(child_ends_well(child, 30), "a child hangs or fails");
    }
}

int main(void)
{
    begin_stress();
    stress(THREADS, fork_or_exchange);
    for (size_t i = 0; i < PLACES; i++) {
        unpack(places[i]);
    }
    return verdict();
}
