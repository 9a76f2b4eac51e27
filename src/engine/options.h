/* Options, from one environment variable: BUDDYMALLOC=key:value,key:value.
 * A bare key means key:1. */
#ifndef BUD_ENGINE_OPTIONS_H
#define BUD_ENGINE_OPTIONS_H

#include <stdbool.h>

/* Options that have no home in a module of the engine; the others are read
 * back where they act: audit.h, misuse.h, purge.h. */
struct bud_options {
    bool stats; /* print the statistics table when the process exits */
};

/* As set by bud_options_apply; read after that. */
extern struct bud_options bud_options;

/* Applies a list of options. What cannot be applied is named on fd 2, with the
 * remedy; the rest is applied. */
void bud_options_apply(const char *list);

#endif
