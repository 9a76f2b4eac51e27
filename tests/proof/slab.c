/* The slab is a header: this is the file the prover is given. */
#include "core/slab.h"

#include "lowest.h"
