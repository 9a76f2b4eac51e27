#include <pthread.h>
#include <stdatomic.h>

#include "os/os.h"

enum { NO_KEY, KEY_IN_THE_MAKING, KEY_READY, KEY_REFUSED };

static _Atomic int key_state = NO_KEY;
static pthread_key_t key;

/* The first caller makes the key. A thread that comes while it is being made
 * goes without: pthread_key_create may be interposed and allocate, so that
 * waiting could be waiting for ourselves. Such a thread asks again at its
 * next slow allocation. */
static bool have_key(void (*on_exit)(void *))
{
    int expected = NO_KEY;
    if (atomic_compare_exchange_strong_explicit(
            &key_state, &expected, KEY_IN_THE_MAKING, memory_order_acquire,
            memory_order_acquire)) {
        expected =
            pthread_key_create(&key, on_exit) == 0 ? KEY_READY : KEY_REFUSED;
        atomic_store_explicit(&key_state, expected, memory_order_release);
    }
    return expected == KEY_READY;
}

bool bud_os_set_thread_exit(void (*on_exit)(void *), void *value)
{
    return have_key(on_exit) && pthread_setspecific(key, value) == 0;
}

bool bud_os_at_fork(void (*before)(void), void (*parent)(void),
                    void (*child)(void))
{
    return pthread_atfork(before, parent, child) == 0;
}
