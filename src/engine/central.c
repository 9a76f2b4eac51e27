#include "engine/central.h"

#include <stdatomic.h>

#include "engine/hint.h"
#include "os/os.h"

static struct bud_lock lock;

/* What this thread has to do with the lock; for itself and for the signal
 * handlers that interrupt it. */
static _Thread_local struct {
    bool is_inside;  /* holds it, or is about to take it or to let it go */
    bool is_forking; /* holds it across a fork */
    bool was_inside_before_fork;
    unsigned nested; /* entered again while forking */
} mine __attribute__((tls_model("initial-exec")));

static void take(void)
{
    mine.is_inside = true;
    atomic_signal_fence(memory_order_seq_cst);
    bud_lock_acquire(&lock);
}

static void let_go(void)
{
    bud_lock_release(&lock);
    atomic_signal_fence(memory_order_seq_cst);
    mine.is_inside = false;
}

bool bud_central_enter(void)
{
    if (bud_unlikely(mine.is_inside)) {
        mine.nested += mine.is_forking;
        return mine.is_forking;
    }
    take();
    return true;
}

void bud_central_leave(void)
{
    if (bud_unlikely(mine.nested > 0)) {
        mine.nested--;
        return;
    }
    let_go();
}

/* A signal handler that forks may have interrupted the holder; waiting would
 * be waiting for itself. */
void bud_central_hold_for_fork(void)
{
    mine.was_inside_before_fork = mine.is_inside;
    if (!mine.is_inside) {
        take();
        mine.is_forking = true;
    }
}

void bud_central_resume_after_fork(void)
{
    if (!mine.was_inside_before_fork) {
        mine.is_forking = false;
        let_go();
    }
}
