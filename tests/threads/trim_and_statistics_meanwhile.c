/*
 * Threads churn while others call malloc_trim, mallinfo2 and
 * malloc_info, and pauses let the purge run: blocks keep their contents.
 */
#include <malloc.h>

#include "stress.h"

enum { THREADS = 6, LIVE = 500 };

static void ask(void)
{
    static char text[1 << 18];
    static const char *const nowhere = "/dev/null";
    malloc_trim(0);
    const struct mallinfo2 info = mallinfo2();
    EXPECT(info.uordblks < (size_t)1 << 40, "%zu bytes in use", info.uordblks);
    EXPECT(info.fordblks < (size_t)1 << 40, "%zu bytes free", info.fordblks);
    EXPECT(info.arena < (size_t)1 << 40, "%zu bytes of spans", info.arena);
    FILE *file = fopen(nowhere, "w");
    setbuffer(file, text, sizeof text);
    EXPECT(malloc_info(0, file) == 0, "malloc_info fails");
    fclose(file);
    sleep_ms(1);
}

static void churn_or_ask(struct dice *dice, size_t number)
{
    static __thread struct parcel *live[LIVE];
    while (stress_goes_on()) {
        if (number == 0) {
            ask();
            continue;
        }
        for (int i = 0; i < 300; i++) {
            struct parcel **place = &live[roll_below(dice, LIVE)];
            unpack(*place);
            *place = pack(dice, roll_size(dice, 200000));
        }
        for (int i = 0; i < LIVE && roll_below(dice, 50) == 0; i++) {
            unpack(live[i]);
            live[i] = NULL;
        }
    }
    for (int i = 0; i < LIVE; i++) {
        unpack(live[i]);
    }
}

int main(void)
{
    begin_stress();
    stress(THREADS, churn_or_ask);
    return verdict();
}
