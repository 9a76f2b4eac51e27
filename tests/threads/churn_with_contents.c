/*
 * Eight threads allocate, resize and free blocks of all sizes, each for
 * itself; every block still holds what it was filled with.
 */
#include "stress.h"

enum { THREADS = 8, LIVE = 1000 };

static void churn(struct dice *dice, size_t number)
{
    struct parcel *live[LIVE] = {0};
    (void)number;
    while (stress_goes_on()) {
        for (int i = 0; i < 500; i++) {
            struct parcel **place = &live[roll_below(dice, LIVE)];
            if (*place != NULL && roll_below(dice, 4) == 0) {
                check_parcel(*place);
                const size_t size =
                    roll_size(dice, 200000) + sizeof(struct parcel);
                *place = (struct parcel *)realloc(*place, size);
                REQUIRE(*place != NULL, "no memory");
                (*place)->size = size;
                fill_ends(*place);
            } else {
                unpack(*place);
                *place = pack(dice, roll_size(dice, 200000));
            }
        }
    }
    for (int i = 0; i < LIVE; i++) {
        unpack(live[i]);
    }
}

int main(void)
{
    begin_stress();
    stress(THREADS, churn);
    return verdict();
}
