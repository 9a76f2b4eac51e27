/* Names that the library defines and that no header of glibc 2.36 declares:
 * C23's, and those that only old programs use. */
#ifndef BUD_SHIM_NAMES_H
#define BUD_SHIM_NAMES_H

#include <malloc.h>
#include <stddef.h>

void free_sized(void *block, size_t size);
void free_aligned_sized(void *block, size_t alignment, size_t size);
void cfree(void *block);

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_reallocarray(void *block, size_t count, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
int __posix_memalign(void **result, size_t alignment, size_t size);
void __libc_free(void *block);
void *__libc_valloc(size_t size);
void *__libc_pvalloc(size_t size);
int __libc_mallopt(int parameter, int value);
struct mallinfo __libc_mallinfo(void);

#endif
