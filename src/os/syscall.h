/* The raw system call: every entry into the kernel that the allocator makes
 * passes here, is counted here, and can be made to fail here by a test. */
#ifndef BUD_OS_SYSCALL_H
#define BUD_OS_SYSCALL_H

#include <stdint.h>
#include <sys/syscall.h>

/* Makes the call; returns the kernel's result, an error as -errno. */
long bud_syscall(long number, uintptr_t a, uintptr_t b, uintptr_t c,
                 uintptr_t d, uintptr_t e, uintptr_t f);

#endif
