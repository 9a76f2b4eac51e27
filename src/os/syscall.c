#include "os/syscall.h"

#include <errno.h>
#include <stdatomic.h>
#include <unistd.h>

#include "os/os.h"

static _Atomic uint64_t calls;

uint64_t bud_os_calls(void)
{
    return atomic_load_explicit(&calls, memory_order_relaxed);
}

#if defined(__x86_64__)

static long enter_kernel(long number, uintptr_t a, uintptr_t b, uintptr_t c,
                         uintptr_t d, uintptr_t e, uintptr_t f)
{
    register uintptr_t r10 __asm__("r10") = d;
    register uintptr_t r8 __asm__("r8") = e;
    register uintptr_t r9 __asm__("r9") = f;
    long result;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8),
                       "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}

#elif defined(__aarch64__)

static long enter_kernel(long number, uintptr_t a, uintptr_t b, uintptr_t c,
                         uintptr_t d, uintptr_t e, uintptr_t f)
{
    register uintptr_t x8 __asm__("x8") = (uintptr_t)number;
    register uintptr_t x0 __asm__("x0") = a;
    register uintptr_t x1 __asm__("x1") = b;
    register uintptr_t x2 __asm__("x2") = c;
    register uintptr_t x3 __asm__("x3") = d;
    register uintptr_t x4 __asm__("x4") = e;
    register uintptr_t x5 __asm__("x5") = f;
    __asm__ volatile("svc 0"
                     : "+r"(x0)
                     : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
                     : "memory");
    return (long)x0;
}

#else

static long enter_kernel(long number, uintptr_t a, uintptr_t b, uintptr_t c,
                         uintptr_t d, uintptr_t e, uintptr_t f)
{
    const int saved = errno;
    long result = syscall(number, a, b, c, d, e, f);
    if (result == -1) {
        result = -errno;
    }
    errno = saved;
    return result;
}

#endif

long bud_syscall(long number, uintptr_t a, uintptr_t b, uintptr_t c,
                 uintptr_t d, uintptr_t e, uintptr_t f)
{
    atomic_fetch_add_explicit(&calls, 1, memory_order_relaxed);
    return enter_kernel(number, a, b, c, d, e, f);
}
