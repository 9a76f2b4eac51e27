/* Branch hints for the fast paths. */
#ifndef BUD_ENGINE_HINT_H
#define BUD_ENGINE_HINT_H

#define bud_likely(x) __builtin_expect(!!(x), 1)
#define bud_unlikely(x) __builtin_expect(!!(x), 0)

#endif
