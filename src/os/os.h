/* What the allocator asks of the kernel and of libc: the one door.
 *
 * Every memory call is a raw system call. Another preloaded library may
 * interpose open, mmap or pthread_mutex_lock and allocate inside them; a raw
 * call cannot come back to us while we start up or hold our lock. None of
 * these functions allocates, and none touches errno.
 *
 * All of them are safe in any thread and after fork. */
#ifndef BUD_OS_OS_H
#define BUD_OS_OS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- memory: map.c ---- */

/* Bytes of a page of this machine, from the auxiliary vector. */
size_t bud_os_page_bytes(void);

/* Reserves address space without access rights: it costs no memory, is not
 * charged to the commit limit, a cgroup or RLIMIT_DATA, and is left out of core
 * dumps. bytes is a multiple of the page. Returns NULL when the kernel or
 * RLIMIT_AS refuses. */
void *bud_os_reserve(size_t bytes);

/* Gives reserved pages read and write access; they read as zero. Returns
 * false, and changes nothing, when a limit (RLIMIT_DATA, strict overcommit)
 * refuses. */
bool bud_os_commit(void *start, size_t bytes);

/* Gives the pages' memory back; they stay mapped and read as zero again.
 * Returns false when the kernel refuses (locked memory, a seccomp filter):
 * the contents are then unchanged. */
bool bud_os_purge(void *start, size_t bytes);

/* How bud_os_move ended. */
enum bud_os_moved {
    BUD_OS_MOVED,
    BUD_OS_NOT_MOVED,   /* the source is as it was, the target reads as zero */
    BUD_OS_TARGET_LOST, /* the same, but the target may not be touched again */
};

/* Moves pages from one committed range to another without copying; the
 * source stays mapped and reads as zero. The kernel cannot before Linux 5.7,
 * or at its limit of mappings. */
enum bud_os_moved bud_os_move(void *to, void *from, size_t bytes);

/* Replaces committed pages by fresh zero ones in a mapping that the kernel
 * can merge with its neighbours again: the undoing of bud_os_move. Returns
 * false, and changes nothing, when the kernel refuses. */
bool bud_os_renew(void *start, size_t bytes);

/* Keeps transparent huge pages off a range, so that a sparse heap does not
 * become a resident one. A kernel without them refuses, which is as good. */
void bud_os_keep_small_pages(void *start, size_t bytes);

/* Undoes bud_os_reserve for a whole range. */
void bud_os_unreserve(void *start, size_t bytes);

/* RLIMIT_AS in bytes, UINT64_MAX when there is none. */
uint64_t bud_os_address_limit(void);

/* A monotonic clock in milliseconds, as coarse as the kernel's tick. */
uint64_t bud_os_clock_ms(void);

/* System calls made through this door since the process began. */
uint64_t bud_os_calls(void);

/* ---- a mutex: lock.c ---- */

/* A futex mutex; pthread_mutex_t can be interposed, see above. Not
 * recursive. */
struct bud_lock {
    /* 0 when it is free, else the name of the thread that holds it, with the
     * lowest bit set when others may wait. Written by who takes it (acquire),
     * waits for it or lets it go (release). */
    _Atomic uintptr_t holder;
};

/* Takes the lock if it is free; returns whether it was. */
bool bud_lock_try_acquire(struct bud_lock *lock);

/* Waits until the lock is free, then takes it. Returns false, at once, when the
 * calling thread holds it already: a signal handler may have interrupted its
 * thread anywhere. */
bool bud_lock_acquire(struct bud_lock *lock);

/* Lets the lock go; the caller holds it, or is alone in a forked child. */
void bud_lock_release(struct bud_lock *lock);

/* ---- threads and processes: thread.c ---- */

/* Arranges that on_exit(value) runs when the calling thread ends, for the
 * last value (never NULL) that the thread has set. Returns false when libc
 * has no key left; the thread's memory is then found at fork or never. */
bool bud_os_set_thread_exit(void (*on_exit)(void *), void *value);

/* Runs the three around every fork of this process. Not for vfork, _Fork and
 * raw clone, whose children may not allocate. Returns false when libc has no
 * memory to note them. */
bool bud_os_at_fork(void (*before)(void), void (*parent)(void),
                    void (*child)(void));

/* ---- the last words: panic.c ---- */

/* A line that is put together without allocating: text is copied up to the
 * buffer's end, numbers follow in hexadecimal (0x…) or decimal. */
struct bud_line {
    char text[256];
    size_t length;
};

/* Adds text, as much as fits. */
void bud_line_text(struct bud_line *line, const char *text);

/* Adds a number as 0x…. */
void bud_line_hex(struct bud_line *line, uintptr_t value);

/* Adds a number in decimal. */
void bud_line_decimal(struct bud_line *line, uint64_t value);

/* Writes the line and a newline to fd 2, all of it or as much as can be, and
 * empties it. */
void bud_line_write(struct bud_line *line);

/* Writes text to a file descriptor, all of it or as much as can be. */
void bud_os_write(int fd, const char *text, size_t bytes);

/* Keeps a way to what is standard error now, for programs that close it before
 * they exit. Does nothing when there is one already. */
void bud_os_keep_stderr(void);

/* A descriptor of the file that was standard error when it was kept: never
 * one that the program has since opened under the same number. -1 when there
 * is none left. */
int bud_os_kept_stderr(void);

/* Writes the line, then aborts: for misuse that must not go on. */
_Noreturn void bud_line_abort(struct bud_line *line);

#endif
