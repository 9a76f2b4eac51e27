/*
 * Eight threads exchange blocks through one table: anybody frees, and
 * resizes, what anybody made.
 */
#include "stress.h"

enum { THREADS = 8, PLACES = 4096 };

static struct parcel *places[PLACES];

static struct parcel *resize(struct dice *dice, struct parcel *parcel)
{
    check_parcel(parcel);
    const size_t size = roll_size(dice, 100000) + sizeof *parcel;
    parcel = (struct parcel *)realloc(parcel, size);
    REQUIRE(parcel != NULL, "no memory");
    parcel->size = size;
    fill_ends(parcel);
    return parcel;
}

static void exchange(struct dice *dice, size_t number)
{
    (void)number;
    while (stress_goes_on()) {
        for (int i = 0; i < 500; i++) {
            struct parcel **place = &places[roll_below(dice, PLACES)];
            struct parcel *mine =
                __atomic_exchange_n(place, NULL, __ATOMIC_ACQ_REL);
            if (mine != NULL && roll_below(dice, 5) == 0) {
                mine = resize(dice, mine);
            } else {
                unpack(mine);
                mine = pack(dice, roll_size(dice, 100000));
            }
            unpack(__atomic_exchange_n(place, mine, __ATOMIC_ACQ_REL));
        }
    }
}

int main(void)
{
    begin_stress();
    stress(THREADS, exchange);
    for (size_t i = 0; i < PLACES; i++) {
        unpack(places[i]);
    }
    return verdict();
}
