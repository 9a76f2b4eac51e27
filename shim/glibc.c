/* What glibc offers beyond the standards (malloc.h, stdlib.h), answered for
 * our heap. */
#include <errno.h>
#include <limits.h>
#include <malloc.h>
#include <stdio.h>
#include <unistd.h>

#include "engine/alloc.h"
#include "engine/purge.h"
#include "engine/stats.h"
#include "engine/trim.h"
#include "shim/export.h"
#include "shim/names.h"

BUD_PART(glibc, cxx);

BUD_EXPORT size_t malloc_usable_size(void *block)
{
    return bud_usable_bytes(block);
}

BUD_EXPORT void *valloc(size_t size)
{
    return bud_alloc_page(size, false);
}

/* The size is rounded up to whole pages. */
BUD_EXPORT void *pvalloc(size_t size)
{
    return bud_alloc_page(size, true);
}

/* Gives back all idle pages, whatever `pad` says: they are not the top of a
 * heap. Returns 1 when there were some. */
BUD_EXPORT int malloc_trim(size_t pad)
{
    (void)pad;
    return bud_trim() > 0;
}

/* There is nothing to tune this way; as glibc does, unknown parameters are
 * accepted. */
BUD_EXPORT int mallopt(int parameter, int value)
{
    (void)parameter;
    (void)value;
    return 1;
}

BUD_EXPORT void malloc_stats(void)
{
    bud_stats_print(STDERR_FILENO);
}

BUD_EXPORT struct mallinfo2 mallinfo2(void)
{
    struct bud_stats stats;
    struct mallinfo2 info = {0};

    bud_stats_collect(&stats);
    /* As in glibc, large blocks count apart from the rest. */
    info.arena = stats.used_bytes - stats.large_bytes;
    info.hblks = stats.large_blocks;
    info.hblkhd = stats.large_bytes;
    info.uordblks = stats.live_bytes - stats.large_bytes;
    info.fordblks = info.arena - info.uordblks;
    info.keepcost = stats.idle_bytes;
    for (uint32_t class = 0; class < BUD_CLASS_COUNT; class++) {
        info.ordblks += stats.classes[class].free_blocks;
    }
    return info;
}

BUD_EXPORT void *__libc_valloc(size_t size)
{
    return valloc(size);
}

BUD_EXPORT void *__libc_pvalloc(size_t size)
{
    return pvalloc(size);
}

BUD_EXPORT int __libc_mallopt(int parameter, int value)
{
    return mallopt(parameter, value);
}

static int clamp(size_t figure)
{
    return figure > INT_MAX ? INT_MAX : (int)figure;
}

/* mallinfo() has int fields; what does not fit is shown as INT_MAX. */
static struct mallinfo narrow(struct mallinfo2 wide)
{
    return (struct mallinfo){
        .arena = clamp(wide.arena),
        .ordblks = clamp(wide.ordblks),
        .hblks = clamp(wide.hblks),
        .hblkhd = clamp(wide.hblkhd),
        .uordblks = clamp(wide.uordblks),
        .fordblks = clamp(wide.fordblks),
        .keepcost = clamp(wide.keepcost),
    };
}

BUD_EXPORT struct mallinfo mallinfo(void)
{
    return narrow(mallinfo2());
}

BUD_EXPORT struct mallinfo __libc_mallinfo(void)
{
    return narrow(mallinfo2());
}

static void write_sizes(FILE *stream, const struct bud_stats *stats)
{
    fprintf(stream, "<sizes>\n");
    for (uint32_t class = 0; class < BUD_CLASS_COUNT; class++) {
        const struct bud_stats_class *const in = &stats->classes[class];
        if (in->spans > 0) {
            fprintf(stream,
                    "<size class=\"%u\" spans=\"%llu\" live=\"%llu\" "
                    "free=\"%llu\"/>\n",
                    bud_size_class_bytes(class), (unsigned long long)in->spans,
                    (unsigned long long)in->live_blocks,
                    (unsigned long long)in->free_blocks);
        }
    }
    fprintf(stream, "</sizes>\n");
}

/* The figures as XML, in glibc's outer form: its readers find <malloc> and
 * <system>. */
BUD_EXPORT int malloc_info(int options, FILE *stream)
{
    struct bud_stats stats;

    if (options != 0) {
        errno = EINVAL;
        return -1;
    }
    bud_stats_collect(&stats);
    fprintf(stream, "<malloc version=\"1\">\n");
    write_sizes(stream, &stats);
    fprintf(stream,
            "<total type=\"live\" size=\"%llu\"/>\n"
            "<total type=\"mmap\" count=\"%llu\" size=\"%llu\"/>\n"
            "<system type=\"current\" size=\"%llu\"/>\n"
            "<system type=\"max\" size=\"%llu\"/>\n</malloc>\n",
            (unsigned long long)stats.live_bytes,
            (unsigned long long)stats.large_blocks,
            (unsigned long long)stats.large_bytes,
            (unsigned long long)stats.used_bytes,
            (unsigned long long)stats.peak_used_bytes);
    return ferror(stream) ? -1 : 0;
}
