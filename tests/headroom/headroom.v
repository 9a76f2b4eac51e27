(* The headroom that src/core/headroom.h promises suffices: a heap of so many
   units serves every load of at most M live units in blocks of at most 2^n,
   in whatever order blocks come and go.

   The theorems are at the end, about the allocator of model.v. The argument is
   that of headroom.h; its R(k) is [top tops k] here, its s(k) [held tops k]. *)

From Coq Require Import Arith List Lia Wf_nat.
Import ListNotations.
From Buddy Require Import model.

(* ---- Sums ---- *)

(* f 0 + … + f (n - 1) *)
Fixpoint sum (f : nat -> nat) (n : nat) : nat :=
  match n with
  | 0 => 0
  | S m => sum f m + f m
  end.

Lemma sum_le : forall f g n,
  (forall i, i < n -> f i <= g i) -> sum f n <= sum g n.
Proof.
  induction n as [| n IH]; intro H; simpl; [lia |].
  pose proof (H n). assert (sum f n <= sum g n) by (apply IH; auto). lia.
Qed.

Lemma sum_split : forall f g d p q, p <= q ->
  (forall i, i < p -> f i = g i) ->
  (forall i, p <= i -> f i = d) ->
  sum f q = sum g p + (q - p) * d.
Proof.
  intros f g d p q Hpq Hlow Hhigh. induction Hpq as [| q Hpq IH].
  - rewrite Nat.sub_diag, Nat.mul_0_l, Nat.add_0_r.
    apply Nat.le_antisymm; apply sum_le; intros i Hi; rewrite (Hlow i Hi); lia.
  - replace (S q - p) with (S (q - p)) by lia. simpl.
    rewrite IH, (Hhigh q Hpq). lia.
Qed.

(* Half, rounded up. *)
Definition half (x : nat) : nat := (x + 1) / 2.

Lemma half_cases : forall x, x = 2 * half x \/ x + 1 = 2 * half x.
Proof.
  intro x. unfold half.
  pose proof (Nat.div_mod (x + 1) 2).
  pose proof (Nat.mod_upper_bound (x + 1) 2). lia.
Qed.

(* Every second term of a sum that grows is about half of the sum. *)
Lemma evens_low : forall f q, (forall i, f i <= f (S i)) ->
  sum f (2 * q) + f 0 <= 2 * sum (fun i => f (2 * i)) q + f (2 * q).
Proof.
  intros f q Hup. induction q as [| q IH]; [simpl; lia |].
  replace (2 * S q) with (S (S (2 * q))) by lia.
  cbn [sum]. pose proof (Hup (S (2 * q))). lia.
Qed.

Lemma evens_odd : forall f q, (forall i, f i <= f (S i)) ->
  sum f (2 * q + 1) + f 0 <= 2 * sum (fun i => f (2 * i)) (S q).
Proof.
  intros f q Hup. pose proof (evens_low f q Hup).
  rewrite Nat.add_1_r. cbn [sum]. lia.
Qed.

Lemma evens_high : forall f q,
  sum (fun i => f (2 * i)) (half q) <= sum f q.
Proof.
  intros f q.
  assert (Heven : forall p, sum (fun i => f (2 * i)) p <= sum f (2 * p)).
  { induction p as [| p IH]; [simpl; lia |].
    replace (2 * S p) with (S (S (2 * p))) by lia. cbn [sum]. lia. }
  destruct (half_cases q) as [H | H].
  - rewrite H at 2. apply Heven.
  - destruct (half q) as [| p] eqn:E; [simpl; lia |].
    replace q with (S (2 * p)) by lia. cbn [sum].
    pose proof (Heven p). lia.
Qed.

(* ---- What a range of units holds ---- *)

(* Units that a block has in the range of `length` units from `from` on. *)
Definition part (b : block) (from length : nat) : nat :=
  min (finish b) (from + length) - max (start b) from.

Definition filled (live : list block) (from length : nat) : nat :=
  list_sum (map (fun b => part b from length) live).

Lemma sum_part : forall b d q,
  sum (fun i => part b (i * d) d) q = part b 0 (q * d).
Proof.
  intros b d q. unfold part. induction q as [| q IH]; simpl sum.
  - simpl. lia.
  - rewrite IH, Nat.mul_succ_l. assert (start b <= finish b) by
      (unfold finish; lia). lia.
Qed.

Lemma sum_filled : forall live d q,
  sum (fun i => filled live (i * d) d) q <= in_use live.
Proof.
  unfold filled, in_use.
  induction live as [| b live IH]; intros d q; simpl.
  - clear. induction q; simpl; lia.
  - assert (Hadd : forall f g, sum (fun i => f i + g i) q = sum f q + sum g q)
      by (clear; intros; induction q; simpl; lia).
    rewrite Hadd, sum_part. specialize (IH d q).
    assert (part b 0 (q * d) <= size b) by (unfold part, finish; lia). lia.
Qed.

Lemma filled_by : forall live b from length,
  In b live -> part b from length <= filled live from length.
Proof.
  unfold filled. induction live as [| c live IH]; simpl; [tauto |].
  intros b from length [-> | Hin]; [lia |].
  pose proof (IH b from length Hin). lia.
Qed.

(* ---- The tops, and what lies below them ---- *)

(* A history of the heap is summed up in `tops`: blocks of order k never ended
   above the first `tops k` places of 2^k units, nor did smaller ones. *)
Definition top (tops : nat -> nat) (k : nat) : nat := tops k * 2 ^ k.

Definition rises (tops : nat -> nat) : Prop :=
  forall k, half (tops k) <= tops (S k).

Definition below (tops : nat -> nat) (live : list block) : Prop :=
  forall b, In b live -> finish b <= top tops (order b).

Lemma top_step : forall tops, rises tops ->
  forall k, top tops k <= top tops (S k).
Proof.
  intros tops Hrises k. unfold top. rewrite pow2_step.
  pose proof (Hrises k). pose proof (half_cases (tops k)).
  replace (tops (S k) * (2 * 2 ^ k)) with (2 * tops (S k) * 2 ^ k) by ring.
  apply Nat.mul_le_mono_r. lia.
Qed.

Lemma top_mono : forall tops, rises tops ->
  forall j k, j <= k -> top tops j <= top tops k.
Proof.
  intros tops Hrises j k Hjk. induction Hjk as [| k Hjk IH]; [lia |].
  pose proof (top_step tops Hrises k). lia.
Qed.

(* The least that a place of 2^k units from `from` on holds, if any of it is
   live: nothing above the top of order j is smaller than 2^(j + 1). *)
Fixpoint weight (tops : nat -> nat) (k from : nat) : nat :=
  match k with
  | 0 => 1
  | S j => if top tops j <=? from then 2 ^ k else weight tops j from
  end.

(* The same for the place number i of 2^k. *)
Definition weights (tops : nat -> nat) (k i : nat) : nat :=
  weight tops k (i * 2 ^ k).

(* What those below their top hold at least, if none is free. *)
Definition held (tops : nat -> nat) (k : nat) : nat :=
  sum (weights tops k) (tops k).

Lemma weight_range : forall tops k from, 1 <= weight tops k from <= 2 ^ k.
Proof.
  intros tops k from. induction k as [| k IH]; [simpl; lia |].
  pose proof (pow2_step k). pose proof (pow2_positive k).
  cbn [weight]. destruct (top tops k <=? from); lia.
Qed.

Lemma weight_mono : forall tops k from from',
  from <= from' -> weight tops k from <= weight tops k from'.
Proof.
  intros tops k from from' Hle.
  induction k as [| k IH]; [simpl; lia |].
  pose proof (pow2_step k). pose proof (weight_range tops k from).
  cbn [weight].
  destruct (Nat.leb_spec (top tops k) from), (Nat.leb_spec (top tops k) from');
    lia.
Qed.

Lemma weight_antitone : forall tops tops' k from,
  (forall j, tops j <= tops' j) -> weight tops' k from <= weight tops k from.
Proof.
  intros tops tops' k from Hle. induction k as [| k IH]; [simpl; lia |].
  assert (top tops k <= top tops' k)
    by (unfold top; apply Nat.mul_le_mono_r; apply Hle).
  pose proof (pow2_step k). pose proof (weight_range tops' k from).
  cbn [weight].
  destruct (Nat.leb_spec (top tops k) from), (Nat.leb_spec (top tops' k) from);
    lia.
Qed.

Lemma weight_below : forall tops j k from, rises tops ->
  from < top tops j -> weight tops k from <= 2 ^ j.
Proof.
  intros tops j k from Hrises Hfrom. induction k as [| k IH].
  - apply pow2_positive.
  - destruct (Nat.le_gt_cases (S k) j) as [Hle | Hgt].
    + pose proof (weight_range tops (S k) from). pose proof (pow2_mono _ _ Hle).
      lia.
    + pose proof (top_mono tops Hrises j k). cbn [weight].
      destruct (Nat.leb_spec (top tops k) from); lia.
Qed.

(* This is what the weights are for. *)
Lemma weight_filled : forall tops live place c,
  rises tops -> below tops live -> aligned place ->
  In c live -> aligned c -> ~ apart place c ->
  weight tops (order place) (start place)
  <= filled live (start place) (size place).
Proof.
  intros tops live place c Hrises Hbelow Hplace Hin Hc Hshare.
  apply Nat.le_trans with (part c (start place) (size place));
    [| apply filled_by; assumption].
  pose proof (weight_range tops (order place) (start place)).
  destruct (Nat.le_gt_cases (order c) (order place)).
  - assert (start place <= start c /\ finish c <= finish place)
      by (apply nested; unfold apart in *; tauto).
    pose proof (Hbelow c Hin). pose proof (pow2_positive (order c)).
    apply Nat.le_trans with (2 ^ order c).
    + apply weight_below; [assumption |]. unfold finish, size in *. lia.
    + unfold part, finish, size in *. lia.
  - assert (start c <= start place /\ finish place <= finish c)
      by (apply nested; auto; lia).
    unfold part, finish, size in *. lia.
Qed.

(* ---- How high the tops can be ---- *)

(* The places of the next order below the old top are every second of the old
   ones; what is above has the full weight. *)
Lemma held_step : forall tops k, rises tops ->
  held tops (S k) = sum (fun i => weights tops k (2 * i)) (half (tops k))
                    + (tops (S k) - half (tops k)) * 2 ^ S k.
Proof.
  intros tops k Hrises. unfold held.
  pose proof (half_cases (tops k)). pose proof (pow2_positive k).
  apply sum_split; [apply Hrises | |]; intros i Hi;
    unfold weights; cbn [weight]; unfold top;
    replace (i * 2 ^ S k) with (2 * i * 2 ^ k) by (rewrite pow2_step; ring).
  - destruct (Nat.leb_spec (tops k * 2 ^ k) (2 * i * 2 ^ k)) as [Hle |]; auto.
    apply Nat.mul_le_mono_pos_r in Hle; lia.
  - destruct (Nat.leb_spec (tops k * 2 ^ k) (2 * i * 2 ^ k)) as [| Hlt]; auto.
    apply Nat.mul_lt_mono_pos_r in Hlt; lia.
Qed.

(* 2 R(k + 1) <= 2 R(k) + 2 s(k + 1) - s(k) + 2^(k + 1) - 1 *)
Lemma top_growth : forall tops k, rises tops ->
  2 * top tops (S k) + held tops k + 1
  <= 2 * top tops k + 2 * held tops (S k) + 2 ^ S k.
Proof.
  intros tops k Hrises. rewrite (held_step tops k Hrises).
  pose proof (Hrises k) as Hup.
  assert (Hmono : forall i, weights tops k i <= weights tops k (S i)).
  { intro i. apply weight_mono. apply Nat.mul_le_mono_r. lia. }
  pose proof (weight_range tops k (0 * 2 ^ k)) as Hfirst.
  fold (weights tops k 0) in Hfirst.
  unfold held, top. rewrite pow2_step.
  remember (tops (S k) - half (tops k)) as above eqn:Eabove.
  replace (tops (S k)) with (half (tops k) + above) by lia.
  destruct (half_cases (tops k)) as [Heven | Hodd].
  - pose proof (evens_low (weights tops k) (half (tops k)) Hmono) as Hhalf.
    rewrite <- Heven in Hhalf.
    pose proof (weight_range tops k (tops k * 2 ^ k)) as Hlast.
    fold (weights tops k (tops k)) in Hlast. nia.
  - destruct (half (tops k)) as [| q] eqn:Eq; [lia |].
    pose proof (evens_odd (weights tops k) q Hmono) as Hhalf.
    replace (2 * q + 1) with (tops k) in Hhalf by lia. nia.
Qed.

Lemma top_bound : forall tops M n, rises tops ->
  (forall k, held tops k <= M) ->
  2 * top tops n + n + 2 <= 2 * held tops n + n * M + 2 * 2 ^ n.
Proof.
  intros tops M n Hrises Hheld. induction n as [| n IH].
  - unfold held, top.
    assert (Hones : forall q, sum (weights tops 0) q = q)
      by (induction q; unfold weights in *; simpl in *; lia).
    rewrite Hones. simpl. lia.
  - pose proof (top_growth tops n Hrises). pose proof (Hheld n).
    rewrite pow2_step in *. lia.
Qed.

(* ---- The tops of a history ---- *)

(* The places of its size up to the end of a block. *)
Definition places (b : block) : nat := start b / size b + 1.

(* A new block raises the top of its order and, by rounding, those above. *)
Fixpoint raised (tops : nat -> nat) (b : block) (k : nat) : nat :=
  max (max (tops k) (match k with 0 => 0 | S j => half (raised tops b j) end))
      (if k =? order b then places b else 0).

(* Why a top is where it is. *)
Lemma raised_cases : forall tops b k,
  raised tops b k = tops k
  \/ (exists j, k = S j /\ raised tops b k = half (raised tops b j))
  \/ (k = order b /\ raised tops b k = places b).
Proof.
  intros tops b k. destruct k as [| j]; cbn [raised].
  - destruct (Nat.eqb_spec 0 (order b)); lia.
  - set (h := half (raised tops b j)).
    destruct (Nat.eqb_spec (S j) (order b));
      destruct (Nat.max_spec (tops (S j)) h) as [[_ E] | [_ E]]; rewrite E;
      match goal with |- context [max ?x ?y] =>
        destruct (Nat.max_spec x y) as [[_ F] | [_ F]]; rewrite F
      end; try (left; lia); try (right; right; lia);
      right; left; exists j; unfold h; lia.
Qed.

Lemma raised_above : forall tops b k, tops k <= raised tops b k.
Proof. intros tops b k. destruct k; cbn [raised]; lia. Qed.

Lemma raised_rises : forall tops b, rises (raised tops b).
Proof. intros tops b k. cbn [raised]. lia. Qed.

Lemma raised_block : forall tops b,
  aligned b -> finish b <= top (raised tops b) (order b).
Proof.
  intros tops b [q Hq]. pose proof (pow2_positive (order b)).
  assert (places b <= raised tops b (order b)) as Hle.
  { destruct (order b) eqn:E; cbn [raised]; rewrite E, Nat.eqb_refl; lia. }
  unfold places, top, finish in *. rewrite Hq in *. unfold size in *.
  rewrite Nat.div_mul in Hle by lia. nia.
Qed.

(* What is kept up while blocks come and go. *)
Record invariant (M : nat) (live : list block) (tops : nat -> nat) : Prop := {
  all_aligned : forall b, In b live -> aligned b;
  all_below : below tops live;
  all_rise : rises tops;
  all_held : forall k, held tops k <= M
}.

Lemma invariant_new : forall M, invariant M [] (fun _ => 0).
Proof.
  split; unfold below, rises, held, half; simpl; intros; try tauto; lia.
Qed.

Lemma invariant_less : forall M live live' tops,
  incl live' live -> invariant M live tops -> invariant M live' tops.
Proof. intros M live live' tops Hincl [? ? ? ?]. split; unfold below; auto. Qed.

(* No place below that of the new block was free, so what the weights say is
   in use. *)
Lemma held_by_live : forall units live b tops,
  lowest units live b ->
  (forall c, In c (b :: live) -> aligned c) ->
  below tops (b :: live) -> rises tops ->
  sum (weights tops (order b)) (places b) <= in_use (b :: live).
Proof.
  intros units live b tops [[Hb [Hinside Hfree]] Hlowest].
  intros Haligned Hbelow Hrises.
  pose proof (pow2_positive (order b)) as Hpos.
  apply Nat.le_trans with
    (sum (fun i => filled (b :: live) (i * size b) (size b)) (places b));
    [| apply sum_filled].
  destruct Hb as [q Hq].
  replace (places b) with (q + 1)
    by (unfold places; rewrite Hq; unfold size; rewrite Nat.div_mul; lia).
  apply sum_le. intros i Hi.
  set (place := Block (i * size b) (order b)).
  change (weight tops (order place) (start place)
          <= filled (b :: live) (start place) (size place)).
  assert (Hplace : aligned place) by (exists i; reflexivity).
  assert (Hor : Exists (fun c => ~ apart place c) (b :: live)).
  { apply Exists_exists.
    destruct (Nat.eq_dec i q) as [-> | Hne].
    - exists b. split; [left; reflexivity |].
      unfold apart, finish, place, size in *; simpl. lia.
    - assert (i * size b + size b <= q * size b) by
        (replace (i * size b + size b) with (S i * size b) by ring;
         apply Nat.mul_le_mono_r; lia).
      assert (Hnot : ~ Forall (apart place) live).
      { intro Hall. rewrite Forall_forall in Hall.
        assert (start b <= start place) as Hle.
        { apply Hlowest; [reflexivity |].
          split; [assumption |]. split; [| assumption].
          unfold finish, place, size in *; simpl in *. lia. }
        unfold place, size in *; simpl in *. lia. }
      apply neg_Forall_Exists_neg, Exists_exists in Hnot.
      + destruct Hnot as [c [Hin Hc]]. exists c. split; [right |]; assumption.
      + intro c. destruct (apart_dec place c); tauto. }
  apply Exists_exists in Hor. destruct Hor as [c [Hin Hshare]].
  apply weight_filled with c; auto.
Qed.

Lemma invariant_allocated : forall units M live b tops,
  lowest units live b -> in_use (b :: live) <= M ->
  invariant M live tops -> invariant M (b :: live) (raised tops b).
Proof.
  intros units M live b tops Hlowest HM [Haligned Hbelow Hrises Hheld].
  assert (Haligned' : forall c, In c (b :: live) -> aligned c).
  { intros c [<- | Hin]; [apply Hlowest | auto]. }
  assert (Hbelow' : below (raised tops b) (b :: live)).
  { intros c [<- | Hin]; [apply raised_block, Hlowest |].
    apply Nat.le_trans with (top tops (order c)); [auto |].
    apply Nat.mul_le_mono_r, raised_above. }
  pose proof (raised_rises tops b) as Hrises'.
  split; auto. induction k as [k IH] using lt_wf_ind.
  destruct (raised_cases tops b k) as [E | [[j [-> E]] | [-> E]]].
  - apply Nat.le_trans with (held tops k); [| apply Hheld].
    unfold held. rewrite E. apply sum_le. intros i _.
    apply weight_antitone. apply raised_above.
  - rewrite (held_step _ _ Hrises'), E, Nat.sub_diag, Nat.mul_0_l, Nat.add_0_r.
    apply Nat.le_trans with (held (raised tops b) j); [| apply IH; lia].
    apply evens_high.
  - unfold held. rewrite E.
    apply Nat.le_trans with (in_use (b :: live)); [| assumption].
    apply held_by_live with units; assumption.
Qed.

Lemma invariant_reachable : forall units M n live,
  reachable units M n live -> exists tops, invariant M live tops.
Proof.
  induction 1 as [| live b _ [tops IH] _ HM Hlowest
                  | before b after _ [tops IH]].
  - eexists. apply invariant_new.
  - eexists. eapply invariant_allocated; eassumption.
  - eexists. eapply invariant_less; [| eassumption].
    intros c Hin. apply in_app_iff in Hin. apply in_app_iff. simpl. tauto.
Qed.

(* ---- The theorems ---- *)

(* The formula in src/core/headroom.h, before and after it is rounded up. *)
Definition needed (live n : nat) : nat := live + (live - 1) * n / 2.
Definition headroom (M n : nat) : nat :=
  (needed M n + (2 ^ n - 1)) / 2 ^ n * 2 ^ n.

Lemma headroom_spec : forall M n,
  Nat.divide (2 ^ n) (headroom M n)
  /\ needed M n <= headroom M n < needed M n + 2 ^ n.
Proof.
  intros M n. unfold headroom. pose proof (pow2_positive n) as Hpos.
  split; [exists ((needed M n + (2 ^ n - 1)) / 2 ^ n); reflexivity |].
  pose proof (Nat.div_mod (needed M n + (2 ^ n - 1)) (2 ^ n)).
  pose proof (Nat.mod_upper_bound (needed M n + (2 ^ n - 1)) (2 ^ n)).
  lia.
Qed.

(* However large the heap, no block ends above the headroom. *)
Theorem no_block_ends_above_the_headroom : forall units M n live b,
  reachable units M n live -> In b live -> finish b <= headroom M n.
Proof.
  intros units M n live b Hreach Hin.
  destruct (invariant_reachable _ _ _ _ Hreach)
    as [tops [_ Hbelow Hrises Hheld]].
  assert (Hb : finish b <= top tops n).
  { apply Nat.le_trans with (top tops (order b)); [auto |].
    apply top_mono; [assumption |].
    apply (reachable_facts _ _ _ _ Hreach), Hin. }
  eapply Nat.le_trans; [exact Hb |].
  pose proof (top_bound tops M n Hrises Hheld) as Htop.
  pose proof (Hheld n). pose proof (pow2_positive n).
  destruct (headroom_spec M n) as [[z Hz] [Henough _]].
  destruct (Nat.le_gt_cases (top tops n) (headroom M n)) as [| Hgt];
    [assumption | exfalso].
  assert (headroom M n + 2 ^ n <= top tops n).
  { rewrite Hz in *. unfold top in *.
    apply Nat.mul_lt_mono_pos_r in Hgt; [nia | lia]. }
  unfold needed in Henough.
  pose proof (Nat.div_mod ((M - 1) * n) 2).
  pose proof (Nat.mod_upper_bound ((M - 1) * n) 2).
  assert (n * M <= (M - 1) * n + n) by nia.
  lia.
Qed.

(* A heap with the headroom serves every request that its load allows. *)
Theorem a_heap_with_headroom_never_fails : forall units M n live k,
  headroom M n <= units ->
  reachable units M n live -> k <= n -> in_use live + 2 ^ k <= M ->
  exists b, order b = k /\ lowest units live b.
Proof.
  intros units M n live k Henough Hreach Hk HM.
  pose proof (pow2_positive k) as Hpos.
  (* In a larger heap the place above all others would do. *)
  set (far := Block (units * 2 ^ k) k).
  destruct (lowest_exists (finish far + units) live far) as [b [Horder Hb]].
  { split; [exists units; reflexivity |]. split; [lia |].
    intros c Hin. right.
    assert (finish c <= units) by (apply (reachable_facts _ _ _ _ Hreach), Hin).
    simpl. nia. }
  exists b. split; [exact Horder |].
  assert (Hinside : finish b <= units).
  { apply Nat.le_trans with (headroom M n); [| assumption].
    apply no_block_ends_above_the_headroom
      with (finish far + units) (b :: live); [| left; reflexivity].
    constructor; auto.
    - apply reachable_larger with units; [lia | assumption].
    - rewrite Horder. exact Hk.
    - unfold in_use in *. simpl. unfold size at 1. rewrite Horder. simpl in *.
      lia. }
  destruct Hb as [[Haligned [_ Hfree]] Hleast].
  split; [split; [| split]; assumption |].
  intros c Hsame [? [? ?]]. apply Hleast; [assumption |].
  split; [assumption |]. split; [lia | assumption].
Qed.

(* The same for what bud_headroom_units answers: the hypotheses are its
   contract, where it does not answer BUD_TREE_NONE. *)
Definition largest (live_units most n : nat) : Prop :=
  n <= most /\ 2 ^ n <= live_units /\ (n = most \/ live_units < 2 * 2 ^ n).

Theorem what_bud_headroom_units_answers_suffices :
  forall live_units most n units live k,
  largest live_units most n ->
  needed live_units n <= units < needed live_units n + 2 ^ n ->
  units mod 2 ^ n = 0 ->
  reachable units live_units most live ->
  k <= most -> in_use live + 2 ^ k <= live_units ->
  exists b, order b = k /\ lowest units live b.
Proof.
  intros M most n units live k [_ [_ Hn]] Hunits Hmod Hreach Hk HM.
  pose proof (pow2_positive n) as Hpos.
  assert (Hlargest : forall j, j <= most -> 2 ^ j <= M -> j <= n).
  { intros j Hj HjM. destruct Hn as [-> | Hn]; [assumption |].
    destruct (Nat.le_gt_cases j n) as [| Hgt]; [assumption |].
    pose proof (pow2_mono (S n) j Hgt). rewrite pow2_step in *. lia. }
  assert (Hreach' : reachable units M n live).
  { clear HM. induction Hreach; econstructor; eauto.
    apply Hlargest; [assumption |]. unfold in_use, size in *. simpl in *. lia. }
  apply a_heap_with_headroom_never_fails with M n; auto;
    [| apply Hlargest; lia].
  apply Nat.mod_divide in Hmod; [| lia]. destruct Hmod as [z Hz].
  destruct (headroom_spec M n) as [[y Hy] [_ Hnear]].
  rewrite Hy, Hz in *.
  apply Nat.mul_le_mono_r. apply Nat.lt_succ_r.
  apply Nat.mul_lt_mono_pos_r with (2 ^ n); simpl; lia.
Qed.

(* ---- The numbers ---- *)

(* tests/unit/heap_test.c expects the same of buddy_headroom. *)
Example headroom_of_12_units : map (headroom 12) [0; 3] = [12; 32].
Proof. reflexivity. Qed.

(* The bound is reached: of three single units the second stays, and two units
   together no longer fit below it. *)
Ltac place_is_lowest :=
  split; [split; [| split] |];
  [ apply Nat.mod_divide; [discriminate | reflexivity]
  | cbn; lia
  | apply Forall_forall; repeat constructor; unfold apart; cbn; lia
  | intros [a k] Hk [[q Hq] [_ Hfree]]; cbn in Hk; subst k;
    apply Forall_forall in Hfree; unfold apart in Hfree;
    rewrite ?Forall_cons_iff in Hfree; cbn in *; lia ].

Example the_headroom_is_reached :
  reachable 4 3 1 [Block 2 1; Block 1 0] /\ finish (Block 2 1) = headroom 3 1.
Proof.
  split; [| reflexivity].
  apply allocated; [| cbn; lia | cbn; lia | place_is_lowest].
  apply (freed _ _ _ [] (Block 2 0) [Block 1 0]).
  apply (freed _ _ _ [Block 2 0; Block 1 0] (Block 0 0) []).
  repeat (apply allocated; [| cbn; lia | cbn; lia | place_is_lowest]).
  apply new_heap.
Qed.
