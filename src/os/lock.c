/* A futex mutex that names its holder, after mutex 2 of U. Drepper, "Futexes
 * Are Tricky" (2011): uncontended acquire and release are one atomic operation
 * each and no system call. tests/model/lock.pml checks it.
 *
 * "This thread holds the lock" is true from the one step that takes it to the
 * one that lets it go, so a signal handler that comes at any moment learns the
 * truth about the thread that it interrupted. */
#include <linux/futex.h>
#include <stdatomic.h>

#include "os/os.h"
#include "os/syscall.h"

/* In a holder's name, which is an even address. */
enum { FREE = 0, WAITED_FOR = 1 };

/* Its address names the thread: no other living thread has the same, and the
 * thread that fork leaves in the child keeps it. */
static _Alignas(2) _Thread_local char self
    __attribute__((tls_model("initial-exec")));

static uintptr_t own_name(void)
{
    return (uintptr_t)&self;
}

/* The kernel looks at 32 bits: the half that has the bit WAITED_FOR. */
static uintptr_t futex_of(const struct bud_lock *lock)
{
    const bool is_low_first = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;

    return (uintptr_t)&lock->holder +
           (is_low_first ? 0 : sizeof(uintptr_t) - sizeof(uint32_t));
}

static void wait_while(struct bud_lock *lock, uintptr_t waited_for)
{
    bud_syscall(SYS_futex, futex_of(lock), FUTEX_WAIT_PRIVATE,
                (uint32_t)waited_for, 0, 0, 0);
}

static void wake_one(struct bud_lock *lock)
{
    bud_syscall(SYS_futex, futex_of(lock), FUTEX_WAKE_PRIVATE, 1, 0, 0, 0);
}

/* Takes a free lock; else tells what was there. */
static bool take_if_free(struct bud_lock *lock, uintptr_t *seen)
{
    *seen = FREE;
    return atomic_compare_exchange_strong_explicit(
        &lock->holder, seen, own_name(), memory_order_acquire,
        memory_order_relaxed);
}

/* Who has waited takes the lock as waited for: others may sleep. */
static void acquire_or_wait(struct bud_lock *lock, uintptr_t seen)
{
    for (;;) {
        const uintptr_t next = (seen == FREE ? own_name() : seen) | WAITED_FOR;
        if (seen != next && !atomic_compare_exchange_weak_explicit(
                                &lock->holder, &seen, next,
                                memory_order_acquire, memory_order_relaxed)) {
            continue;
        }
        if (seen == FREE) {
            return;
        }
        wait_while(lock, next);
        seen = atomic_load_explicit(&lock->holder, memory_order_relaxed);
    }
}

bool bud_lock_try_acquire(struct bud_lock *lock)
{
    uintptr_t seen;

    return take_if_free(lock, &seen);
}

bool bud_lock_acquire(struct bud_lock *lock)
{
    uintptr_t seen;

    if (take_if_free(lock, &seen)) {
        return true;
    }
    if ((seen & ~(uintptr_t)WAITED_FOR) == own_name()) {
        return false;
    }
    acquire_or_wait(lock, seen);
    return true;
}

void bud_lock_release(struct bud_lock *lock)
{
    const uintptr_t before =
        atomic_exchange_explicit(&lock->holder, FREE, memory_order_release);

    if ((before & WAITED_FOR) != 0) {
        wake_one(lock);
    }
}
