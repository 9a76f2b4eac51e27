/*
 * Each of six threads allocates for its neighbour, which checks and frees:
 * every free is a remote one, and all owners are busy.
 */
#include "stress.h"

enum { THREADS = 6, QUEUE = 512 };

static struct parcel *queues[THREADS][QUEUE];

static void pass_on(struct dice *dice, size_t number)
{
    struct parcel **to = queues[(number + 1) % THREADS];
    struct parcel **from = queues[number];
    size_t put = 0;
    size_t taken = 0;
    while (stress_goes_on()) {
        for (int i = 0; i < 300; i++) {
            struct parcel **place = &to[put % QUEUE];
            if (__atomic_load_n(place, __ATOMIC_RELAXED) == NULL) {
                __atomic_store_n(place, pack(dice, roll_size(dice, 50000)),
                                 __ATOMIC_RELEASE);
                put++;
            }
            place = &from[taken % QUEUE];
            struct parcel *parcel =
                __atomic_exchange_n(place, NULL, __ATOMIC_ACQUIRE);
            taken += parcel != NULL;
            unpack(parcel);
        }
    }
}

int main(void)
{
    begin_stress();
    stress(THREADS, pass_on);
    for (size_t i = 0; i < THREADS * QUEUE; i++) {
        unpack(queues[i / QUEUE][i % QUEUE]);
    }
    return verdict();
}
