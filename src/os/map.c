#include <errno.h>
#include <linux/mman.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>

#include "os/os.h"
#include "os/syscall.h"

#ifndef MREMAP_DONTUNMAP
#define MREMAP_DONTUNMAP 4
#endif

enum { PRIVATE = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE };

static const uintptr_t NO_FILE = (uintptr_t)-1;

/* The kernel returns errors as the last page of the address range. */
static bool is_error(long result)
{
    return (unsigned long)result > -4096ul;
}

size_t bud_os_page_bytes(void)
{
    return (size_t)getauxval(AT_PAGESZ);
}

void *bud_os_reserve(size_t bytes)
{
    const long at =
        bud_syscall(SYS_mmap, 0, bytes, PROT_NONE, PRIVATE, NO_FILE, 0);
    if (is_error(at)) {
        return NULL;
    }
    /* The kernel leaves inaccessible pages out of a core dump; gdb does not
     * unless it is told. */
    bud_syscall(SYS_madvise, (uintptr_t)at, bytes, MADV_DONTDUMP, 0, 0, 0);
    return (void *)at;
}

bool bud_os_commit(void *start, size_t bytes)
{
    if (bud_syscall(SYS_mprotect, (uintptr_t)start, bytes,
                    PROT_READ | PROT_WRITE, 0, 0, 0) != 0) {
        return false;
    }
    bud_syscall(SYS_madvise, (uintptr_t)start, bytes, MADV_DODUMP, 0, 0, 0);
    return true;
}

bool bud_os_purge(void *start, size_t bytes)
{
    return bud_syscall(SYS_madvise, (uintptr_t)start, bytes, MADV_DONTNEED, 0,
                       0, 0) == 0;
}

enum bud_os_moved bud_os_move(void *to, void *from, size_t bytes)
{
    const uintptr_t flags = MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP;
    const long result = bud_syscall(SYS_mremap, (uintptr_t)from, bytes, bytes,
                                    flags, (uintptr_t)to, 0);

    if (!is_error(result)) {
        return BUD_OS_MOVED;
    }
    /* With these two the kernel may have unmapped the target before it found
     * that it could not move: before Linux 6.17, a source of more than one
     * mapping. With others it has not begun. */
    if ((result == -EFAULT || result == -ENOMEM) && !bud_os_renew(to, bytes)) {
        return BUD_OS_TARGET_LOST;
    }
    return BUD_OS_NOT_MOVED;
}

bool bud_os_renew(void *start, size_t bytes)
{
    if (is_error(bud_syscall(SYS_mmap, (uintptr_t)start, bytes,
                             PROT_READ | PROT_WRITE, PRIVATE | MAP_FIXED,
                             NO_FILE, 0))) {
        return false;
    }
    /* Mappings merge only when they are alike. */
    bud_os_keep_small_pages(start, bytes);
    return true;
}

void bud_os_keep_small_pages(void *start, size_t bytes)
{
    bud_syscall(SYS_madvise, (uintptr_t)start, bytes, MADV_NOHUGEPAGE, 0, 0, 0);
}

void bud_os_unreserve(void *start, size_t bytes)
{
    bud_syscall(SYS_munmap, (uintptr_t)start, bytes, 0, 0, 0, 0);
}

uint64_t bud_os_address_limit(void)
{
    struct rlimit64 limit = {0};
    if (bud_syscall(SYS_prlimit64, 0, RLIMIT_AS, 0, (uintptr_t)&limit, 0, 0) !=
        0) {
        return UINT64_MAX;
    }
    return limit.rlim_cur;
}

uint64_t bud_os_clock_ms(void)
{
    struct timespec now = {0};
    bud_syscall(SYS_clock_gettime, CLOCK_MONOTONIC_COARSE, (uintptr_t)&now, 0,
                0, 0, 0);
    return (uint64_t)now.tv_sec * 1000u + (uint64_t)now.tv_nsec / 1000000u;
}
