/* C++'s operators new and delete (C++17 [new.delete]), under their names in
 * the Itanium C++ ABI. Written in C, so that a C program does not drag in the
 * C++ runtime: the two functions of it that are needed are looked up when
 * memory has run out. Compiled with -fexceptions, for std::bad_alloc passes
 * through. */
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>

#include "engine/alloc.h"
#include "engine/misuse.h"
#include "shim/export.h"

BUD_PART(cxx, start);

typedef void (*new_handler)(void);

/* Found when the program starts with a C++ runtime, even one that is linked
 * statically; one that is opened later is looked up. */
__attribute__((weak)) new_handler _ZSt15get_new_handlerv(void);
__attribute__((weak)) void _ZSt17__throw_bad_allocv(void);

/* std::get_new_handler(), when there is a C++ runtime. */
static new_handler current_new_handler(void)
{
    new_handler (*get)(void);

    if (_ZSt15get_new_handlerv != NULL) {
        return _ZSt15get_new_handlerv();
    }
    *(void **)&get = dlsym(RTLD_DEFAULT, "_ZSt15get_new_handlerv");
    return get != NULL ? get() : NULL;
}

/* Throws std::bad_alloc. */
_Noreturn static void throw_bad_alloc(void)
{
    void (*throw)(void);

    if (_ZSt17__throw_bad_allocv != NULL) {
        _ZSt17__throw_bad_allocv();
    }
    *(void **)&throw = dlsym(RTLD_DEFAULT, "_ZSt17__throw_bad_allocv");
    if (throw != NULL) {
        throw();
    }
    bud_misuse_cannot_throw();
}

static void *allocate(size_t size, size_t alignment)
{
    return size > PTRDIFF_MAX || !bud_is_alignment(alignment)
               ? NULL
               : bud_alloc_aligned(alignment, size);
}

/* As long as the program's new_handler finds memory, try again; no memory helps
 * against an alignment that is none. */
static void *allocate_or_throw(size_t size, size_t alignment)
{
    for (;;) {
        void *const block = allocate(size, alignment);
        if (bud_likely(block != NULL)) {
            return block;
        }
        const new_handler handler = current_new_handler();
        if (handler == NULL || !bud_is_alignment(alignment)) {
            throw_bad_alloc();
        }
        handler();
    }
}

typedef void *(*nothrow_new)(size_t, const void *);
typedef void *(*nothrow_aligned_new)(size_t, size_t, const void *);

/* A nothrow new must catch what the new_handler throws, and C cannot: when
 * memory has run out, the C++ runtime's own takes over, which calls our
 * throwing one inside its try block. */
static void *runtime_nothrow_new(size_t size, const void *tag)
{
    nothrow_new next;

    *(void **)&next = dlsym(RTLD_NEXT, "_ZnwmRKSt9nothrow_t");
    return next != NULL ? next(size, tag) : NULL;
}

static void *runtime_nothrow_aligned_new(size_t size, size_t alignment,
                                         const void *tag)
{
    nothrow_aligned_new next;

    *(void **)&next = dlsym(RTLD_NEXT, "_ZnwmSt11align_val_tRKSt9nothrow_t");
    return next != NULL ? next(size, alignment, tag) : NULL;
}

/* ---- new ---- */

BUD_EXPORT void *_Znwm(size_t size)
{
    void *const block = bud_alloc(size);
    return bud_likely(block != NULL) ? block : allocate_or_throw(size, 1);
}

BUD_ALIAS(_Znwm) void *_Znam(size_t size);

BUD_EXPORT void *_ZnwmSt11align_val_t(size_t size, size_t alignment)
{
    return allocate_or_throw(size, alignment);
}

BUD_ALIAS(_ZnwmSt11align_val_t)
void *_ZnamSt11align_val_t(size_t size, size_t alignment);

BUD_EXPORT void *_ZnwmRKSt9nothrow_t(size_t size, const void *tag)
{
    void *const block = allocate(size, 1);
    return bud_likely(block != NULL) ? block : runtime_nothrow_new(size, tag);
}

BUD_ALIAS(_ZnwmRKSt9nothrow_t)
void *_ZnamRKSt9nothrow_t(size_t size, const void *tag);

BUD_EXPORT void *_ZnwmSt11align_val_tRKSt9nothrow_t(size_t size,
                                                    size_t alignment,
                                                    const void *tag)
{
    void *const block = allocate(size, alignment);
    return bud_likely(block != NULL)
               ? block
               : runtime_nothrow_aligned_new(size, alignment, tag);
}

BUD_ALIAS(_ZnwmSt11align_val_tRKSt9nothrow_t)
void *_ZnamSt11align_val_tRKSt9nothrow_t(size_t size, size_t alignment,
                                         const void *tag);

/* ---- delete ---- */

BUD_EXPORT void _ZdlPv(void *block)
{
    bud_free(block);
}

BUD_ALIAS(_ZdlPv) void _ZdaPv(void *block);

BUD_EXPORT void _ZdlPvm(void *block, size_t size)
{
    bud_free_sized(block, size, 1);
}

BUD_ALIAS(_ZdlPvm) void _ZdaPvm(void *block, size_t size);

BUD_EXPORT void _ZdlPvSt11align_val_t(void *block, size_t alignment)
{
    (void)alignment;
    bud_free(block);
}

BUD_ALIAS(_ZdlPvSt11align_val_t)
void _ZdaPvSt11align_val_t(void *block, size_t alignment);

BUD_EXPORT void _ZdlPvmSt11align_val_t(void *block, size_t size,
                                       size_t alignment)
{
    bud_free_sized(block, size, alignment);
}

BUD_ALIAS(_ZdlPvmSt11align_val_t)
void _ZdaPvmSt11align_val_t(void *block, size_t size, size_t alignment);

BUD_EXPORT void _ZdlPvRKSt9nothrow_t(void *block, const void *tag)
{
    (void)tag;
    bud_free(block);
}

BUD_ALIAS(_ZdlPvRKSt9nothrow_t)
void _ZdaPvRKSt9nothrow_t(void *block, const void *tag);

BUD_EXPORT void _ZdlPvSt11align_val_tRKSt9nothrow_t(void *block,
                                                    size_t alignment,
                                                    const void *tag)
{
    (void)alignment;
    (void)tag;
    bud_free(block);
}

BUD_ALIAS(_ZdlPvSt11align_val_tRKSt9nothrow_t)
void _ZdaPvSt11align_val_tRKSt9nothrow_t(void *block, size_t alignment,
                                         const void *tag);
