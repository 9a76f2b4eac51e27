#include "door.h"

#include <errno.h>
#include <linux/mman.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/resource.h>
#include <time.h>

enum { NUMBERS = 512 };

/* Unless a test says otherwise a region has 1 GiB at most, so that looking at
 * all of its tree is cheap. */
#define ADDRESS_LIMIT_BYTES (UINT64_C(8) << 30)
#define MAP_MAX_BYTES ((size_t)2 << 30)

long __real_bud_syscall(long number, uintptr_t a, uintptr_t b, uintptr_t c,
                        uintptr_t d, uintptr_t e, uintptr_t f);
long __wrap_bud_syscall(long number, uintptr_t a, uintptr_t b, uintptr_t c,
                        uintptr_t d, uintptr_t e, uintptr_t f);

static _Atomic uint64_t count;
static _Atomic uint64_t count_of[NUMBERS];

static _Atomic uint64_t refuse_first, refuse_last;
static _Atomic int refuse_error;
static _Atomic long refused_number = -1;
static _Atomic int refused_number_error;
static _Atomic size_t map_max_bytes = MAP_MAX_BYTES;
static _Atomic size_t commit_max_bytes = SIZE_MAX;
static _Atomic size_t write_max_bytes = SIZE_MAX;
static _Atomic bool moves_are_refused_late;

static _Atomic size_t page_bytes; /* 0: the kernel's own */

static _Atomic long awaited_number = -1;
static void (*awaited_act)(void);

static _Atomic uint64_t address_limit_bytes = ADDRESS_LIMIT_BYTES;
static _Atomic uint64_t clock_ms;

void door_refuse(uint64_t first, uint64_t last, int error)
{
    count = 0;
    for (size_t i = 0; i < NUMBERS; i++) {
        count_of[i] = 0;
    }
    refuse_error = error;
    refuse_last = last;
    refuse_first = first;
}

void door_refuse_all_of(long number, int error)
{
    refused_number_error = error;
    refused_number = number;
}

void door_refuse_maps_above(size_t bytes)
{
    map_max_bytes = bytes;
}

void door_refuse_commits_above(size_t bytes)
{
    commit_max_bytes = bytes;
}

void door_shorten_writes(size_t bytes)
{
    write_max_bytes = bytes;
}

void door_refuse_moves_late(void)
{
    moves_are_refused_late = true;
}

void door_before_next(long number, void (*act)(void))
{
    awaited_act = act;
    awaited_number = number;
}

void door_set_page_bytes(size_t bytes)
{
    page_bytes = bytes;
}

void door_open(void)
{
    refuse_first = 0;
    refuse_last = 0;
    refused_number = -1;
    map_max_bytes = MAP_MAX_BYTES;
    commit_max_bytes = SIZE_MAX;
    write_max_bytes = SIZE_MAX;
    moves_are_refused_late = false;
}

void door_limit_address_space(uint64_t bytes)
{
    address_limit_bytes = bytes;
}

void door_set_clock_ms(uint64_t ms)
{
    clock_ms = ms;
}

uint64_t door_count(void)
{
    return count;
}

uint64_t door_count_of(long number)
{
    return count_of[number];
}

/* The error with which the call is to be refused, or 0. */
static int refusal(long number, size_t bytes)
{
    const uint64_t ordinal = ++count;

    ++count_of[number];
    if (number == refused_number) {
        return refused_number_error;
    }
    if ((number == SYS_mmap && bytes > map_max_bytes) ||
        (number == SYS_mprotect && bytes > commit_max_bytes)) {
        return ENOMEM;
    }
    return ordinal >= refuse_first && ordinal <= refuse_last ? refuse_error : 0;
}

static bool answer(long number, uintptr_t b, uintptr_t d)
{
    if (number == SYS_prlimit64) {
        ((struct rlimit64 *)d)->rlim_cur = address_limit_bytes;
        return true;
    }
    if (number == SYS_clock_gettime && clock_ms != 0) {
        *(struct timespec *)b = (struct timespec){
            .tv_sec = (time_t)(clock_ms / 1000),
            .tv_nsec = (long)(clock_ms % 1000) * 1000000,
        };
        return true;
    }
    return false;
}

/* ---- a kernel with larger pages ---- */

unsigned long __real_getauxval(unsigned long type);
unsigned long __wrap_getauxval(unsigned long type);

unsigned long __wrap_getauxval(unsigned long type)
{
    return type == AT_PAGESZ && page_bytes != 0 ? page_bytes
                                                : __real_getauxval(type);
}

static void expect_whole_pages(long number, uintptr_t start, uintptr_t bytes)
{
    const bool is_of_pages = number == SYS_mmap || number == SYS_munmap ||
                             number == SYS_mprotect || number == SYS_madvise ||
                             number == SYS_mremap;

    if (is_of_pages && (start % page_bytes != 0 || bytes % page_bytes != 0)) {
        fprintf(stderr, "call %ld of %#lx, %#lx bytes: no whole pages\n",
                number, (unsigned long)start, (unsigned long)bytes);
        abort();
    }
}

/* What lies before the first whole page stays mapped and unused. */
static long map_at_page(uintptr_t bytes, uintptr_t protection, uintptr_t flags)
{
    const long at = __real_bud_syscall(SYS_mmap, 0, bytes + page_bytes,
                                       protection, flags, (uintptr_t)-1, 0);

    return at < 0 ? at
                  : (long)(((uintptr_t)at + page_bytes - 1) / page_bytes *
                           page_bytes);
}

long __wrap_bud_syscall(long number, uintptr_t a, uintptr_t b, uintptr_t c,
                        uintptr_t d, uintptr_t e, uintptr_t f)
{
    if (number == awaited_number) {
        awaited_number = -1;
        awaited_act();
    }
    if (number == SYS_futex) {
        return __real_bud_syscall(number, a, b, c, d, e, f);
    }
    const int error = refusal(number, b);
    if (error != 0) {
        return -error;
    }
    if (answer(number, b, d)) {
        return 0;
    }
    if (number == SYS_mremap && moves_are_refused_late) {
        __real_bud_syscall(SYS_munmap, e, c, 0, 0, 0, 0);
        return -EFAULT;
    }
    if (page_bytes != 0) {
        expect_whole_pages(number, a, b);
        if (number == SYS_mmap && a == 0) {
            return map_at_page(b, c, d);
        }
    }
    if (number == SYS_write && c > write_max_bytes) {
        c = write_max_bytes;
    }
    return __real_bud_syscall(number, a, b, c, d, e, f);
}
