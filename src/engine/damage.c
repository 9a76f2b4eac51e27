#include "engine/damage.h"

#include <stdlib.h>

#include "core/check.h"
#include "core/node.h"
#include "os/os.h"

static void begin(struct bud_line *line, const char *record, const void *place)
{
    bud_line_text(line, "buddymalloc: damaged ");
    bud_line_text(line, record);
    bud_line_text(line, " at ");
    bud_line_hex(line, (uintptr_t)place);
    bud_line_text(line, " (");
}

static void add(struct bud_line *line, const char *text, uint64_t number)
{
    bud_line_text(line, text);
    bud_line_decimal(line, number);
}

/* Not bud_line_abort: many programs close fd 2 before they exit. */
_Noreturn static void finish(struct bud_line *line)
{
    const int fd = bud_os_kept_stderr();

    bud_line_text(line, "; a watchpoint shows the stray write, unless it "
                        "is a bug of buddymalloc)");
    line->text[line->length++] = '\n';
    if (fd >= 0) {
        bud_os_write(fd, line->text, line->length);
    }
    abort();
}

_Noreturn void bud_damage_shape(const struct bud_region *region)
{
    struct bud_line line = {.length = 0};

    begin(&line, "tree", &region->tree);
    add(&line, "region ", (uint64_t)(region - bud_regions));
    add(&line, ": height ", region->tree.height);
    add(&line, " and ", region->tree.leaves);
    add(&line, " leaves for ", region->units);
    bud_line_text(&line, " units");
    finish(&line);
}

/* The first and the last unit that a node speaks of. */
static void add_units(struct bud_line *line, const struct bud_tree *tree,
                      uint32_t node)
{
    uint32_t order = 0;

    while (node < bud_node_of(tree, 0, order)) {
        order++;
    }
    const uint32_t first = bud_node_offset(tree, node, order);
    add(line, " of units ", first);
    add(line, " to ", first + bud_node_units(order) - 1u);
}

_Noreturn void bud_damage_node(const struct bud_region *region, uint32_t node,
                               uint32_t fault)
{
    const uint8_t *const bytes = region->tree.node;
    struct bud_line line = {.length = 0};

    begin(&line, "tree", &bytes[node]);
    add(&line, "region ", (uint64_t)(region - bud_regions));
    add(&line, ", node ", node);
    add_units(&line, &region->tree, node);
    add(&line, " says ", bytes[node]);
    if (fault == BUD_CHECK_RANGE) {
        bud_line_text(&line, ", more than its order + 1");
    } else {
        add(&line, ", its halves say ", bytes[bud_node_half(node, 0)]);
        add(&line, " and ", bytes[bud_node_half(node, 1)]);
    }
    finish(&line);
}

_Noreturn void bud_damage_span(const char *record,
                               const struct bud_region *region, uint32_t unit,
                               const void *place, const char *cause)
{
    struct bud_line line = {.length = 0};

    begin(&line, record, place);
    bud_line_text(&line, "span at ");
    bud_line_hex(&line, (uintptr_t)bud_region_address(region, unit));
    bud_line_text(&line, ": ");
    bud_line_text(&line, cause);
    finish(&line);
}

_Noreturn void bud_damage_count(const char *what, uint64_t said,
                                uint64_t counted)
{
    struct bud_line line = {.length = 0};

    bud_line_text(&line, "buddymalloc: damaged count of ");
    bud_line_text(&line, what);
    add(&line, " (says ", said);
    add(&line, ", there are ", counted);
    finish(&line);
}

_Noreturn void bud_damage_other(const char *record, const void *place,
                                const char *cause)
{
    struct bud_line line = {.length = 0};

    begin(&line, record, place);
    bud_line_text(&line, cause);
    finish(&line);
}
