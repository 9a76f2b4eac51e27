#include "engine/central.h"

#include "engine/hint.h"
#include "os/os.h"

static struct bud_lock lock;

/* Written and read by the holder only. */
static bool is_forking;
static bool was_held_before_fork;
static unsigned nested;

bool bud_central_enter(void)
{
    if (bud_unlikely(bud_lock_is_mine(&lock))) {
        nested += is_forking;
        return is_forking;
    }
    bud_lock_acquire(&lock);
    return true;
}

void bud_central_leave(void)
{
    if (bud_unlikely(nested > 0)) {
        nested--;
        return;
    }
    bud_lock_release(&lock);
}

/* A signal handler that forks may have interrupted the holder; waiting would
 * be waiting for itself. */
void bud_central_hold_for_fork(void)
{
    was_held_before_fork = bud_lock_is_mine(&lock);
    if (was_held_before_fork) {
        return;
    }
    bud_lock_acquire(&lock);
    is_forking = true;
}

void bud_central_resume_after_fork(void)
{
    if (was_held_before_fork) {
        return;
    }
    is_forking = false;
    bud_lock_release(&lock);
}
