#include "engine/stats.h"

#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "engine/central.h"
#include "engine/purge.h"
#include "engine/region.h"
#include "os/os.h"

static uint64_t free_objects(const struct bud_span *span)
{
    const struct bud_span_remote *const remote = bud_span_remote(span);
    const uint32_t words = bud_slab_words(span->objects);
    uint64_t count = 0;

    for (uint32_t word = 0; word < words; word++) {
        const uint64_t freed = atomic_load_explicit(&remote->words[word],
                                                    memory_order_relaxed);
        count += (uint64_t)__builtin_popcountll(span->bits[word] | freed);
    }
    return count;
}

static void count_span(struct bud_stats *stats, const struct bud_span *span)
{
    if (span->kind == BUD_SPAN_LARGE) {
        stats->large_blocks++;
        stats->large_bytes += bud_span_cold(span)->large_bytes;
        stats->live_bytes += bud_span_cold(span)->large_bytes;
        return;
    }
    struct bud_stats_class *const class = &stats->classes[span->class];
    const uint64_t free = free_objects(span);
    class->spans++;
    class->free_blocks += free;
    class->live_blocks += span->objects - free;
    stats->live_bytes += (span->objects - free) * span->size_bytes;
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
    for (uint32_t i = 0; i < bud_region_count; i++) {
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

static void print_figure(const char *name, uint64_t number)
{
    struct bud_line line = {.length = 0};

    bud_line_text(&line, name);
    column(&line, number, 36);
    bud_line_write(&line);
}

static void print_class(uint32_t class, const struct bud_stats_class *stats)
{
    struct bud_line line = {.length = 0};

    if (stats->spans == 0) {
        return;
    }
    column(&line, bud_size_class_bytes(class), 12);
    column(&line, stats->spans, 24);
    column(&line, stats->live_blocks, 36);
    column(&line, stats->free_blocks, 48);
    bud_line_write(&line);
}

void bud_stats_print(void)
{
    struct bud_stats stats;
    struct bud_line title = {.length = 0};
    struct bud_line heading = {.length = 0};

    bud_stats_collect(&stats);
    bud_line_text(&title, "buddymalloc statistics (pid ");
    bud_line_decimal(&title, (uint64_t)getpid());
    bud_line_text(&title, ")");
    bud_line_write(&title);
    print_figure("live bytes", stats.live_bytes);
    print_figure("large blocks", stats.large_blocks);
    print_figure("large bytes", stats.large_bytes);
    print_figure("used bytes", stats.used_bytes);
    print_figure("peak used bytes", stats.peak_used_bytes);
    print_figure("idle bytes", stats.idle_bytes);
    print_figure("committed bytes", stats.committed_bytes);
    print_figure("reserved bytes", stats.reserved_bytes);
    print_figure("purged bytes", stats.purged_bytes);
    print_figure("allocated spans", stats.spans_created);
    print_figure("system calls", stats.system_calls);
    bud_line_text(&heading, "  class bytes     spans live blocks free blocks");
    bud_line_write(&heading);
    for (uint32_t class = 0; class < BUD_CLASS_COUNT; class++) {
        print_class(class, &stats.classes[class]);
    }
}
