/* The C allocation interface over the engine: C11 7.22.3, C23 7.24.3, POSIX,
 * and malloc(3). What a standard leaves open is decided as glibc decides. */
#include <errno.h>
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>

#include "engine/alloc.h"
#include "shim/export.h"
#include "shim/names.h"

BUD_PART(malloc, glibc);

/* No object may be larger than PTRDIFF_MAX; glibc refuses it as well. */
static bool is_too_large(size_t size)
{
    return size > PTRDIFF_MAX;
}

static void *refuse(int error)
{
    errno = error;
    return NULL;
}

BUD_EXPORT void *malloc(size_t size)
{
    return bud_alloc(size);
}

BUD_EXPORT void free(void *block)
{
    bud_free(block);
}

BUD_EXPORT void *calloc(size_t count, size_t size)
{
    size_t bytes;

    if (__builtin_mul_overflow(count, size, &bytes)) {
        return refuse(ENOMEM);
    }
    return bud_alloc_zeroed(bytes);
}

/* realloc(p, 0) frees p and returns NULL. */
BUD_EXPORT void *realloc(void *block, size_t size)
{
    if (block == NULL) {
        return bud_alloc(size);
    }
    if (size == 0) {
        bud_free(block);
        return NULL;
    }
    return bud_resize(block, size);
}

BUD_EXPORT void *reallocarray(void *block, size_t count, size_t size)
{
    size_t bytes;

    if (__builtin_mul_overflow(count, size, &bytes)) {
        return refuse(ENOMEM);
    }
    return realloc(block, bytes);
}

/* Leaves *result and errno alone when it fails. */
BUD_EXPORT int posix_memalign(void **result, size_t alignment, size_t size)
{
    const int saved = errno;

    if (!bud_is_alignment(alignment) || alignment % sizeof(void *) != 0) {
        return EINVAL;
    }
    void *const block =
        is_too_large(size) ? NULL : bud_alloc_aligned(alignment, size);
    errno = saved;
    if (block == NULL) {
        return ENOMEM;
    }
    *result = block;
    return 0;
}

/* Alignments that are no power of two are refused, sizes that are no multiple
 * of the alignment are served (C17 7.22.3.1). */
BUD_EXPORT void *aligned_alloc(size_t alignment, size_t size)
{
    if (!bud_is_alignment(alignment)) {
        return refuse(EINVAL);
    }
    return is_too_large(size) ? refuse(ENOMEM)
                              : bud_alloc_aligned(alignment, size);
}

/* An alignment that is no power of two is rounded up to one. */
BUD_EXPORT void *memalign(size_t alignment, size_t size)
{
    size_t power = 1;

    if (alignment > PTRDIFF_MAX || is_too_large(size)) {
        return refuse(alignment > PTRDIFF_MAX ? EINVAL : ENOMEM);
    }
    while (power < alignment) {
        power *= 2;
    }
    return bud_alloc_aligned(power, size);
}

BUD_EXPORT void free_sized(void *block, size_t size)
{
    bud_free_sized(block, size, 1);
}

BUD_EXPORT void free_aligned_sized(void *block, size_t alignment, size_t size)
{
    bud_free_sized(block, size, alignment);
}

/* The names under which glibc's own allocator is reached by old programs. */

BUD_EXPORT void *__libc_malloc(size_t size)
{
    return malloc(size);
}

BUD_EXPORT void *__libc_calloc(size_t count, size_t size)
{
    return calloc(count, size);
}

BUD_EXPORT void *__libc_realloc(void *block, size_t size)
{
    return realloc(block, size);
}

BUD_EXPORT void *__libc_reallocarray(void *block, size_t count, size_t size)
{
    return reallocarray(block, count, size);
}

BUD_EXPORT void *__libc_memalign(size_t alignment, size_t size)
{
    return memalign(alignment, size);
}

BUD_EXPORT int __posix_memalign(void **result, size_t alignment, size_t size)
{
    return posix_memalign(result, alignment, size);
}

BUD_EXPORT void __libc_free(void *block)
{
    free(block);
}

BUD_EXPORT void cfree(void *block)
{
    free(block);
}
