/* What the contracts of the buddy tree speak of. tree.h includes this below
 * its struct. Comments for the prover: a compiler sees an empty file.
 *
 * Throughout: t the tree, i j x nodes, c d orders, u units, k levels up. */
#ifndef BUD_CORE_LOGIC_H
#define BUD_CORE_LOGIC_H

/*@ logic integer Pow2(integer n) = n <= 0 ? 1 : 2 * Pow2(n - 1);

    // the k-th ancestor
    logic integer Up(integer i, integer k) = k <= 0 ? i : Up(i, k - 1) / 2;

    // the first node k levels below
    logic integer Down(integer i, integer k) =
      k <= 0 ? i : 2 * Down(i, k - 1);

    // the other half of its parent
    logic integer Buddy(integer i) = i % 2 == 0 ? i + 1 : i - 1;

    logic integer Combine(integer l, integer r) =
      (l == 0 && r == 0) ? 0 : (l <= r ? l : r) + 1;

    predicate Shape(struct bud_tree t) =
      t.height <= 30 && t.leaves == Pow2(t.height)
      && 1 <= t.leaves <= 0x40000000
      && \valid(t.node + (0 .. 2 * t.leaves - 1));

    // node i is the root of a block of 2^c units
    predicate AtOrder(struct bud_tree t, integer i, integer c) =
      0 <= c <= t.height && Pow2(t.height - c) <= i < 2 * Pow2(t.height - c);

    predicate Summed{L}(uint8_t *node, integer i) =
      node[i] == Combine(node[2 * i], node[2 * i + 1]);

    predicate Whole{L}(uint8_t *node, integer i) =
      node[2 * i] == 0 && node[2 * i + 1] == 0;

    predicate LocalAt{L}(struct bud_tree t, integer i, integer c) =
      Summed(t.node, i) || (Whole(t.node, i) && t.node[i] == c + 1);

    predicate Bounded{L}(struct bud_tree t) =
      \forall integer i, c; AtOrder(t, i, c) ==> t.node[i] <= c + 1;

    predicate Locals{L}(struct bud_tree t) =
      \forall integer i, c; 1 <= c && AtOrder(t, i, c) ==> LocalAt(t, i, c);

    predicate LocalsBut{L}(struct bud_tree t, integer x) =
      \forall integer i, c;
        1 <= c && i != x && AtOrder(t, i, c) ==> LocalAt(t, i, c);

    predicate WellFormed{L}(struct bud_tree t) =
      Shape(t) && Bounded(t) && Locals(t);

    // the struct itself lies outside its array
    predicate Apart{L}(struct bud_tree *t) =
      \valid(t) && \separated(t, t->node + (0 .. 2 * t->leaves - 1));

    // a live block: nothing free, children untouched
    predicate Live{L}(struct bud_tree t, integer i, integer c) =
      AtOrder(t, i, c) && t.node[i] == c + 1 && (c == 0 || Whole(t.node, i));

    predicate NoLiveAbove{L}(struct bud_tree t, integer x, integer c) =
      \forall integer k; 1 <= k <= t.height - c ==> !Live(t, Up(x, k), c + k);

    predicate SameLiveBut{A,B}(struct bud_tree t, integer x) =
      \forall integer i, c;
        i != x ==> (Live{A}(t, i, c) <==> Live{B}(t, i, c));

    // implied by `assigns \nothing`, for callers that cannot see which of
    // several behaviors took place
    predicate SameLive{A,B}(struct bud_tree t) =
      \forall integer i, c; Live{A}(t, i, c) <==> Live{B}(t, i, c);
    predicate SameNodes{A,B}(struct bud_tree t) =
      \forall integer i; \at(t.node[i], A) == \at(t.node[i], B);

    // wholly free, and in no live block: a block that may be handed out
    predicate Free{L}(struct bud_tree t, integer i, integer c) =
      AtOrder(t, i, c) && t.node[i] == 0 && NoLiveAbove(t, i, c);

    predicate NoneFree{L}(struct bud_tree t, integer c) =
      \forall integer i; !Free(t, i, c);

    // complete coalescing: two free halves are one free block
    predicate Merged{L}(struct bud_tree t) =
      \forall integer i, c; 1 <= c && AtOrder(t, i, c) && Whole(t.node, i)
        ==> t.node[i] == 0 || Live(t, i, c);

    // the node of the block of order c that contains unit u
    logic integer NodeOf(struct bud_tree t, integer u, integer c) =
      Up(t.leaves + u, c);

    predicate StartsAt(struct bud_tree t, integer i, integer c, integer u) =
      Down(i, c) == t.leaves + u;

    // unit u lies in a live block of order c
    predicate LiveOver{L}(struct bud_tree t, integer u, integer c) =
      0 <= u < t.leaves && Live(t, NodeOf(t, u, c), c);

    predicate NoneLiveOver{L}(struct bud_tree t, integer u) =
      \forall integer c; !LiveOver(t, u, c);

    // the live blocks are disjoint: no unit lies in two of them
    predicate Disjoint{L}(struct bud_tree t) =
      \forall integer u, c, d; LiveOver(t, u, c) && LiveOver(t, u, d)
        ==> c == d;

    // a live block of order c starts at unit u
    predicate LiveAt{L}(struct bud_tree t, integer u, integer c) =
      LiveOver(t, u, c) && StartsAt(t, NodeOf(t, u, c), c, u);

    // a free block of order c starts at unit u
    predicate FreeAt{L}(struct bud_tree t, integer u, integer c) =
      0 <= u < t.leaves && Free(t, NodeOf(t, u, c), c)
      && StartsAt(t, NodeOf(t, u, c), c, u);

    // unit u lies in a free block of order c
    predicate FreeOver{L}(struct bud_tree t, integer u, integer c) =
      0 <= u < t.leaves && Free(t, NodeOf(t, u, c), c);

    // every unit is free or live, not both, and live in one block only
    predicate Partition{L}(struct bud_tree t) = Disjoint(t)
      && (\forall integer u; 0 <= u < t.leaves
            ==> (FreeOver(t, u, 0) <==> NoneLiveOver(t, u)));

    // a maximal free block starts at unit u: its parent is not free
    predicate MaximalAt{L}(struct bud_tree t, integer u, integer c) =
      FreeAt(t, u, c) && !FreeOver(t, u, c + 1);

    // no maximal free block starts in the range
    predicate NoMaximalIn{L}(struct bud_tree t, integer u, integer end) =
      \forall integer v, c; u <= v < end ==> !MaximalAt(t, v, c);

    // i is no block of a larger free one: it has no live ancestor, and its
    // parent is not wholly free
    predicate Limited{L}(struct bud_tree t, integer i, integer c) =
      AtOrder(t, i, c) && NoLiveAbove(t, i, c)
      && (c < t.height ==> t.node[i / 2] != 0);

    // the children of i are live in its place
    predicate Halved{L}(struct bud_tree t, integer i, integer c) =
      !Live(t, i, c) && Live(t, 2 * i, c - 1) && Live(t, 2 * i + 1, c - 1);
*/

/* Runs: ranges of units. A range is o, n: the units o .. o + n - 1. */
/*@ predicate InRange(integer u, integer o, integer n) = o <= u < o + n;

    // the smallest order whose block holds n units
    predicate OrderFor(integer n, integer c) =
      0 <= c <= 30 && 1 <= n <= Pow2(c) && (c == 0 || Pow2(c - 1) < n);

    predicate InHeap(struct bud_tree t, integer o, integer n) =
      o + n <= t.leaves;

    predicate UnitLive{L}(struct bud_tree t, integer u) =
      \exists integer c; LiveOver(t, u, c);

    predicate AllFree{L}(struct bud_tree t, integer o, integer n) =
      \forall integer u; InRange(u, o, n) ==> NoneLiveOver(t, u);

    predicate AllLive{L}(struct bud_tree t, integer o, integer n) =
      \forall integer u; InRange(u, o, n) ==> UnitLive(t, u);

    // no unit of the block is live
    predicate Idle{L}(struct bud_tree t, integer i, integer c) =
      \forall integer u; 0 <= u < t.leaves && NodeOf(t, u, c) == i
        ==> NoneLiveOver(t, u);

    // the block of order c over u has no unit in the range
    predicate Clear(struct bud_tree t, integer u, integer c, integer o,
                    integer n) =
      \forall integer v; InRange(v, o, n)
        ==> NodeOf(t, v, c) != NodeOf(t, u, c);

    // so many of the units before the end are free
    predicate FreeUnits{L}(struct bud_tree t, integer end, integer n) =
      (end <= 0 && n == 0)
      || (end > 0 && UnitLive(t, end - 1) && FreeUnits(t, end - 1, n))
      || (end > 0 && !UnitLive(t, end - 1) && FreeUnits(t, end - 1, n - 1));

    // so many maximal free blocks start before the end
    predicate FreeBlocks{L}(struct bud_tree t, integer end, integer n) =
      (end <= 0 && n == 0)
      || (end > 0 && NoMaximalIn(t, end - 1, end)
          && FreeBlocks(t, end - 1, n))
      || (end > 0 && !NoMaximalIn(t, end - 1, end)
          && FreeBlocks(t, end - 1, n - 1));

    // the range is a chain of live blocks, none of which reaches outside
    predicate Run{L}(struct bud_tree t, integer o, integer n) =
      AllLive(t, o, n)
      && (\forall integer u, c; 0 <= u < t.leaves && !InRange(u, o, n)
            && LiveOver(t, u, c) ==> Clear(t, u, c, o, n));

    // the units from n on are a run: a heap of n units ends there
    predicate EndsAt{L}(struct bud_tree t, integer n) =
      Run(t, n, t.leaves - n);

    // units from o on are a run at the start of a block that was free
    predicate RunIn{A,B}(struct bud_tree t, integer o, integer n, integer c) =
      InHeap(t, o, Pow2(c)) && o % Pow2(c) == 0
      && AllFree{A}(t, o, Pow2(c)) && Run{B}(t, o, n);

    // every block with a unit outside of the range is live iff it was
    predicate SameOutside{A,B}(struct bud_tree t, integer o, integer n) =
      \forall integer u, c; !InRange(u, o, n)
        ==> (LiveOver{A}(t, u, c) <==> LiveOver{B}(t, u, c));

    // a unit outside of the range is live iff it was
    predicate SameUnits{A,B}(struct bud_tree t, integer o, integer n) =
      \forall integer u; !InRange(u, o, n)
        ==> (UnitLive{A}(t, u) <==> UnitLive{B}(t, u));

    // a live block wholly outside of the range stays
    predicate Kept{A,B}(struct bud_tree t, integer o, integer n) =
      \forall integer u, c; LiveOver{A}(t, u, c) && Clear(t, u, c, o, n)
        ==> LiveOver{B}(t, u, c);

    // every unit is in a live block of order c, one as large as the range
    predicate Uncut{L}(struct bud_tree t, integer o, integer n, integer c) =
      n <= Pow2(c) && (\forall integer u; InRange(u, o, n)
                         ==> LiveOver(t, u, c));

    // the block of order c over u has no unit outside of a .. b - 1
    predicate Inside(struct bud_tree t, integer u, integer c, integer a,
                     integer b) =
      \forall integer v; 0 <= v < t.leaves && NodeOf(t, v, c) == NodeOf(t, u, c)
        ==> a <= v < b;

    // no live block of a .. b - 1 is part of one of order c or less that
    // would lie there too
    predicate Coarse{L}(struct bud_tree t, integer a, integer b, integer c) =
      \forall integer u, d, e; a <= u < b && LiveOver(t, u, d) && d < e <= c
        ==> !Inside(t, u, e, a, b);

    // n pieces at most cover the range: either they grow, and the next is
    // one of 2^(2h + 2 - n) units or more, or they shrink below 2^n
    predicate Pieces(integer o, integer left, integer h, integer n) =
      h < n ? n <= 2 * h + 2 && o % Pow2(2 * h + 2 - n) == 0
            : 0 <= n && o % Pow2(n) == 0 && left < Pow2(n);

    // metadata of a heap of that many leaves, never used
    predicate Blank{L}(uint8_t *node, integer leaves) =
      \valid(node + (0 .. 2 * leaves - 1))
      && (\forall integer i; 0 <= i < 2 * leaves ==> node[i] == 0);

    // a heap of n units has a byte i of metadata
    predicate HasNode(integer n, integer i) =
      \exists integer c; OrderFor(n, c) && 0 <= i < 2 * Pow2(c);
*/

#endif
