/* What the heap holds: counted by walking the headers when somebody asks, so
 * that the fast paths count nothing. */
#ifndef BUD_ENGINE_STATS_H
#define BUD_ENGINE_STATS_H

#include <stdint.h>

#include "engine/span.h"

/* The spans of one size class. */
struct bud_stats_class {
    uint64_t spans;
    uint64_t live_blocks;
    uint64_t free_blocks;
};

/* The heap at one moment. */
struct bud_stats {
    uint64_t live_bytes; /* of all live blocks, rounded to their class */
    uint64_t large_blocks;
    uint64_t large_bytes;
    uint64_t used_bytes;      /* of units in spans and large blocks */
    uint64_t peak_used_bytes; /* the most that has ever been */
    uint64_t idle_bytes;      /* free units that still hold pages */
    uint64_t committed_bytes;
    uint64_t reserved_bytes;
    uint64_t purged_bytes; /* given back to the kernel, in all */
    uint64_t system_calls;
    uint64_t regions;
    uint64_t spans_created; /* in all, so far */
    struct bud_stats_class classes[BUD_CLASS_COUNT];
};

/* Walks the heap under the central lock. Other threads allocate meanwhile
 * without it, so in a busy program the numbers are close, not exact. Objects
 * freed remotely count as free. O(units committed). */
void bud_stats_collect(struct bud_stats *stats);

/* Writes the table for people to a file descriptor. */
void bud_stats_print(int fd);

/* The same to standard error, as it was when the option `stats` was set. */
void bud_stats_print_at_exit(void);

#endif
