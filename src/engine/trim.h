/* Giving back at once what would be given back in time. */
#ifndef BUD_ENGINE_TRIM_H
#define BUD_ENGINE_TRIM_H

#include <stdint.h>

/* Gives back all pages that hold nothing: the calling thread's empty spans,
 * those that dead threads left, and every idle unit. Returns the bytes given
 * back. With the option `check` the heap is audited before. */
uint64_t bud_trim(void);

#endif
