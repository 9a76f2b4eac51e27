/* The arithmetic of units and addresses is in headers: this is the file the
 * prover is given. */
#include "core/address.h"
