/* Another thread that is at work under the central lock until somebody wants
 * it: what a signal handler meets whose thread waits for the lock. */
#ifndef BUD_TESTS_HOLDER_H
#define BUD_TESTS_HOLDER_H

#include <stdbool.h>

/* Starts the thread and waits until it is inside. */
void holder_begin(void);

/* Somebody has come: the holder stays for a while yet, and then leaves. */
void holder_note_visitor(void);

/* Whether somebody has come. */
bool holder_has_visitor(void);

/* Whether the holder is inside. */
bool holder_is_at_work(void);

/* Waits until the thread has ended. */
void holder_end(void);

#endif
