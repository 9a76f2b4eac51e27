/* The door to the kernel with a hand on it: the tests are linked so that every
 * call of bud_syscall comes here first. Here it is counted, and refused or
 * answered as a test wishes; what nobody asked about goes to the kernel. */
#ifndef BUD_TESTS_DOOR_H
#define BUD_TESTS_DOOR_H

#include <stddef.h>
#include <stdint.h>

#include "os/syscall.h"

/* Refuses the calls number `first` to `last`, counted from now on from 1, with
 * `error` (ENOMEM…). Futex calls are neither counted nor refused: the kernel
 * has no reason to refuse one that wakes. */
void door_refuse(uint64_t first, uint64_t last, int error);

/* Refuses every call of this number. */
void door_refuse_all_of(long number, int error);

/* Refuses to map more bytes at once; more than 2 GiB unless set. */
void door_refuse_maps_above(size_t bytes);

/* Refuses to commit more bytes at once. */
void door_refuse_commits_above(size_t bytes);

/* Every write passes at most so many bytes. */
void door_shorten_writes(size_t bytes);

/* A kernel before Linux 6.17: it moves pages of one mapping only, and sees
 * that there are more when it has unmapped the target. */
void door_refuse_moves_late(void);

/* Calls act once, before the next call of this number: in the middle of what
 * the engine is about. */
void door_before_next(long number, void (*act)(void));

/* A kernel whose pages are that large: mappings start at one, and a range that
 * is not whole pages dies here. */
void door_set_page_bytes(size_t bytes);

/* Lets everything pass again; the limit, the clock and the pages stay. */
void door_open(void);

/* What the kernel is to say of RLIMIT_AS (8 GiB unless set), and of the time
 * (the truth unless set). */
void door_limit_address_space(uint64_t bytes);
void door_set_clock_ms(uint64_t ms);

/* Calls since door_refuse, or since the start: all, and of one number. */
uint64_t door_count(void);
uint64_t door_count_of(long number);

#endif
