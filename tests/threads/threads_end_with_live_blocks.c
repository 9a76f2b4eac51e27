/*
 * Short threads leave blocks behind in a table; others free them while the
 * makers end, and new threads take over the rest of their spans: what is
 * live never exceeds 15 MB, and what is resident stays in proportion.
 */
#include "stress.h"

enum { KEEPERS = 4, PLACES = 2000, AT_ONCE = 4 };

static struct parcel *places[PLACES];

static void put_somewhere(struct dice *dice, struct parcel *parcel)
{
    struct parcel **place = &places[roll_below(dice, PLACES)];
    unpack(__atomic_exchange_n(place, parcel, __ATOMIC_ACQ_REL));
}

static void *live_shortly(void *seed)
{
    struct dice dice = dice_of((uint64_t)(uintptr_t)seed, 77);
    struct parcel *own[40];
    for (int i = 0; i < 40; i++) {
        own[i] = pack(&dice, roll_size(&dice, 60000));
    }
    for (int i = 0; i < 40; i++) {
        put_somewhere(&dice, pack(&dice, roll_size(&dice, 60000)));
        unpack(own[i]);
    }
    return NULL;
}

static void keep_starting(struct dice *dice, size_t number)
{
    (void)number;
    while (stress_goes_on()) {
        pthread_t threads[AT_ONCE];
        for (int i = 0; i < AT_ONCE; i++) {
            REQUIRE(pthread_create(&threads[i], NULL, live_shortly,
                                   (void *)(uintptr_t)roll(dice)) == 0,
                    "no thread");
        }
        for (int i = 0; i < 100; i++) {
            put_somewhere(dice, NULL);
        }
        for (int i = 0; i < AT_ONCE; i++) {
            pthread_join(threads[i], NULL);
        }
    }
}

int main(void)
{
    begin_stress();
    stress(KEEPERS, keep_starting);
    for (size_t i = 0; i < PLACES; i++) {
        unpack(places[i]);
    }
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    EXPECT(usage.ru_maxrss < 200 * 1024, "%ld MiB at the peak",
           usage.ru_maxrss / 1024);
    return verdict();
}
