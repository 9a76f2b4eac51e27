#include "engine/options.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "engine/audit.h"
#include "engine/misuse.h"
#include "engine/purge.h"
#include "os/os.h"

struct bud_options bud_options;

static const uint64_t PURGE_MS_MAX = 1000000;

/* ---- values ---- */

static bool is_word(const char *text, size_t length, const char *word)
{
    return strlen(word) == length && memcmp(text, word, length) == 0;
}

static bool set_bool(bool *to, const char *value, size_t length)
{
    const bool yes = is_word(value, length, "1") || length == 0;

    if (!yes && !is_word(value, length, "0")) {
        return false;
    }
    *to = yes;
    return true;
}

static bool set_stats(const char *value, size_t length)
{
    if (!set_bool(&bud_options.stats, value, length)) {
        return false;
    }
    if (bud_options.stats) {
        bud_os_keep_stderr();
    }
    return true;
}

static bool set_check(const char *value, size_t length)
{
    if (!set_bool(&bud_audit_is_on, value, length)) {
        return false;
    }
    if (bud_audit_is_on) {
        bud_os_keep_stderr();
    }
    return true;
}

static bool set_foreign(const char *value, size_t length)
{
    const bool ignore = is_word(value, length, "ignore");

    if (!ignore && !is_word(value, length, "abort")) {
        return false;
    }
    bud_misuse_ignores_foreign = ignore;
    return true;
}

static bool set_purge_ms(const char *value, size_t length)
{
    uint64_t number = 0;

    for (size_t i = 0; i < length; i++) {
        if (value[i] < '0' || value[i] > '9') {
            return false;
        }
        number = number * 10u + (uint64_t)(value[i] - '0');
        if (number > PURGE_MS_MAX) {
            return false;
        }
    }
    if (length > 0) {
        bud_purge_tick_ms = number;
    }
    return length > 0;
}

static bool print_help(const char *value, size_t length);

/* ---- the table ---- */

static const struct option {
    const char *key;
    const char *values;
    const char *meaning;
    bool (*set)(const char *value, size_t length);
} options[] = {
    {"help", "", "list the options on standard error", print_help},
    {"stats", "0 or 1", "print a table of the heap at exit", set_stats},
    {"check", "0 or 1", "verify the heap's own records on and on and at exit",
     set_check},
    {"foreign", "abort or ignore",
     "what to do with a pointer that is not from this heap", set_foreign},
    {"purge_ms", "a number up to 1000000",
     "how long pages stay free before a later free gives them back",
     set_purge_ms},
};

enum { OPTION_COUNT = sizeof options / sizeof options[0] };

static bool print_help(const char *value, size_t length)
{
    (void)value;
    if (length != 0) {
        return false;
    }
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        struct bud_line line = {.length = 0};
        bud_line_text(&line, "BUDDYMALLOC=");
        bud_line_text(&line, options[i].key);
        bud_line_text(&line, *options[i].values != '\0' ? ":VALUE  " : "  ");
        bud_line_text(&line, options[i].meaning);
        if (*options[i].values != '\0') {
            bud_line_text(&line, " (");
            bud_line_text(&line, options[i].values);
            bud_line_text(&line, ")");
        }
        bud_line_write(&line);
    }
    return true;
}

/* ---- the list ---- */

static void add_part(struct bud_line *line, const char *text, size_t length)
{
    char part[64];

    length = length < sizeof part ? length : sizeof part - 1;
    memcpy(part, text, length);
    part[length] = '\0';
    bud_line_text(line, part);
}

static void complain(const char *text, size_t length,
                     const struct option *option)
{
    struct bud_line line = {.length = 0};

    bud_line_text(&line, "buddymalloc: option '");
    add_part(&line, text, length);
    if (option == NULL) {
        bud_line_text(&line, "' is unknown and ignored; BUDDYMALLOC=help "
                             "lists the options");
    } else {
        bud_line_text(&line, "' is ignored; its value is ");
        bud_line_text(&line,
                      *option->values != '\0' ? option->values : "left out");
    }
    bud_line_write(&line);
}

static void apply_one(const char *text, size_t length)
{
    const char *const colon = memchr(text, ':', length);
    const size_t key = colon != NULL ? (size_t)(colon - text) : length;
    const char *const value = colon != NULL ? colon + 1 : text + length;
    const size_t value_length = length - (size_t)(value - text);

    for (size_t i = 0; i < OPTION_COUNT; i++) {
        if (is_word(text, key, options[i].key)) {
            if (!options[i].set(value, value_length)) {
                complain(text, length, &options[i]);
            }
            return;
        }
    }
    complain(text, length, NULL);
}

void bud_options_apply(const char *list)
{
    while (*list != '\0') {
        const size_t length = strcspn(list, ",");
        if (length > 0) {
            apply_one(list, length);
        }
        list += length + (list[length] == ',');
    }
}
