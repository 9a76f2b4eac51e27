#include "engine/stats.h"

#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "engine/central.h"
#include "engine/large.h"
#include "engine/purge.h"
#include "engine/region.h"
#include "os/os.h"

/* The header as it is now: who makes a span writes it without the lock, the
 * bitmap last. */
static uint32_t objects_of(const struct bud_span *span)
{
    return *(const volatile uint32_t *)&span->objects;
}

static uint64_t free_objects(const struct bud_span *span, uint32_t objects)
{
    const struct bud_span_remote *const remote = bud_span_remote(span);
    const uint32_t words = objects > 0 ? bud_slab_words(objects) : 0;
    uint64_t count = 0;

    for (uint32_t word = 0; word < words; word++) {
        const uint64_t freed =
            atomic_load_explicit(&remote->words[word], memory_order_relaxed);
        /* Past the last object there may be bits of the span before. */
        count += (uint64_t)__builtin_popcountll(
            bud_bits_common(bud_bits_union(span->bits[word], freed),
                            bud_slab_full_word(objects, word)));
    }
    return count;
}

static void count_span(struct bud_stats *stats, const struct bud_span *span)
{
    if (span->kind == BUD_SPAN_LARGE) {
        /* Once: its holder may be changing it. */
        const uint64_t bytes = bud_large_bytes(span);
        stats->large_blocks++;
        stats->large_bytes += bytes;
        stats->live_bytes += bytes;
        return;
    }
    struct bud_stats_class *const class = &stats->classes[span->class];
    const uint32_t objects = objects_of(span);
    const uint64_t free = free_objects(span, objects);
    class->spans++;
    class->free_blocks += free;
    class->live_blocks += objects - free;
    stats->live_bytes += (objects - free) * span->size_bytes;
}

static void count_region(struct bud_stats *stats,
                         const struct bud_region *region)
{
    stats->regions++;
    stats->reserved_bytes += region->bytes;
    stats->committed_bytes += bud_units_to_bytes(region->committed_units);
    for (uint32_t unit = 0; unit < region->committed_units; unit++) {
        const struct bud_span *const span = &region->spans[unit];
        if (span->kind == BUD_SPAN_SMALL || span->kind == BUD_SPAN_LARGE) {
            count_span(stats, span);
        }
    }
}

void bud_stats_collect(struct bud_stats *stats)
{
    memset(stats, 0, sizeof *stats);
    if (!bud_central_enter()) {
        return;
    }
    for (uint32_t i = 0; i < bud_region_count_locked(); i++) {
        count_region(stats, &bud_regions[i]);
    }
    stats->used_bytes = bud_units_to_bytes(bud_region_used_units_locked());
    stats->peak_used_bytes = bud_units_to_bytes(bud_region_peak_units_locked());
    stats->idle_bytes = bud_units_to_bytes(bud_region_idle_units_locked());
    stats->purged_bytes = bud_purge_total_bytes();
    stats->system_calls = bud_os_calls();
    stats->spans_created = bud_span_created_count();
    bud_central_leave();
}

/* ---- the table ---- */

/* One write for all of it, so that the tables of processes that share their
 * standard error do not mix. */
struct table {
    char text[8192];
    size_t length;
};

static void add_line(struct table *table, struct bud_line *line)
{
    for (size_t i = 0; i < line->length; i++) {
        if (table->length < sizeof table->text - 1) {
            table->text[table->length++] = line->text[i];
        }
    }
    table->text[table->length++] = '\n';
}

static void column(struct bud_line *line, uint64_t number, size_t end)
{
    struct bud_line digits = {.length = 0};

    bud_line_decimal(&digits, number);
    digits.text[digits.length] = '\0';
    while (line->length + digits.length < end) {
        bud_line_text(line, " ");
    }
    bud_line_text(line, digits.text);
}

static void add_figure(struct table *table, const char *name, uint64_t number)
{
    struct bud_line line = {.length = 0};

    bud_line_text(&line, name);
    column(&line, number, 36);
    add_line(table, &line);
}

static void add_class(struct table *table, uint32_t class,
                      const struct bud_stats_class *stats)
{
    struct bud_line line = {.length = 0};

    if (stats->spans == 0) {
        return;
    }
    column(&line, bud_size_class_bytes(class), 12);
    column(&line, stats->spans, 24);
    column(&line, stats->live_blocks, 36);
    column(&line, stats->free_blocks, 48);
    add_line(table, &line);
}

static void add_title(struct table *table)
{
    struct bud_line line = {.length = 0};

    bud_line_text(&line, "buddymalloc statistics (pid ");
    bud_line_decimal(&line, (uint64_t)getpid());
    bud_line_text(&line, ")");
    add_line(table, &line);
}

static void add_figures(struct table *table, const struct bud_stats *stats)
{
    add_figure(table, "live bytes", stats->live_bytes);
    add_figure(table, "large blocks", stats->large_blocks);
    add_figure(table, "large bytes", stats->large_bytes);
    add_figure(table, "used bytes", stats->used_bytes);
    add_figure(table, "peak used bytes", stats->peak_used_bytes);
    add_figure(table, "idle bytes", stats->idle_bytes);
    add_figure(table, "committed bytes", stats->committed_bytes);
    add_figure(table, "reserved bytes", stats->reserved_bytes);
    add_figure(table, "purged bytes", stats->purged_bytes);
    add_figure(table, "allocated spans", stats->spans_created);
    add_figure(table, "system calls", stats->system_calls);
}

void bud_stats_print(int fd)
{
    struct bud_stats stats;
    struct table table = {.length = 0};
    struct bud_line heading = {.length = 0};

    bud_stats_collect(&stats);
    add_title(&table);
    add_figures(&table, &stats);
    bud_line_text(&heading, "  class bytes     spans live blocks free blocks");
    add_line(&table, &heading);
    for (uint32_t class = 0; class < BUD_CLASS_COUNT; class++) {
        add_class(&table, class, &stats.classes[class]);
    }
    bud_os_write(fd, table.text, table.length);
}

void bud_stats_print_at_exit(void)
{
    const int fd = bud_os_kept_stderr();

    if (fd >= 0) {
        bud_stats_print(fd);
    }
}
