#include "engine/central.h"

#include <stdatomic.h>

#include "engine/hint.h"
#include "os/os.h"

static struct bud_lock lock;

/* What this thread, while it holds the lock, has to do with forks; for itself
 * and for the signal handlers that interrupt it. */
static _Thread_local struct {
    bool is_forking;       /* holds it across a fork, not for work */
    bool is_nested;        /* is at work while forking */
    unsigned forks_inside; /* forks under way that found it held */
} mine __attribute__((tls_model("initial-exec")));

/* The thread holds the lock. */
static bool enter_nested(void)
{
    if (!mine.is_forking || mine.is_nested) {
        return false;
    }
    mine.is_nested = true;
    atomic_signal_fence(memory_order_seq_cst);
    return true;
}

bool bud_central_enter(void)
{
    return bud_likely(bud_lock_acquire(&lock)) || enter_nested();
}

void bud_central_leave(void)
{
    if (bud_unlikely(mine.is_nested)) {
        atomic_signal_fence(memory_order_seq_cst);
        mine.is_nested = false;
        return;
    }
    bud_lock_release(&lock);
}

/* A signal handler that forks may have interrupted the holder; waiting would
 * be waiting for itself. Such a fork may even lie between the two ends of
 * another. */
void bud_central_hold_for_fork(void)
{
    if (bud_lock_acquire(&lock)) {
        mine.is_forking = true;
    } else {
        mine.forks_inside++;
    }
}

void bud_central_resume_after_fork(void)
{
    if (mine.forks_inside > 0) {
        mine.forks_inside--;
        return;
    }
    mine.is_forking = false;
    bud_lock_release(&lock);
}
