/* How large a heap must be so that fragmentation never makes a request fail.
 *
 * Blocks are of 1, 2, 4, … 2^n units, aligned to their size, each put at the
 * lowest address that is free; at most M units are live at a time. Then no
 * block ever ends above
 *
 *     M + (M - 1) * n / 2    rounded up to a multiple of 2^n units,
 *
 * in whatever order blocks come and go. So a heap of that many units serves
 * every such load. When M is a multiple of 2^n, no allocator whatever does with
 * less than M + M * n / 2 - 2^n + 1 (Robson 1974): the lowest fit is all but
 * optimal, and the factor 1 + n/2 is the price of never moving a block.
 *
 * Why. Let R(0) be the highest end that blocks of one unit ever had, R(k) the
 * larger of the highest end of those of 2^k and of R(k - 1) rounded up to 2^k.
 * What lies above R(j - 1) has 2^j units at least. When a block of 2^k is put
 * at the end of R(k), no place for it below was free, so each such place that
 * starts above R(j - 1) holds 2^j live units at least, or 2^k of its own kind;
 * let s(k) be the sum of these, with the new block: s(k) <= M. The places of
 * 2^k consist of two of 2^(k - 1) each, the lower of which says what they hold,
 * and what they hold grows with the address. So those below R(k - 1) hold half
 * of s(k - 1) at least, less half of 2^(k - 1) - 1 when their halves are an
 * even number; when it is odd, plus one half, but then R(k - 1) is rounded up
 * by 2^(k - 1). So R(k) <= R(k - 1) + s(k) - s(k - 1) / 2 + 2^(k - 1) - 1/2,
 * and the sum of these, R(n) <= M + (M - 1) * n / 2 + 2^n - 1, is a multiple of
 * 2^n. Coq has proved this, from the definition of the lowest fit on, in
 * tests/headroom/headroom.v, and what no allocator does without in robson.v;
 * tests/property/headroom_states.c tries every sequence of requests on small
 * heaps.
 *
 * J. M. Robson, "Bounds for some functions concerning dynamic storage
 * allocation", JACM 21 (1974); "Worst case fragmentation of first fit and best
 * fit storage allocation strategies", Computer Journal 20 (1977). D. E. Knuth,
 * TAOCP 1, 2.5, exercise 41, has M * (n + 1) for any buddy system. */
#ifndef BUD_CORE_HEADROOM_H
#define BUD_CORE_HEADROOM_H

#include <stdint.h>

#include "core/tree.h"

/*@ // rests on: the order of the largest block that the live units allow
    predicate Largest(integer live, integer order, integer n) =
      0 <= n <= order && Pow2(n) <= live
      && (n == order || live < 2 * Pow2(n));

    // the bound, before it is rounded up
    logic integer Needed(integer live, integer n) =
      live + (live - 1) * n / 2;

    // the smallest number of units of 2^order that holds so many bytes
    predicate UnitsFor(integer units, integer bytes, integer order) =
      (units - 1) * Pow2(order) < bytes <= units * Pow2(order);

    // n is the order of the block that holds so many bytes, or of the largest
    // that the live units allow, if that is less
    predicate LargestOf(integer live, integer bytes, integer order,
                        integer n) =
      0 <= n && Pow2(n) <= live && (n > 0 ==> Pow2(n - 1 + order) < bytes)
      && (bytes <= Pow2(n + order) || live < 2 * Pow2(n));

    predicate RoundedUp(integer units, integer needed, integer n) =
      needed <= units < needed + Pow2(n) && units % Pow2(n) == 0;

    // the bound in bytes; 0 when no tree or no size_t holds it
    predicate Headroom(integer bytes, integer live, integer n,
                       integer order) =
      Needed(live, n) > 0x40000000
      ? bytes == 0
      : \exists integer units; RoundedUp(units, Needed(live, n), n)
          && bytes == (units * Pow2(order) > SIZE_MAX
                       ? 0 : units * Pow2(order));
*/

/* Units of a heap that never fails a load of at most `live_units` (1 to 2^30)
 * at a time, in blocks of at most 2^`order` units, for reasons of
 * fragmentation; BUD_TREE_NONE when no tree has so many. O(order). */
/*@ requires Live: 1 <= live_units <= 0x40000000;
    assigns \nothing;
    ensures Bound: \exists integer n; Largest(live_units, order, n)
      && (\result == BUD_TREE_NONE
          ? Needed(live_units, n) > 0x40000000
          : Needed(live_units, n) <= 0x40000000
            && RoundedUp(\result, Needed(live_units, n), n));
    ensures InTree: \result != BUD_TREE_NONE ==> \result < 0x80000000;
*/
uint32_t bud_headroom_units(uint32_t live_units, uint32_t order);

#endif
