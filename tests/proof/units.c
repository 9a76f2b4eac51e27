/* Unit arithmetic is a header: this is the file the prover is given. */
#include "core/units.h"
