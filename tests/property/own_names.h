/* The whole malloc API under names of its own, so that a program has it beside
 * libc's: included before everything else, here and in the shim's sources.
 * What libc, a sanitizer or Valgrind allocates then stays out of the heap under
 * test. */
#ifndef BUD_TESTS_OWN_NAMES_H
#define BUD_TESTS_OWN_NAMES_H

#define malloc own_malloc
#define free own_free
#define calloc own_calloc
#define realloc own_realloc
#define reallocarray own_reallocarray
#define posix_memalign own_posix_memalign
#define aligned_alloc own_aligned_alloc
#define free_sized own_free_sized
#define free_aligned_sized own_free_aligned_sized

#define memalign own_memalign
#define valloc own_valloc
#define pvalloc own_pvalloc
#define cfree own_cfree
#define malloc_usable_size own_malloc_usable_size
#define malloc_trim own_malloc_trim
#define malloc_stats own_malloc_stats
#define malloc_info own_malloc_info
#define mallinfo own_mallinfo
#define mallinfo2 own_mallinfo2
#define mallopt own_mallopt

#define __libc_malloc own_libc_malloc
#define __libc_free own_libc_free
#define __libc_calloc own_libc_calloc
#define __libc_realloc own_libc_realloc
#define __libc_reallocarray own_libc_reallocarray
#define __libc_memalign own_libc_memalign
#define __posix_memalign own_libc_posix_memalign
#define __libc_valloc own_libc_valloc
#define __libc_pvalloc own_libc_pvalloc
#define __libc_mallinfo own_libc_mallinfo
#define __libc_mallopt own_libc_mallopt

#endif
