/* The contracts of buddy.h stand in heap.c: the prover is given both. */
#include "core/heap.c"

#include "heap_harness.c"
