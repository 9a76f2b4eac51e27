/*
 * seconds: 120
 *
 * A service builds its new data set and then drops the old one, twenty times:
 * strings, nodes and arrays of changing sizes.  Memory does not grow from
 * round to round, and stays near what two data sets need.
 */
#include "trap.h"

enum { ROUNDS = 20, RECORDS = 250000 };

struct record {
    struct record *next;
    char *name;
    char *value;
    size_t value_size;
};

static size_t made;

static struct record *build(uint64_t round)
{
    struct dice dice = dice_of(round, 29);
    struct record *all = NULL;
    made = 0;
    for (size_t i = 0; i < RECORDS; i++) {
        struct record *record = (struct record *)malloc(sizeof *record);
        const size_t name = roll_below(&dice, 60) + 4;
        /* Later rounds have larger values, so that sizes do not repeat. */
        record->value_size = roll_below(&dice, 400 + round * 10) + 16;
        record->name = (char *)malloc(name);
        record->value = (char *)malloc(record->value_size / 2);
        memset(record->name, 1, name);
        record->value = (char *)realloc(record->value, record->value_size);
        fill(record->value, record->value_size, i);
        made += sizeof *record + name + record->value_size;
        record->next = all;
        all = record;
    }
    return all;
}

static void drop(struct record *all)
{
    for (size_t i = RECORDS; all != NULL;) {
        struct record *next = all->next;
        i--;
        EXPECT(first_damage(all->value, all->value_size, i) == all->value_size,
               "record %zu is damaged", i);
        free(all->name);
        free(all->value);
        free(all);
        all = next;
    }
}

int main(void)
{
    struct record *current = NULL;
    double early = 0;
    double late = 0;
    for (uint64_t round = 0; round < ROUNDS; round++) {
        struct record *fresh = build(round);
        /* Resident bytes by byte of one data set, at the peak. */
        const double now = (double)rss_bytes() / (double)made;
        drop(current);
        current = fresh;
        early = round >= 2 && round < 5 && now > early ? now : early;
        late = round >= 17 && now > late ? now : late;
    }
    drop(current);
    EXPECT(late < early * 1.15, "grows from %.2f to %.2f data sets", early,
           late);
    EXPECT(late < 2.8, "two data sets take %.2f", late);
    return verdict();
}
