/* What is said, and then done, when a program misuses the heap: one line on
 * fd 2 that names the address and the kind, written without allocating, then
 * abort. Going on would hand one block to two owners. */
#ifndef BUD_ENGINE_MISUSE_H
#define BUD_ENGINE_MISUSE_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/span.h"

/* Pointers of other allocators are ignored instead of refused; the option
 * foreign:ignore. */
extern bool bud_misuse_ignores_foreign;

/* Object `index` of a span was freed a second time. */
_Noreturn void bud_misuse_double_free(const struct bud_span *span,
                                      uint32_t index);

/* `address`, given to `verb` ("free", "realloc", "usable size"), is not the
 * start of a live block. Finds out what it is, says so and aborts. Returns
 * only for a foreign address that is to be ignored. */
void bud_misuse_invalid(const char *verb, const void *address);

/* The size that the program names is not the block's. */
_Noreturn void bud_misuse_wrong_size(const void *address, size_t named_bytes,
                                     size_t usable_bytes);

/* The alignment that the program names is none. */
_Noreturn void bud_misuse_wrong_alignment(const void *address,
                                          size_t named_bytes);

/* Memory has run out in operator new, and there is no C++ runtime that could
 * throw std::bad_alloc. */
_Noreturn void bud_misuse_cannot_throw(void);

#endif
