/* What is told to Valgrind's memcheck, when the program runs under it. A
 * request is a sequence of instructions that changes nothing on a processor
 * and that Valgrind knows when it meets it; the numbers are its interface. In
 * a build with NVALGRIND, as its own header calls it, and on other processors
 * than these two, nobody watches. */
#ifndef BUD_OS_VALGRIND_H
#define BUD_OS_VALGRIND_H

#include <stdbool.h>
#include <stddef.h>

/* Whether memcheck watches; the other tools of Valgrind do not count, for they
 * look at what the program executes. Some ten instructions. */
bool bud_valgrind_watches(void);

/* A block of `bytes` is the program's from here on: accessible, its contents
 * undefined, lost if no pointer to it is left. */
void bud_valgrind_allocated(const void *block, size_t bytes);

/* The block is freed and no longer accessible. When no live block starts
 * there, memcheck reports the caller and who freed it before. */
void bud_valgrind_freed(const void *block);

/* Nobody may access these bytes. */
void bud_valgrind_close(const void *start, size_t bytes);

/* These bytes may be accessed and hold nothing yet: a decision or an address
 * that depends on them is reported. */
void bud_valgrind_undefine(const void *start, size_t bytes);

/* These bytes may be accessed and hold what they should. */
void bud_valgrind_define(const void *start, size_t bytes);

#endif
