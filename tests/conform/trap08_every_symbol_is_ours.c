/*
 * Every function of the allocation interface of C, of the C library and of
 * C++ comes from the same library as malloc; one that does not would mix two
 * heaps.
 */
#include "trap.h"

static const char *const names[] = {
    "malloc",
    "free",
    "calloc",
    "realloc",
    "reallocarray",
    "posix_memalign",
    "aligned_alloc",
    "memalign",
    "valloc",
    "pvalloc",
    "malloc_usable_size",
    "malloc_trim",
    "malloc_stats",
    "malloc_info",
    "mallinfo",
    "mallinfo2",
    "mallopt",
    "cfree",
    "free_sized",
    "free_aligned_sized",
    "__libc_malloc",
    "__libc_free",
    "__libc_calloc",
    "__libc_realloc",
    "__libc_memalign",
    "__libc_valloc",
    "__libc_pvalloc",
    "__libc_mallinfo",
    "__libc_mallopt",
    /* new, new[], with nothrow, with alignment, with both */
    "_Znwm",
    "_Znam",
    "_ZnwmRKSt9nothrow_t",
    "_ZnamRKSt9nothrow_t",
    "_ZnwmSt11align_val_t",
    "_ZnamSt11align_val_t",
    "_ZnwmSt11align_val_tRKSt9nothrow_t",
    "_ZnamSt11align_val_tRKSt9nothrow_t",
    /* delete, delete[], with nothrow, size, alignment and the mixtures */
    "_ZdlPv",
    "_ZdaPv",
    "_ZdlPvRKSt9nothrow_t",
    "_ZdaPvRKSt9nothrow_t",
    "_ZdlPvm",
    "_ZdaPvm",
    "_ZdlPvSt11align_val_t",
    "_ZdaPvSt11align_val_t",
    "_ZdlPvSt11align_val_tRKSt9nothrow_t",
    "_ZdaPvSt11align_val_tRKSt9nothrow_t",
    "_ZdlPvmSt11align_val_t",
    "_ZdaPvmSt11align_val_t",
};

int main(void)
{
    Dl_info ours;
    REQUIRE(dladdr(dlsym(RTLD_DEFAULT, "malloc"), &ours) != 0, "no malloc");
    const char *expected = library_under_test();
    EXPECT(expected == NULL || strcmp(expected, ours.dli_fname) == 0,
           "malloc comes from %s", ours.dli_fname);
    int missing = 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        Dl_info theirs = {0};
        void *found = dlsym(RTLD_DEFAULT, names[i]);
        if (found == NULL || dladdr(found, &theirs) == 0 ||
            theirs.dli_fbase != ours.dli_fbase) {
            say("%s: %s", names[i], found ? theirs.dli_fname : "not there");
            missing++;
        }
    }
    return missing == 0 && verdict() == 0 ? 0 : 1;
}
