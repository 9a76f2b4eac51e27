(* No allocator whatever does with much less than the headroom: J. M. Robson,
   "Bounds for some functions concerning dynamic storage allocation", JACM 21
   (1974). With M a multiple of 2^n, every heap of less than
   M + M * n / 2 - 2^n + 1 units is brought to fail, wherever its allocator puts
   the blocks, and even if it does not align them.

   Why. First the user fills the heap with single units. In the round i he looks
   at the units whose number leaves the remainder f when divided by 2^i, frees
   what lies on none of them, and requests blocks of 2^i for all that he may
   have; each of these lies on one again. For the next round f stays or grows by
   2^(i - 1), whichever leaves less room: [slack] is what falls by M / 2 in each
   round, until more blocks are live than there are such units. *)

From Coq Require Import Arith List Lia.
Import ListNotations.
From Buddy Require Import model headroom.

(* ---- The game ---- *)

Definition free (units : nat) (live : list block) (b : block) : Prop :=
  finish b <= units /\ forall c, In c live -> apart b c.

(* The user can bring every allocator to fail, from these live blocks on: he
   frees one, or requests one that no place can be found for, or is brought to
   fail wherever it is put. *)
Inductive defeated (units M n : nat) : list block -> Prop :=
| requests : forall live k,
    k <= n ->
    in_use live + 2 ^ k <= M ->
    (forall b, order b = k -> free units live b ->
       defeated units M n (b :: live)) ->
    defeated units M n live
| frees : forall before b after,
    defeated units M n (before ++ after) ->
    defeated units M n (before ++ b :: after).

(* What an allocator can have made live. *)
Definition possible (units : nat) (live : list block) : Prop :=
  Forall (fun b => finish b <= units) live /\ ForallOrdPairs apart live.

Lemma in_use_app : forall a b, in_use (a ++ b) = in_use a + in_use b.
Proof. intros. unfold in_use. rewrite map_app, list_sum_app. reflexivity. Qed.

(* The user keeps only the blocks that he likes. *)
Lemma keep : forall units M n likes live,
  defeated units M n (filter likes live) -> defeated units M n live.
Proof.
  intros units M n likes live.
  assert (H : forall before,
    defeated units M n (before ++ filter likes live) ->
    defeated units M n (before ++ live)).
  { induction live as [| b live IH]; intros before H; [assumption |].
    simpl in H. destruct (likes b).
    - replace (before ++ b :: live) with ((before ++ [b]) ++ live)
        by (rewrite <- app_assoc; reflexivity).
      apply IH. rewrite <- app_assoc. exact H.
    - apply frees, IH, H. }
  apply (H []).
Qed.

(* He requests `count` blocks of order k, all of which he may have. *)
Lemma request_many : forall units M n k count live,
  k <= n -> in_use live + count * 2 ^ k <= M -> possible units live ->
  (forall more, length more = count -> Forall (fun b => order b = k) more ->
     possible units (more ++ live) -> defeated units M n (more ++ live)) ->
  defeated units M n live.
Proof.
  intros units M n k count. induction count as [| count IH];
    intros live Hk HM Hlive Hall.
  - apply (Hall []); auto.
  - simpl in HM. apply requests with k; [assumption | lia |].
    intros b Hb [Hinside Hfree]. apply IH; [assumption | | |].
    + unfold in_use in *. simpl. unfold size at 1. rewrite Hb. lia.
    + destruct Hlive. split; constructor; auto. apply Forall_forall; auto.
    + intros more Hlength Horder Hpossible.
      replace (more ++ b :: live) with ((more ++ [b]) ++ live) in *
        by (rewrite <- app_assoc; reflexivity).
      apply Hall; [| | assumption].
      * rewrite app_length. simpl. lia.
      * apply Forall_app. auto.
Qed.

(* ---- Units with a remainder, and the blocks that lie on them ---- *)

Definition on (d f unit : nat) : bool := unit mod d =? f.
Definition lies_on (d f : nat) (b : block) : bool :=
  existsb (on d f) (seq (start b) (size b)).

Definition count (d f units : nat) : nat :=
  length (filter (on d f) (seq 0 units)).

Lemma lies_on_spec : forall d f b,
  lies_on d f b = true <->
  exists unit, start b <= unit < finish b /\ unit mod d = f.
Proof.
  intros d f b. unfold lies_on, on, finish. rewrite existsb_exists.
  split; intros [unit [H1 H2]]; exists unit.
  - apply in_seq in H1. apply Nat.eqb_eq in H2. auto.
  - split; [apply in_seq; lia | apply Nat.eqb_eq; assumption].
Qed.

(* d units in a row leave every remainder. *)
Lemma large_lies_on : forall d f b,
  f < d -> size b = d -> lies_on d f b = true.
Proof.
  intros d f b Hf Hsize. apply lies_on_spec. unfold finish. rewrite Hsize.
  pose proof (Nat.div_mod (start b) d).
  pose proof (Nat.mod_upper_bound (start b) d).
  set (q := start b / d) in *. set (r := start b mod d) in *.
  destruct (Nat.le_gt_cases r f).
  - exists (f + q * d). split; [lia |].
    rewrite Nat.mod_add by lia. apply Nat.mod_small; lia.
  - exists (f + (q + 1) * d). split; [lia |].
    rewrite Nat.mod_add by lia. apply Nat.mod_small; lia.
Qed.

(* One unit has room for one block. *)
Lemma one_each : forall units d f live,
  possible units live -> Forall (fun b => lies_on d f b = true) live ->
  length live <= count d f units.
Proof.
  intros units d f live [Hinside Hapart] Hon.
  assert (H : exists marks, length marks = length live /\ NoDup marks
    /\ forall unit, In unit marks -> unit mod d = f
         /\ exists b, In b live /\ start b <= unit < finish b).
  { induction live as [| b live IH].
    - exists []. split; [reflexivity |]. split; [constructor | simpl; tauto].
    - inversion Hinside; inversion Hapart as [| ? ? Hb]; inversion Hon; subst.
      destruct IH as [marks [Hlength [Hdup Hmarks]]]; auto.
      assert (Hlies : lies_on d f b = true) by assumption.
      apply lies_on_spec in Hlies. destruct Hlies as [unit [Hunit Hf]].
      exists (unit :: marks). split; [simpl; lia |]. split.
      + constructor; [| assumption]. intro Hin.
        destruct (Hmarks unit Hin) as [_ [c [Hc Hrange]]].
        rewrite Forall_forall in Hb. specialize (Hb c Hc). unfold apart in Hb.
        lia.
      + intros v [<- | Hv]; [split; [assumption |]; exists b; simpl; auto |].
        destruct (Hmarks v Hv) as [? [c [? ?]]].
        split; [assumption |]. exists c. simpl. auto. }
  destruct H as [marks [<- [Hdup Hmarks]]].
  apply NoDup_incl_length; [assumption |]. intros unit Hin.
  destruct (Hmarks unit Hin) as [Hf [b [Hb Hrange]]].
  rewrite Forall_forall in Hinside. specialize (Hinside b Hb). simpl in Hinside.
  apply filter_In. split; [apply in_seq; lia | apply Nat.eqb_eq; assumption].
Qed.

(* A remainder says two when divided by twice as much. *)
Lemma mod_twice : forall d unit, 1 <= d ->
  unit mod (2 * d) = unit mod d \/ unit mod (2 * d) = unit mod d + d.
Proof.
  intros d unit Hd. rewrite (Nat.mul_comm 2 d), Nat.mod_mul_r by lia.
  pose proof (Nat.mod_upper_bound (unit / d) 2).
  destruct (unit / d mod 2) as [| [| ?]]; lia.
Qed.

Lemma count_twice : forall d f units, 1 <= d -> f < d ->
  count (2 * d) f units + count (2 * d) (f + d) units <= count d f units.
Proof.
  intros d f units Hd Hf. unfold count, on.
  induction (seq 0 units) as [| unit rest IH]; [simpl; lia |].
  cbn [filter].
  pose proof (mod_twice d unit Hd).
  pose proof (Nat.mod_upper_bound unit d).
  destruct (Nat.eqb_spec (unit mod (2 * d)) f),
    (Nat.eqb_spec (unit mod (2 * d)) (f + d)),
    (Nat.eqb_spec (unit mod d) f); cbn [length]; lia.
Qed.

Lemma lies_on_twice : forall d f b, 1 <= d -> f < d ->
  lies_on d f b = true ->
  lies_on (2 * d) f b = true \/ lies_on (2 * d) (f + d) b = true.
Proof.
  intros d f b Hd Hf Hon. rewrite !lies_on_spec in *.
  destruct Hon as [unit [Hrange Hunit]].
  destruct (mod_twice d unit Hd); [left | right]; exists unit; lia.
Qed.

(* ---- The rounds ---- *)

(* What the live blocks are short of 2^i units each. *)
Definition short (i : nat) (live : list block) : nat :=
  list_sum (map (fun b => 2 ^ i - size b) live).

Lemma short_app : forall i a b, short i (a ++ b) = short i a + short i b.
Proof. intros. unfold short. rewrite map_app, list_sum_app. reflexivity. Qed.

Lemma short_in_use : forall i live,
  Forall (fun b => order b <= i) live ->
  short i live + in_use live = length live * 2 ^ i.
Proof.
  unfold short, in_use.
  induction 1 as [| b live Hb _ IH]; simpl; [reflexivity |].
  pose proof (pow2_mono _ _ Hb). unfold size in *. lia.
Qed.

(* Each block counts for one choice of the next f at least. *)
Lemma short_twice : forall i f live,
  f < 2 ^ i -> Forall (fun b => lies_on (2 ^ i) f b = true) live ->
  short (S i) live
  <= short (S i) (filter (lies_on (2 ^ S i) f) live)
     + short (S i) (filter (lies_on (2 ^ S i) (f + 2 ^ i)) live).
Proof.
  intros i f live Hf. pose proof (pow2_positive i). unfold short.
  induction 1 as [| b live Hb _ IH]; [simpl; lia |].
  cbn [filter]. change (2 ^ S i) with (2 * 2 ^ i) in *.
  destruct (lies_on_twice (2 ^ i) f b) as [E | E]; auto; rewrite E;
    [destruct (lies_on (2 * 2 ^ i) (f + 2 ^ i) b)
    | destruct (lies_on (2 * 2 ^ i) f b)]; cbn [map list_sum fold_right] in *;
    unfold list_sum in *; cbn [fold_right]; lia.
Qed.

(* After the round i: all live blocks lie on the units that leave f, no block
   of 2^i may be had beside them, and the slack has fallen as it must. *)
Record round (units M h n i f : nat) (live : list block) : Prop := {
  is_possible : possible units live;
  is_small : Forall (fun b => order b <= i) live;
  is_on : Forall (fun b => lies_on (2 ^ i) f b = true) live;
  is_remainder : f < 2 ^ i;
  is_allowed : in_use live <= M;
  is_full : M < in_use live + 2 ^ i;
  slack : 2 ^ i * count (2 ^ i) f units + 2 ^ n
          <= short i live + M + (n - i) * h
}.

(* The blocks of the round fill up what the user kept for it. *)
Lemma round_fill : forall units M h n i f live,
  i <= n -> possible units live -> in_use live <= M ->
  Forall (fun b => order b <= i) live ->
  Forall (fun b => lies_on (2 ^ i) f b = true) live ->
  f < 2 ^ i ->
  2 ^ i * count (2 ^ i) f units + 2 ^ n <= short i live + M + (n - i) * h ->
  (forall live', round units M h n i f live' -> defeated units M n live') ->
  defeated units M n live.
Proof.
  intros units M h n i f live Hi Hpossible HM Hsmall Hon Hf Hslack Hnext.
  pose proof (pow2_positive i) as Hpos.
  pose proof (Nat.div_mod (M - in_use live) (2 ^ i)) as Hdiv.
  pose proof (Nat.mod_upper_bound (M - in_use live) (2 ^ i)) as Hmod.
  set (q := (M - in_use live) / 2 ^ i) in *.
  apply request_many with i q; [assumption | lia | assumption |].
  intros more Hlength Horder Hmore. apply Hnext.
  assert (Hsame : Forall (fun b => order b <= i) more)
    by (eapply Forall_impl; [| exact Horder]; simpl; lia).
  assert (Huse : short i more = 0 /\ in_use more = q * 2 ^ i).
  { rewrite <- Hlength. clear -Horder. unfold short, in_use.
    induction Horder as [| b more Hb _ IH]; simpl; [auto |].
    unfold size at 1 3. rewrite Hb. lia. }
  split; auto.
  - apply Forall_app. auto.
  - apply Forall_app. split; [| assumption].
    eapply Forall_impl; [| exact Horder]. simpl. intros b Hb.
    apply large_lies_on; [assumption |]. unfold size. rewrite Hb. reflexivity.
  - rewrite in_use_app. lia.
  - rewrite in_use_app. lia.
  - rewrite short_app. lia.
Qed.

(* After the last round there are more blocks than they can lie on. *)
Lemma last_round : forall units M h n f live,
  ~ round units M h n n f live.
Proof.
  intros units M h n f live [Hpossible Hsmall Hon _ _ Hfull Hslack].
  pose proof (one_each units (2 ^ n) f live Hpossible Hon) as Hone.
  pose proof (short_in_use n live Hsmall).
  rewrite Nat.sub_diag in Hslack.
  assert (2 ^ n * count (2 ^ n) f units < 2 ^ n * length live) as Hmore by lia.
  apply Nat.mul_lt_mono_pos_l in Hmore; [lia |]. pose proof (pow2_positive n).
  lia.
Qed.

Lemma next_round : forall units M h n i f live,
  M = 2 * h -> Nat.divide (2 ^ i) h -> i < n ->
  (forall f' live', round units M h n (S i) f' live' ->
     defeated units M n live') ->
  round units M h n i f live -> defeated units M n live.
Proof.
  intros units M h n i f live HM [g Hg] Hi Hnext.
  intros [Hpossible Hsmall Hon Hf Hallowed Hfull Hslack].
  pose proof (pow2_positive i) as Hpos.
  pose proof (short_in_use i live Hsmall) as Hall.
  assert (Hsmall' : Forall (fun b => order b <= S i) live)
    by (eapply Forall_impl; [| exact Hsmall]; simpl; lia).
  pose proof (short_in_use (S i) live Hsmall') as Hall'.
  pose proof (short_twice i f live Hf Hon) as Htwice.
  pose proof (count_twice (2 ^ i) f units Hpos Hf) as Hcount.
  change (2 * 2 ^ i) with (2 ^ S i) in Hcount.
  (* All but the blocks in use are multiples of 2^i, so nothing is lost. *)
  assert (Hwhole : 2 ^ i * count (2 ^ i) f units + 2 ^ n
                   <= length live * 2 ^ i + (n - i) * h).
  { replace (2 ^ n) with (2 ^ (n - i) * 2 ^ i) in *
      by (rewrite <- Nat.pow_add_r; f_equal; lia).
    set (e := 2 ^ (n - i)) in *. set (w := count (2 ^ i) f units) in *.
    assert (w + e < length live + (n - i) * g + 1); [| nia].
    apply Nat.mul_lt_mono_pos_r with (2 ^ i); [lia |]. nia. }
  assert (Hdown : (n - i) * h = (n - S i) * h + h)
    by (replace (n - i) with (S (n - S i)) by lia; simpl; lia).
  assert (Hkept : forall likes,
    possible units (filter likes live)
    /\ in_use (filter likes live) <= M
    /\ Forall (fun b => order b <= S i) (filter likes live)).
  { clear -Hpossible Hsmall' Hallowed. destruct Hpossible as [Hinside Hapart].
    intro likes.
    assert (Hsub : forall P, Forall P live -> Forall P (filter likes live)).
    { intros P H. rewrite Forall_forall in *. intros b Hb.
      apply filter_In in Hb. apply H, Hb. }
    split; [split; [auto |] | split; [| auto]].
    - clear -Hapart. induction Hapart as [| b live Hb _ IH]; [constructor |].
      simpl. destruct (likes b); [constructor |]; auto.
      rewrite Forall_forall in *. intros c Hc. apply filter_In in Hc.
      apply Hb, Hc.
    - apply Nat.le_trans with (in_use live); [| assumption].
      clear. unfold in_use. induction live as [| b live IH]; simpl; [lia |].
      destruct (likes b); simpl; lia. }
  assert (Hchoice : forall f', f' < 2 ^ S i ->
    2 ^ S i * count (2 ^ S i) f' units + 2 ^ n
    <= short (S i) (filter (lies_on (2 ^ S i) f') live) + M + (n - S i) * h ->
    defeated units M n live).
  { intros f' Hf' Hslack'. apply keep with (lies_on (2 ^ S i) f').
    destruct (Hkept (lies_on (2 ^ S i) f')) as [? [? ?]].
    apply round_fill with h (S i) f'; auto.
    - apply Forall_forall. intros b Hb. apply filter_In in Hb. apply Hb.
    - intros live'. apply Hnext. }
  rewrite pow2_step in *.
  set (w := count (2 ^ i) f units) in *.
  set (w0 := count (2 * 2 ^ i) f units) in *.
  set (w1 := count (2 * 2 ^ i) (f + 2 ^ i) units) in *.
  assert (2 ^ i * w0 + 2 ^ i * w1 <= 2 ^ i * w) by nia.
  destruct (Nat.le_gt_cases
    (2 * 2 ^ i * w0 + 2 ^ n)
    (short (S i) (filter (lies_on (2 * 2 ^ i) f) live) + M + (n - S i) * h)).
  - apply Hchoice with f; [lia | assumption].
  - apply Hchoice with (f + 2 ^ i); [lia |]. fold w1. nia.
Qed.

(* ---- The theorems ---- *)

(* What any allocator needs, with M units live in blocks of at most 2^n. *)
Definition needed_by_any (M n : nat) : nat := M + M * n / 2 - 2 ^ n + 1.

Theorem no_allocator_does_with_less : forall units M n,
  Nat.divide (2 ^ n) M -> 1 <= M ->
  units < needed_by_any M n -> defeated units M n [].
Proof.
  intros units M n [m Hm] HM Hunits. unfold needed_by_any in Hunits.
  pose proof (pow2_positive n) as Hpos.
  assert (2 ^ n <= M) by (destruct m; nia).
  set (h := M / 2).
  assert (Hh : M * n / 2 = n * h /\ (1 <= n -> M = 2 * h)
               /\ forall i, i < n -> Nat.divide (2 ^ i) h).
  { unfold h. destruct n as [| n].
    - rewrite Nat.mul_0_r. repeat split; try reflexivity; lia.
    - replace M with (m * 2 ^ n * 2) by (rewrite Hm, pow2_step; ring).
      rewrite Nat.div_mul by lia. split; [| split].
      + replace (m * 2 ^ n * 2 * S n) with (S n * (m * 2 ^ n) * 2) by ring.
        apply Nat.div_mul. lia.
      + lia.
      + intros i Hi. exists (m * 2 ^ (n - i)).
        rewrite <- Nat.mul_assoc, <- Nat.pow_add_r. do 2 f_equal. lia. }
  destruct Hh as [Htotal [Heven Hdivide]].
  assert (Hround : forall k i f live, k + i = n ->
    round units M h n i f live -> defeated units M n live).
  { induction k as [| k IH]; intros i f live Hi Hlive.
    - simpl in Hi. subst i. destruct (last_round _ _ _ _ _ _ Hlive).
    - eapply next_round; [apply Heven | apply Hdivide | | | exact Hlive];
        try lia.
      intros f' live'. apply IH. lia. }
  apply round_fill with h 0 0;
    try solve [constructor | unfold in_use; simpl; lia].
  - split; constructor.
  - assert (Hcount : count (2 ^ 0) 0 units = units).
    { unfold count, on. rewrite <- (seq_length units 0) at 2. f_equal.
      induction (seq 0 units) as [| unit rest IH]; [reflexivity |].
      cbn [filter]. rewrite IH, Nat.mod_1_r. reflexivity. }
    rewrite Hcount. unfold short. simpl. rewrite Nat.sub_0_r. lia.
  - intros live'. apply Hround with n. lia.
Qed.

(* With the headroom the lowest fit survives: between the two lies the price of
   a fast and simple allocator. *)
Theorem the_lowest_fit_is_not_defeated : forall units M n live,
  headroom M n <= units -> reachable units M n live ->
  ~ defeated units M n live.
Proof.
  intros units M n live Henough Hreach Hdefeated.
  induction Hdefeated as [live k Hk HM _ IH | before b after _ IH].
  - destruct (a_heap_with_headroom_never_fails units M n live k)
      as [b [Horder Hlowest]]; auto.
    apply (IH b Horder); [split; apply Hlowest |].
    apply allocated; auto; [lia |].
    unfold in_use in *. simpl. unfold size at 1. rewrite Horder. lia.
  - apply IH. apply freed with b. exact Hreach.
Qed.
