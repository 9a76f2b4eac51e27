/* Purge: idle pages go back to the kernel without the program asking.
 *
 * Two rules, both applied on the way of ordinary work, under the central lock,
 * so that a purged unit cannot be handed out in between:
 *   amount  at most a part of what is in use (and a small fixed sum) stays
 *           idle, or as much as the program takes back per tick, if that is
 *           more, within a multiple of what is in use. What is above goes at
 *           once, highest addresses first, since allocation takes the lowest.
 *           So a program that frees everything and falls asleep keeps almost
 *           nothing, and one that frees and takes large blocks all the time
 *           keeps them.
 *   age     what has been idle for a whole tick of the clock goes as well.
 * Until then idle pages are reused without a system call. Where the kernel
 * refuses, the rule of amount rests until the next tick. */
#ifndef BUD_ENGINE_PURGE_H
#define BUD_ENGINE_PURGE_H

#include <stdbool.h>
#include <stdint.h>

/* Ticks of the age rule, in milliseconds; the option purge_ms. */
extern uint64_t bud_purge_tick_ms;

/* Notes that units were taken which had been used before. */
void bud_purge_note_taken_locked(uint64_t units);

/* Applies the rules after units became idle. */
void bud_purge_after_give_locked(void);

/* Purges everything that is idle. Returns the bytes given back. */
uint64_t bud_purge_all_locked(void);

/* Whether a block of that many units would have to go at once, and can: its
 * owner then purges it outside the lock, before giving it back. */
bool bud_purge_exceeds_locked(uint64_t units);

/* Bytes given back since the process began. */
uint64_t bud_purge_total_bytes(void);

/* Counts bytes that the owner of a block gave back itself. */
void bud_purge_count(uint64_t bytes);

#endif
