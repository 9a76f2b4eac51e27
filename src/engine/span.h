/* The data of the engine, and why it lies as it does.
 *
 * A region is one reserved range of addresses, cut into units of 64 KiB. A
 * span is a run of units: either cut into the objects of one size class, or
 * one large block. Everything that is known about unit u stands in three
 * tables of its region, at index u, outside the memory that programs write to:
 *
 *   spans[u]   64 bytes of header and 512 of bitmap, side by side, so that a
 *              free touches neighbouring lines. 576 bytes are 9 cache lines,
 *              an odd number, so that headers spread over all cache sets.
 *   cold[u]    what only slow paths need.
 *   remote[u]  bits of objects that other threads freed; touched, and so
 *              resident, only where that happens.
 *
 * The tables are never unmapped and an entry never changes its meaning, so a
 * late reader always finds a header, if an old one.
 *
 * The bitmap is the only truth about an object: bit set = free. `summary` is a
 * hint: bit w clear => bits[w] is zero, or w is the owner's current word. */
#ifndef BUD_ENGINE_SPAN_H
#define BUD_ENGINE_SPAN_H

#include <stdbool.h>
#include <stdint.h>

#include "core/size_class.h"
#include "core/slab.h"

struct bud_cache;

/* What a unit is part of. */
enum bud_span_kind {
    BUD_SPAN_NONE,  /* never the first of a span */
    BUD_SPAN_FREED, /* was part of a span of objects, or first of a block */
    BUD_SPAN_SMALL, /* first unit of a span of objects */
    BUD_SPAN_PART,  /* a later unit of such a span: `back` units after it */
    BUD_SPAN_LARGE, /* first unit of a large block */
};

/* Header fields are written by the thread that creates or retires the span,
 * before and after any of its objects is in a program's hands. A thread that
 * frees an object got it from one that saw the header written. */
struct bud_span {
    uint64_t reciprocal; /* bud_size_class_reciprocal, 0 unless SMALL */
    uint32_t size_bytes; /* of an object, 0 unless SMALL */
    uint32_t objects;    /* 0 unless SMALL, so that no index is in range */
    uint8_t kind;        /* enum bud_span_kind */
    uint8_t back;        /* PART: units to the first, else 0 */
    uint8_t class;       /* SMALL */
    uint8_t region;      /* number of the region, SMALL and LARGE */
    uint32_t unit;       /* index of this entry, SMALL and LARGE */

    /* The cache that allocates from the span. Written under the central lock
     * (release; relaxed when the span goes, for nobody is to read it then);
     * read by every free, acquire where the reader is not the owner. NULL:
     * abandoned, then the central lock owns the span. */
    struct bud_cache *_Atomic owner;

    /* Words of remote[u] that a first bit was put into; from the first bit of
     * this word until the owner takes it, the span is on its way to, or in,
     * the queue of a cache. Read-modify-write by any thread (acq_rel). Here
     * and not with the rest of what is remote, because the owner's free looks
     * at it (relaxed), for double frees. */
    _Atomic uint64_t remote_summary;

    /* Owner only. */
    uint64_t summary;
    uint8_t is_available; /* listed as having free objects: by the owner, or
                            * as abandoned when there is none */
    uint8_t last_word;    /* nothing after this word has been handed out since
                            * the span was made */
    uint8_t padding[14];

    /* Owner only; others peek at single bits, see remote.c. */
    uint64_t bits[BUD_SLAB_WORDS];
};

_Static_assert(sizeof(struct bud_span) == 576, "9 cache lines");

/* What only slow paths need of a span. */
struct bud_span_cold {
    /* Link of a cache's queue. Written by the one thread that made
     * remote_summary non-zero, published by its release of the queue. */
    struct bud_span *remote_next;

    /* Links of the owner's list of spans with free objects. */
    struct bud_span *available_next;
    struct bud_span *available_previous;

    /* Links of the owner's list of all its spans; of the list of abandoned
     * spans of the class (under the central lock) when there is no owner. */
    struct bud_span *owned_next;
    struct bud_span *owned_previous;

    uint64_t large_bytes; /* LARGE: bytes the program may use, whole pages */
    uint32_t units;       /* SMALL, LARGE: length of the span */
    uint32_t is_moved;    /* LARGE: came by bud_os_move, see there */
    uint64_t padding;
};

_Static_assert(sizeof(struct bud_span_cold) == 64, "one cache line");

/* A bit for each object that another thread has freed and the owner has not
 * taken in. Set by fetch_or (acq_rel), taken by compare_exchange
 * (acq_rel), or by exchange (acquire) where nobody else can take part. */
struct bud_span_remote {
    _Atomic uint64_t words[BUD_SLAB_WORDS];
};

/* What the engine keeps of each class, from core, computed once. */
struct bud_class {
    uint64_t reciprocal;
    uint32_t size_bytes;
    uint32_t objects;
    uint32_t units;
    uint32_t bitmap_words;
};

/* Filled in before the first cache is opened, constant from then on. */
extern struct bud_class bud_classes[BUD_CLASS_COUNT];
/* The class of each number of coarse steps: a look costs a third of
 * computing. */
extern uint8_t
    bud_coarse_classes[BUD_CLASS_MAX_BYTES / BUD_CLASS_COARSE_STEP_BYTES + 1u];

/* The cold part of a span. */
struct bud_span_cold *bud_span_cold(const struct bud_span *span);

/* The remote bitmap of a span. */
struct bud_span_remote *bud_span_remote(const struct bud_span *span);

/* Address of the span's first byte. */
char *bud_span_start(const struct bud_span *span);

/* Spans made since the process began. */
uint64_t bud_span_created_count(void);

/* Makes a span of `class`, all objects free, owned by `owner`, linked into no
 * list. NULL when there is no memory. Takes the central lock. */
struct bud_span *bud_span_create(uint32_t class, struct bud_cache *owner);

/* Gives a span back whose objects are all free and that is in no list. The
 * caller holds the central lock. */
void bud_span_destroy_locked(struct bud_span *span);

/* Whether every object is free. */
bool bud_span_is_empty(const struct bud_span *span);

/* Moves the objects that other threads freed into the bitmap: those of the
 * words in `words`. Aborts on a double free. For the owner of the span, or
 * under the central lock when it has none. */
void bud_span_collect(struct bud_span *span, uint64_t words);

#endif
