/* The futex mutex of U. Drepper, "Futexes Are Tricky" (2011), mutex 2:
 * uncontended acquire and release are one atomic operation each and no system
 * call. tests/model/lock.pml checks it. */
#include <linux/futex.h>
#include <stdatomic.h>

#include "os/os.h"
#include "os/syscall.h"

enum { FREE, HELD, WAITED_FOR };

static void wait_while_waited_for(struct bud_lock *lock)
{
    bud_syscall(SYS_futex, (uintptr_t)&lock->state, FUTEX_WAIT_PRIVATE,
                WAITED_FOR, 0, 0, 0);
}

static void wake_one(struct bud_lock *lock)
{
    bud_syscall(SYS_futex, (uintptr_t)&lock->state, FUTEX_WAKE_PRIVATE, 1, 0, 0,
                0);
}

bool bud_lock_try_acquire(struct bud_lock *lock)
{
    uint32_t expected = FREE;

    return atomic_compare_exchange_strong_explicit(&lock->state, &expected,
                                                   HELD, memory_order_acquire,
                                                   memory_order_relaxed);
}

void bud_lock_acquire(struct bud_lock *lock)
{
    if (bud_lock_try_acquire(lock)) {
        return;
    }
    while (atomic_exchange_explicit(&lock->state, WAITED_FOR,
                                    memory_order_acquire) != FREE) {
        wait_while_waited_for(lock);
    }
}

void bud_lock_release(struct bud_lock *lock)
{
    if (atomic_exchange_explicit(&lock->state, FREE, memory_order_release) ==
        WAITED_FOR) {
        wake_one(lock);
    }
}
