/* What the contracts of the buddy tree speak of, and the lemmas that carry
 * their proofs. tree.h includes this below its struct. Comments for the
 * prover: a compiler sees an empty file.
 *
 * A lemma is a ghost function: its contract is the statement, its loop is the
 * induction, and it is proved like any other function. Nothing is assumed.
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

    predicate SameNodes{A,B}(struct bud_tree t) =
      \forall integer i; 0 <= i < 2 * t.leaves ==>
        \at(t.node[i], A) == \at(t.node[i], B);
*/

/*@ ghost
  /@ assigns \nothing;
     ensures Positive: \forall integer a; 0 <= a <= 31 ==> Pow2(a) >= 1;
     ensures Double: \forall integer a;
       0 <= a < 31 ==> Pow2(a + 1) == 2 * Pow2(a);
     ensures Grows: \forall integer a, b;
       0 <= a < b <= 31 ==> 2 * Pow2(a) <= Pow2(b);
     ensures Most: Pow2(30) == 0x40000000;
  @/
  void lemma_pow2(void) {
    int n = 0;
    /@ loop invariant 0 <= n <= 31;
       loop invariant \forall integer a; 0 <= a <= n ==> Pow2(a) >= 1;
       loop invariant \forall integer a;
         0 <= a < n ==> Pow2(a + 1) == 2 * Pow2(a);
       loop invariant \forall integer a, b;
         0 <= a < b <= n ==> 2 * Pow2(a) <= Pow2(b);
       loop assigns n;
       loop variant 31 - n; @/
    while (n < 31) {
      /@ assert Pow2(n + 1) == 2 * Pow2(n); @/
      n++;
    }
    /@ assert Ten: Pow2(10) == 1024; @/
    /@ assert Twenty: Pow2(20) == 1048576; @/
  }
*/

/*@ ghost
  /@ requires c <= h <= 31;
     assigns \nothing;
     ensures Pow2(h - c) * Pow2(c) == Pow2(h);
  @/
  void lemma_product(uint32_t h, uint32_t c) {
    uint32_t n = 0;
    /@ loop invariant n <= c;
       loop invariant Pow2(h - n) * Pow2(n) == Pow2(h);
       loop assigns n;
       loop variant c - n; @/
    while (n < c) {
      /@ assert Half: Pow2(h - n) == 2 * Pow2(h - n - 1); @/
      /@ assert Twice: Pow2(n + 1) == 2 * Pow2(n); @/
      n++;
    }
  }
*/

/*@ ghost
  /@ requires c <= 31;
     assigns \nothing;
     ensures Down(x, c) == x * Pow2(c);
  @/
  void lemma_down(uint32_t x, uint32_t c) {
    uint32_t n = 0;
    /@ loop invariant n <= c;
       loop invariant Down(x, n) == x * Pow2(n);
       loop assigns n;
       loop variant c - n; @/
    while (n < c) {
      /@ assert Down(x, n + 1) == 2 * Down(x, n); @/
      /@ assert Twice: Pow2(n + 1) == 2 * Pow2(n); @/
      n++;
    }
  }
*/

/*@ ghost
  /@ requires c <= 30;
     assigns \nothing;
     ensures \result == Pow2(c);
  @/
  uint32_t lemma_size(uint32_t c) {
    uint32_t n = 0;
    uint32_t size = 1;
    lemma_pow2();
    /@ loop invariant n <= c;
       loop invariant size == Pow2(n);
       loop assigns n, size;
       loop variant c - n; @/
    while (n < c) {
      size = 2 * size;
      n++;
    }
    return size;
  }
*/

/*@ ghost
  /@ requires a <= b;
     assigns \nothing;
     ensures a * p <= b * p;
  @/
  void lemma_times(uint32_t a, uint32_t b, uint32_t p) {
    uint32_t n = a;
    /@ loop invariant a <= n <= b;
       loop invariant a * p <= n * p;
       loop assigns n;
       loop variant b - n; @/
    while (n < b) {
      /@ assert (n + 1) * p == n * p + p; @/
      n++;
    }
  }
*/

/*@ ghost
  /@ requires p >= 1;
     assigns \nothing;
     ensures (p * q) % p == 0;
  @/
  void lemma_multiple(uint32_t p, uint32_t q) {
    uint32_t n = 0;
    /@ loop invariant n <= q;
       loop invariant (p * n) % p == 0;
       loop assigns n;
       loop variant q - n; @/
    while (n < q) {
      /@ assert p * (n + 1) == p * n + p; @/
      n++;
    }
  }
*/

/* The first unit of a block is a multiple of its size. */
/*@ ghost
  /@ requires Shape(t) && AtOrder(t, x, c);
     assigns \nothing;
     ensures InHeap: t.leaves <= Down(x, c) <= 2 * t.leaves - Pow2(c);
     ensures Aligned: (Down(x, c) - t.leaves) % Pow2(c) == 0;
  @/
  void lemma_aligned(struct bud_tree t, uint32_t x, uint32_t c) {
    uint32_t most = lemma_size(t.height - c);
    uint32_t size = lemma_size(c);
    lemma_pow2();
    lemma_down(x, c);
    lemma_product(t.height, c);
    lemma_times(most, x, size);
    lemma_times(x + 1, 2 * most, size);
    lemma_multiple(size, x - most);
    /@ assert Quotient: Down(x, c) - t.leaves == size * (x - most); @/
  }
*/

/*@ ghost
  /@ requires Shape(t);
     assigns \nothing;
     ensures Unique: \forall integer i, c, d;
       AtOrder(t, i, c) && AtOrder(t, i, d) ==> c == d;
     ensures Range: \forall integer i, c;
       AtOrder(t, i, c) ==> 1 <= i < 2 * t.leaves;
     ensures Inner: \forall integer i, c;
       AtOrder(t, i, c) && c >= 1 ==> i < t.leaves;
     ensures Children: \forall integer i, c; AtOrder(t, i, c) && c >= 1
       ==> AtOrder(t, 2 * i, c - 1) && AtOrder(t, 2 * i + 1, c - 1);
     ensures Parent: \forall integer i, c; AtOrder(t, i, c) && c < t.height
       ==> AtOrder(t, i / 2, c + 1);
  @/
  void lemma_order(struct bud_tree t) {
    lemma_pow2();
    /@ assert \forall integer i, c, d;
         AtOrder(t, i, c) && AtOrder(t, i, d) && c < d ==> \false; @/
    /@ assert \forall integer c; 1 <= c <= t.height
         ==> Pow2(t.height - c + 1) == 2 * Pow2(t.height - c); @/
    /@ assert \forall integer c; 0 <= c < t.height
         ==> Pow2(t.height - c) == 2 * Pow2(t.height - c - 1); @/
    return;
  }
*/

/*@ ghost
  /@ requires i >= 0;
     assigns \nothing;
     ensures Next: \forall integer k;
       0 <= k <= 31 ==> Up(i, k + 1) == Up(i / 2, k);
     ensures Self: Up(i, 0) == i;
     ensures Below: \forall integer k;
       1 <= k <= 31 ==> 0 <= Up(i, k) <= i / 2;
  @/
  void lemma_up(uint32_t i) {
    int n = 0;
    /@ assert Up(i, 1) == Up(i, 0) / 2; @/
    /@ loop invariant 0 <= n <= 31;
       loop invariant \forall integer k;
         0 <= k <= n ==> Up(i, k + 1) == Up(i / 2, k);
       loop invariant \forall integer k;
         1 <= k <= n + 1 ==> 0 <= Up(i, k) <= i / 2;
       loop assigns n;
       loop variant 31 - n; @/
    while (n < 31) {
      /@ assert Up(i, n + 2) == Up(i, n + 1) / 2; @/
      /@ assert Up(i / 2, n + 1) == Up(i / 2, n) / 2; @/
      n++;
    }
  }
*/

/*@ ghost
  /@ requires leaf == t.leaves + u;
     assigns \nothing;
     ensures \forall integer c; NodeOf(t, u, c) == Up(leaf, c);
  @/
  void lemma_node(struct bud_tree t, uint32_t u, uint32_t leaf) {
    return;
  }
*/

/* Climbing j levels and then k is climbing j + k. */
/*@ ghost
  /@ requires j <= 31;
     assigns \nothing;
     ensures \forall integer k;
       0 <= k <= 31 ==> Up(Up(x, j), k) == Up(x, j + k);
  @/
  void lemma_up_up(uint32_t x, uint32_t j) {
    uint32_t n = 0;
    /@ loop invariant n <= 31;
       loop invariant \forall integer k;
         0 <= k <= n ==> Up(Up(x, j), k) == Up(x, j + k);
       loop assigns n;
       loop variant 31 - n; @/
    while (n < 31) {
      /@ assert Up(Up(x, j), n + 1) == Up(Up(x, j), n) / 2; @/
      /@ assert Up(x, j + n + 1) == Up(x, j + n) / 2; @/
      n++;
    }
  }
*/

/* A free block bounds what every ancestor says, hence the root. */
/*@ ghost
  /@ requires \valid(t) && WellFormed(*t);
     requires c <= t->height && 1 <= x;
     assigns \nothing;
     ensures Free(*t, x, c) ==> t->node[1] <= t->height - c;
  @/
  void lemma_reach(const struct bud_tree *t, uint32_t x, uint32_t c) {
    uint32_t i = x;
    uint32_t k = 0;
    lemma_order(*t);
    lemma_up(x);
    /@ assert Pow2(0) == 1; @/
    /@ loop invariant 0 <= k <= t->height - c;
       loop invariant U: i == Up(x, k);
       loop invariant At: AtOrder(*t, x, c) ==> AtOrder(*t, i, c + k);
       loop invariant Reach: Free(*t, x, c) ==> t->node[i] <= k;
       loop assigns i, k;
       loop variant t->height - c - k; @/
    while (k < t->height - c) {
      /@ assert Next: Up(x, k + 1) == i / 2; @/
      /@ assert Par: AtOrder(*t, x, c) ==> AtOrder(*t, i / 2, c + k + 1); @/
      /@ assert Loc: AtOrder(*t, x, c) ==> LocalAt(*t, i / 2, c + k + 1); @/
      /@ assert NotLive: Free(*t, x, c)
           ==> !Live(*t, i / 2, c + k + 1); @/
      /@ assert Sum: Free(*t, x, c) ==> Summed(t->node, i / 2); @/
      /@ assert Sides: 2 * (i / 2) == i || 2 * (i / 2) + 1 == i; @/
      i = i / 2;
      k = k + 1;
    }
    /@ assert Root: AtOrder(*t, x, c) ==> i == 1; @/
  }
*/

/* When the root says that no block of order c is free, none is. */
/*@ ghost
  /@ requires \valid(t) && WellFormed(*t);
     requires c <= t->height;
     assigns \nothing;
     ensures t->node[1] > t->height - c ==> NoneFree(*t, c);
  @/
  void lemma_complete(const struct bud_tree *t, uint32_t c) {
    uint32_t x = 1;
    lemma_order(*t);
    /@ loop invariant 1 <= x <= 2 * t->leaves;
       loop invariant \forall integer j; 1 <= j < x
         ==> Free(*t, j, c) ==> t->node[1] <= t->height - c;
       loop assigns x;
       loop variant 2 * t->leaves - x; @/
    while (x < 2 * t->leaves) {
      lemma_reach(t, x, c);
      x = x + 1;
    }
  }
*/

/*@ ghost
  /@ requires \valid(t) && WellFormed(*t);
     assigns \nothing;
     ensures Merged(*t);
  @/
  void lemma_merged(const struct bud_tree *t) {
    /@ assert \forall integer i, c;
         1 <= c && AtOrder(*t, i, c) ==> LocalAt(*t, i, c); @/
    return;
  }
*/

/* A node that is not wholly free lies in no live block but itself. */
/*@ ghost
  /@ requires WellFormed(*t) && \valid(t);
     requires AtOrder(*t, x, c) && t->node[x] != 0;
     assigns \nothing;
     ensures NoLiveAbove(*t, x, c);
  @/
  void lemma_disjoint(const struct bud_tree *t, uint32_t x, uint32_t c) {
    uint32_t i = x;
    uint32_t k = 0;
    lemma_order(*t);
    /@ loop invariant 0 <= k <= t->height - c;
       loop invariant At: AtOrder(*t, i, c + k);
       loop invariant U: i == Up(x, k);
       loop invariant NZ: t->node[i] != 0;
       loop invariant Done: \forall integer m;
         1 <= m <= k ==> !Live(*t, Up(x, m), c + m);
       loop assigns i, k;
       loop variant t->height - c - k; @/
    while (k < t->height - c) {
      /@ assert Next: Up(x, k + 1) == i / 2; @/
      /@ assert AtOrder(*t, i / 2, c + k + 1); @/
      /@ assert LocalAt(*t, i / 2, c + k + 1); @/
      /@ assert Sides: 2 * (i / 2) == i || 2 * (i / 2) + 1 == i; @/
      /@ assert NotWhole: !Whole(t->node, i / 2); @/
      /@ assert NotZero: Summed(t->node, i / 2) ==> t->node[i / 2] != 0; @/
      i = i / 2;
      k = k + 1;
    }
  }
*/

/* No unit lies in two live blocks. */
/*@ ghost
  /@ requires \valid(t) && WellFormed(*t) && u < t->leaves;
     assigns \nothing;
     ensures \forall integer c, d;
       LiveOver(*t, u, c) && LiveOver(*t, u, d) ==> c == d;
  @/
  void lemma_one_owner(const struct bud_tree *t, uint32_t u) {
    uint32_t leaf = t->leaves + u;
    uint32_t x = leaf;
    uint32_t c = 0;
    lemma_order(*t);
    /@ assert Node: \forall integer b; NodeOf(*t, u, b) == Up(leaf, b); @/
    /@ loop invariant Range: 0 <= c <= t->height + 1;
       loop invariant At: c <= t->height ==> AtOrder(*t, x, c);
       loop invariant Path: x == Up(leaf, c);
       loop invariant One: \forall integer a, b; a < c && a < b
         && LiveOver(*t, u, a) ==> !LiveOver(*t, u, b);
       loop assigns x, c;
       loop variant t->height + 1 - c; @/
    while (c <= t->height) {
      if (t->node[x] == c + 1) {
        lemma_disjoint(t, x, c);
        lemma_up_up(leaf, c);
        /@ assert Above: \forall integer b; c < b <= t->height
             ==> !Live(*t, Up(x, b - c), b); @/
        /@ assert Path: \forall integer b; c < b <= t->height
             ==> Up(x, b - c) == Up(leaf, b); @/
        /@ assert Higher: \forall integer b; c < b <= t->height
             ==> !Live(*t, Up(leaf, b), b); @/
      }
      /@ assert Node: NodeOf(*t, u, c) == x; @/
      /@ assert NotHere: t->node[x] != c + 1 ==> !LiveOver(*t, u, c); @/
      /@ assert Higher: t->node[x] == c + 1 ==>
           (\forall integer b; c < b ==> !LiveOver(*t, u, b)); @/
      /@ assert Here: \forall integer b; c < b
           && LiveOver(*t, u, c) ==> !LiveOver(*t, u, b); @/
      /@ assert Next: Up(leaf, c + 1) == x / 2; @/
      x = x / 2;
      c = c + 1;
    }
  }
*/

#endif
