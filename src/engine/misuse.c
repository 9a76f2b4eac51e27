#include "engine/misuse.h"

#include <stdlib.h>
#include <string.h>

#include "core/address.h"
#include "engine/region.h"
#include "os/os.h"

bool bud_misuse_ignores_foreign;

static void begin(struct bud_line *line, const char *what, const void *address)
{
    bud_line_text(line, "buddymalloc: ");
    bud_line_text(line, what);
    bud_line_text(line, " ");
    bud_line_hex(line, (uintptr_t)address);
    bud_line_text(line, " (");
}

static void name_class(struct bud_line *line, const struct bud_span *span)
{
    bud_line_text(line, "size class ");
    bud_line_decimal(line, span->size_bytes);
}

_Noreturn static void finish(struct bud_line *line)
{
    bud_line_text(line, ")");
    bud_line_abort(line);
}

_Noreturn void bud_misuse_double_free(const struct bud_span *span,
                                      uint32_t index)
{
    struct bud_line line = {.length = 0};

    begin(&line, "double free of",
          (void *)bud_address_at(
              (uintptr_t)bud_span_start(span),
              bud_units_object_offset(index, span->size_bytes)));
    name_class(&line, span);
    finish(&line);
}

_Noreturn void bud_misuse_wrong_size(const void *address, size_t named_bytes,
                                     size_t usable_bytes)
{
    struct bud_line line = {.length = 0};

    begin(&line, "wrong size given to free of", address);
    bud_line_decimal(&line, named_bytes);
    bud_line_text(&line, " bytes named, the block has ");
    bud_line_decimal(&line, usable_bytes);
    finish(&line);
}

_Noreturn void bud_misuse_wrong_alignment(const void *address,
                                          size_t named_bytes)
{
    struct bud_line line = {.length = 0};

    begin(&line, "wrong alignment given to free of", address);
    bud_line_decimal(&line, named_bytes);
    bud_line_text(&line, " bytes named, which is no power of two");
    finish(&line);
}

_Noreturn void bud_misuse_cannot_throw(void)
{
    struct bud_line line = {.length = 0};

    bud_line_text(&line, "buddymalloc: out of memory in operator new, and no "
                         "C++ runtime to throw std::bad_alloc");
    bud_line_abort(&line);
}

/* "invalid free of" or "realloc of", before an address that never was the
 * start of a block; "double free of" or "realloc of freed" before one that
 * was. */
static void begin_invalid(struct bud_line *line, const char *verb,
                          const void *address, bool was_freed)
{
    bud_line_text(line, "buddymalloc: ");
    if (strcmp(verb, "free") == 0) {
        bud_line_text(line, was_freed ? "double free of " : "invalid free of ");
    } else {
        bud_line_text(line, verb);
        bud_line_text(line, was_freed ? " of freed " : " of ");
    }
    bud_line_hex(line, (uintptr_t)address);
    bud_line_text(line, " (");
}

_Noreturn static void invalid_in_small(const char *verb, const void *address,
                                       const struct bud_span *span)
{
    struct bud_line line = {.length = 0};
    const uint32_t offset = (uint32_t)bud_units_distance(
        (uintptr_t)bud_span_start(span), (uintptr_t)address);
    const uint32_t index = bud_size_class_index(offset, span->reciprocal);
    const uint64_t past = bud_units_distance(
        bud_units_object_offset(index, span->size_bytes), offset);

    begin_invalid(&line, verb, address, past == 0 && index < span->objects);
    if (index >= span->objects) {
        bud_line_text(&line, "unused end of a span, ");
    } else if (past != 0) {
        bud_line_text(&line, "interior pointer, ");
        bud_line_decimal(&line, past);
        bud_line_text(&line, " bytes into a block, ");
    }
    name_class(&line, span);
    finish(&line);
}

/* The large block whose units include `unit`, or NULL. */
static const struct bud_span *large_around(const struct bud_region *region,
                                           uint32_t unit)
{
    for (uint32_t first = unit;; first--) {
        const struct bud_span *const span = &region->spans[first];
        if (span->kind == BUD_SPAN_LARGE) {
            return unit - first < region->cold[first].units ? span : NULL;
        }
        if (first == 0 || span->kind == BUD_SPAN_SMALL ||
            span->kind == BUD_SPAN_PART) {
            return NULL;
        }
    }
}

_Noreturn static void invalid_elsewhere(const char *verb, const void *address,
                                        const struct bud_region *region,
                                        uint32_t unit)
{
    struct bud_line line = {.length = 0};
    const struct bud_span *const large = large_around(region, unit);

    if (large != NULL) {
        begin_invalid(&line, verb, address, false);
        bud_line_text(&line, "interior pointer, ");
        bud_line_decimal(&line,
                         bud_units_distance((uintptr_t)bud_span_start(large),
                                            (uintptr_t)address));
        bud_line_text(&line, " bytes into a large block");
        finish(&line);
    }
    if (region->spans[unit].kind != BUD_SPAN_FREED) {
        begin_invalid(&line, verb, address, false);
        bud_line_text(&line, "never allocated");
        finish(&line);
    }
    const bool was_large = region->cold[unit].large_bytes != 0;
    begin_invalid(&line, verb, address,
                  !was_large || address == bud_region_address(region, unit));
    bud_line_text(&line,
                  was_large ? "large block" : "all blocks around it are free");
    finish(&line);
}

static void invalid_foreign(const char *verb, const void *address)
{
    struct bud_line line = {.length = 0};

    begin_invalid(&line, verb, address, false);
    if (bud_region_reserves((uintptr_t)address)) {
        bud_line_text(&line, "never allocated");
        finish(&line);
    }
    if (bud_misuse_ignores_foreign) {
        return;
    }
    bud_line_text(&line, "not from this heap; if another allocator gave it "
                         "out, BUDDYMALLOC=foreign:ignore leaves it alone");
    finish(&line);
}

void bud_misuse_invalid(const char *verb, const void *address)
{
    const struct bud_region *const region = bud_region_of((uintptr_t)address);

    if (region == NULL) {
        invalid_foreign(verb, address);
        return;
    }
    const uint32_t unit =
        bud_units_of_offset(bud_region_offset(region, address));
    const struct bud_span *const span =
        &region->spans[unit - region->spans[unit].back];
    if (span->kind == BUD_SPAN_SMALL) {
        invalid_in_small(verb, address, span);
    }
    invalid_elsewhere(verb, address, region, unit);
}
