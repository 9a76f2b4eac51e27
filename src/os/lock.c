/* The futex mutex of U. Drepper, "Futexes Are Tricky" (2011), mutex 2:
 * uncontended acquire and release are one atomic operation each and no system
 * call. tests/model/lock.pml checks it. */
#include <linux/futex.h>
#include <stdatomic.h>

#include "os/os.h"
#include "os/syscall.h"

enum { FREE, HELD, WAITED_FOR };

static _Thread_local char self __attribute__((tls_model("initial-exec")));

uintptr_t bud_os_self(void)
{
    return (uintptr_t)&self;
}

static void wait_while_waited_for(struct bud_lock *lock)
{
    bud_syscall(SYS_futex, (uintptr_t)&lock->state, FUTEX_WAIT_PRIVATE,
                WAITED_FOR, 0, 0, 0);
}

static void wake_one(struct bud_lock *lock)
{
    bud_syscall(SYS_futex, (uintptr_t)&lock->state, FUTEX_WAKE_PRIVATE, 1, 0,
                0, 0);
}

void bud_lock_acquire(struct bud_lock *lock)
{
    uint32_t expected = FREE;
    if (!atomic_compare_exchange_strong_explicit(&lock->state, &expected, HELD,
                                                 memory_order_acquire,
                                                 memory_order_relaxed)) {
        while (atomic_exchange_explicit(&lock->state, WAITED_FOR,
                                        memory_order_acquire) != FREE) {
            wait_while_waited_for(lock);
        }
    }
    atomic_store_explicit(&lock->owner, bud_os_self(), memory_order_relaxed);
}

void bud_lock_release(struct bud_lock *lock)
{
    atomic_store_explicit(&lock->owner, 0, memory_order_relaxed);
    if (atomic_exchange_explicit(&lock->state, FREE, memory_order_release) ==
        WAITED_FOR) {
        wake_one(lock);
    }
}

/* Relaxed is enough: a thread reads its own number only if it wrote it. */
bool bud_lock_is_mine(struct bud_lock *lock)
{
    return atomic_load_explicit(&lock->owner, memory_order_relaxed) ==
           bud_os_self();
}
