/* Regions: the reserved address ranges and the buddy tree over each.
 *
 * The first region takes nearly every program's memory; more are reserved
 * when it is full or could only be small. A region is committed (given access
 * rights) from the bottom up, as far as the highest unit ever used, so that
 * what is reserved is charged to nobody.
 *
 * One bit per unit says that the unit is idle: free, but still holding pages
 * that a program wrote to. A free unit that is not idle has never been used
 * or has been purged: it reads as zero.
 *
 * Functions called _locked need the central lock. All cost O(log^2 units),
 * and those that touch the idle bits O(length of the run / 64) more. */
#ifndef BUD_ENGINE_REGION_H
#define BUD_ENGINE_REGION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/tree.h"
#include "core/units.h"
#include "engine/span.h"

#define BUD_REGIONS_MAX 64u

/* One reserved range of addresses and what is known about its units. */
struct bud_region {
    /* Written once, before any pointer into the region is handed out. */
    uintptr_t base; /* of unit 0, a multiple of the unit */
    uint64_t bytes; /* of all units */
    /* Below this offset units and table entries may be touched. Grows under
     * the central lock (release); who holds a pointer got it from one that
     * saw it large enough. */
    _Atomic uint64_t accessible_bytes;
    struct bud_span *spans;
    struct bud_span_cold *cold;
    struct bud_span_remote *remote;
    uint32_t units;
    void *reservation; /* what the tables and the units lie in */
    size_t reserved_bytes;

    /* Under the central lock. */
    uint32_t committed_units;
    uint32_t touched_units; /* no unit from here on has ever been used */
    uint32_t idle_units;
    struct bud_tree tree;
    uint64_t *idle; /* a bit per unit, see above */
    uint64_t *aged; /* idle since before the last tick of the purge */
};

/* A run of units, and the part of it that may not read as zero. */
struct bud_run {
    struct bud_region *region;
    uint32_t unit;
    uint32_t units;
    uint32_t dirty_unit;
    uint32_t dirty_units;
};

/* The first bud_region_count are in use. */
extern struct bud_region bud_regions[BUD_REGIONS_MAX];

/* Regions in use. Written under the central lock (release). */
extern _Atomic uint32_t bud_region_count;

/* The same for who holds the lock. */
uint32_t bud_region_count_locked(void);

/* The region in whose committed part `address` lies, or NULL. Any thread, no
 * lock. */
struct bud_region *bud_region_of(uintptr_t address);

/* Whether `address` is in what some region has reserved. */
bool bud_region_reserves(uintptr_t address);

/* Address of a unit. */
char *bud_region_address(const struct bud_region *region, uint32_t unit);

/* Takes a run of `units` from the first region that has one, reserving
 * another region if none has. Returns false when there is no memory; the
 * state is then as before. */
bool bud_region_take_locked(uint32_t units, struct bud_run *run);

/* Takes the `more` units that follow a run in use. Returns false, and changes
 * nothing, when they are not all free or cannot be committed. */
bool bud_region_extend_locked(struct bud_region *region, uint32_t end_unit,
                              uint32_t more, struct bud_run *run);

/* Gives back units in use; they are idle then, or clean if the caller knows
 * that they read as zero. */
void bud_region_give_locked(struct bud_region *region, uint32_t unit,
                            uint32_t units, bool clean);

/* Over all regions: units in use, the most there have been, units idle. */
uint64_t bud_region_used_units_locked(void);
uint64_t bud_region_peak_units_locked(void);
uint64_t bud_region_idle_units_locked(void);

/* Bytes from unit 0 of the region on to `address`: less than `bytes` exactly
 * when the address lies in the region. */
static inline uint64_t bud_region_offset(const struct bud_region *region,
                                         const void *address)
{
    return bud_units_distance(region->base, (uintptr_t)address);
}

#endif
