/* What is said, and then done, when the heap's own records cannot be right:
 * one line that names the record, its address and what is wrong with it, to
 * the standard error that the option `check` kept, then abort. */
#ifndef BUD_ENGINE_DAMAGE_H
#define BUD_ENGINE_DAMAGE_H

#include <stdint.h>

#include "engine/region.h"
#include "engine/span.h"

/* A tree has no height that fits its size. */
_Noreturn void bud_damage_shape(const struct bud_region *region);

/* A node of a tree is wrong; `fault` as bud_check_node says. */
_Noreturn void bud_damage_node(const struct bud_region *region, uint32_t node,
                               uint32_t fault);

/* Some `record` ("header", "bitmap", "list") of the span in `unit`, or what
 * should be its header, is wrong: at `place`, because `cause`. */
_Noreturn void bud_damage_span(const char *record,
                               const struct bud_region *region, uint32_t unit,
                               const void *place, const char *cause);

/* A figure of the heap is not what there is. */
_Noreturn void bud_damage_count(const char *what, uint64_t said,
                                uint64_t counted);

/* Some other record is wrong. */
_Noreturn void bud_damage_other(const char *record, const void *place,
                                const char *cause);

#endif
