/* When the library is loaded and when the process exits. Allocation needs
 * neither: it starts with the first call, from the dynamic loader perhaps, and
 * never ends. */
#include <string.h>
#include <sys/auxv.h>

#include "engine/audit.h"
#include "engine/options.h"
#include "engine/stats.h"
#include "shim/export.h"

BUD_PART(start, malloc);

static const char VARIABLE[] = "BUDDYMALLOC=";

/* The environment comes as an argument, since libc may not have its own copy
 * yet. Under AT_SECURE it is the caller's, not to be trusted. */
__attribute__((constructor)) static void start(int argc, char **argv,
                                               char **environment)
{
    (void)argc;
    (void)argv;
    if (environment == NULL || getauxval(AT_SECURE) != 0) {
        return;
    }
    for (; *environment != NULL; environment++) {
        if (strncmp(*environment, VARIABLE, sizeof VARIABLE - 1) == 0) {
            bud_options_apply(*environment + sizeof VARIABLE - 1);
            return;
        }
    }
}

__attribute__((destructor)) static void finish(void)
{
    bud_audit_all();
    if (bud_options.stats) {
        bud_stats_print_at_exit();
    }
}
