/* The list of options: what is applied, what is named as wrong. */
#include "child.h"

#include <stdio.h>
#include <string.h>

#include "engine/audit.h"
#include "engine/misuse.h"
#include "engine/options.h"
#include "engine/purge.h"

static void apply(void *list)
{
    bud_options_apply(list);
}

/* What the list makes the library say. */
static struct outcome words_of(const char *list)
{
    char copy[200];

    snprintf(copy, sizeof copy, "%s", list);
    const struct outcome seen = child_observe(apply, copy);
    EXPECT_EQUAL(seen.status, 0);
    return seen;
}

static void expect_words(const char *list, const char *words)
{
    const struct outcome seen = words_of(list);

    if (strcmp(seen.words, words) != 0) {
        fprintf(stderr, "%s: \"%s\"\n", list, seen.words);
    }
    EXPECT(strcmp(seen.words, words) == 0);
}

static void every_option_is_applied(void)
{
    EXPECT(!bud_audit_is_on);
    bud_options_apply("stats:1,check:1,foreign:ignore,purge_ms:250");
    EXPECT(bud_options.stats);
    EXPECT(bud_audit_is_on);
    EXPECT(bud_misuse_ignores_foreign);
    EXPECT_EQUAL(bud_purge_tick_ms, 250);
    bud_options_apply("stats:0,check:0,foreign:abort,purge_ms:0");
    EXPECT(!bud_options.stats);
    EXPECT(!bud_audit_is_on);
    EXPECT(!bud_misuse_ignores_foreign);
    EXPECT_EQUAL(bud_purge_tick_ms, 0);
}

static void a_bare_key_means_yes(void)
{
    bud_options_apply("stats,check");
    EXPECT(bud_options.stats);
    EXPECT(bud_audit_is_on);
    bud_options_apply("stats:0");
    bud_options_apply("stats:");
    EXPECT(bud_options.stats);
}

static void an_empty_list_and_empty_parts_say_nothing(void)
{
    expect_words("", "");
    expect_words(",", "");
    expect_words(",,stats,,", "");
    bud_options_apply(",,stats,,");
    EXPECT(bud_options.stats);
}

static void an_unknown_key_is_named_and_the_rest_applied(void)
{
    expect_words("color:red",
                 "buddymalloc: option 'color:red' is unknown and ignored; "
                 "BUDDYMALLOC=help lists the options\n");
    expect_words("stat", "buddymalloc: option 'stat' is unknown and ignored; "
                         "BUDDYMALLOC=help lists the options\n");
    expect_words(":", "buddymalloc: option ':' is unknown and ignored; "
                      "BUDDYMALLOC=help lists the options\n");
    bud_options_apply("nothing,purge_ms:77,statss,stats");
    EXPECT_EQUAL(bud_purge_tick_ms, 77);
    EXPECT(bud_options.stats);
}

static void a_wrong_value_is_named_with_the_right_ones(void)
{
    expect_words("stats:2", "buddymalloc: option 'stats:2' is ignored; its "
                            "value is 0 or 1\n");
    expect_words("check:yes", "buddymalloc: option 'check:yes' is ignored; its "
                              "value is 0 or 1\n");
    expect_words("foreign:maybe", "buddymalloc: option 'foreign:maybe' is "
                                  "ignored; its value is abort or ignore\n");
    expect_words("foreign", "buddymalloc: option 'foreign' is ignored; its "
                            "value is abort or ignore\n");
    expect_words("help:me", "buddymalloc: option 'help:me' is ignored; its "
                            "value is left out\n");
}

static void a_wrong_value_leaves_the_option_as_it_was(void)
{
    static const char *const wrong[] = {
        "purge_ms:",        "purge_ms",          "purge_ms:-1",
        "purge_ms:12x",     "purge_ms:1 ",       "purge_ms:9999999999999999",
        "purge_ms:1000001", "purge_ms:99999999",
    };
    const uint64_t before = bud_purge_tick_ms;

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const struct outcome seen = words_of(wrong[i]);
        EXPECT(strstr(seen.words, "a number up to 1000000") != NULL);
        bud_options_apply(wrong[i]);
        EXPECT_EQUAL(bud_purge_tick_ms, before);
    }
    bud_options_apply("foreign:ignore,foreign:maybe");
    EXPECT(bud_misuse_ignores_foreign);
    bud_options_apply("purge_ms:1000000");
    EXPECT_EQUAL(bud_purge_tick_ms, 1000000);
}

static void help_lists_every_option(void)
{
    const struct outcome seen = words_of("help");

    EXPECT(strstr(seen.words, "BUDDYMALLOC=help  ") == seen.words);
    EXPECT(strstr(seen.words, "BUDDYMALLOC=stats:VALUE  ") != NULL);
    EXPECT(strstr(seen.words, "BUDDYMALLOC=check:VALUE  ") != NULL);
    EXPECT(strstr(seen.words, "BUDDYMALLOC=foreign:VALUE  ") != NULL);
    EXPECT(strstr(seen.words, "BUDDYMALLOC=purge_ms:VALUE  ") != NULL);
    EXPECT(strstr(seen.words, "(abort or ignore)\n") != NULL);
}

static void a_long_option_is_cut_in_the_message_only(void)
{
    char list[200];

    memset(list, 'x', sizeof list);
    strcpy(list + 150, ",stats");
    const struct outcome seen = words_of(list);
    EXPECT(strstr(seen.words, "xxxx' is unknown") != NULL);
    EXPECT(strlen(seen.words) < 200);
    bud_options_apply(list);
    EXPECT(bud_options.stats);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(every_option_is_applied),
        TEST(a_bare_key_means_yes),
        TEST(an_empty_list_and_empty_parts_say_nothing),
        TEST(an_unknown_key_is_named_and_the_rest_applied),
        TEST(a_wrong_value_is_named_with_the_right_ones),
        TEST(a_wrong_value_leaves_the_option_as_it_was),
        TEST(help_lists_every_option),
        TEST(a_long_option_is_cut_in_the_message_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
