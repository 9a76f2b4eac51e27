(* The lowest fit of a buddy system, for what headroom.v proves about it: a heap
   of equal units, blocks of 2^k of them, aligned to their size, each put at
   the lowest address that is free, and freed in any order.

   What a reader must believe ends with [reachable]; the rest is proved. *)

From Coq Require Import Arith List Lia Wf_nat.
Import ListNotations.

(* 2^order units from the unit `start` on. *)
Record block := Block { start : nat; order : nat }.

Definition size (b : block) : nat := 2 ^ order b.
Definition finish (b : block) : nat := start b + size b.
Definition aligned (b : block) : Prop := Nat.divide (size b) (start b).
Definition apart (b c : block) : Prop :=
  finish b <= start c \/ finish c <= start b.

Definition in_use (live : list block) : nat := list_sum (map size live).

(* In a heap of so many units, this block could be handed out. *)
Definition fits (units : nat) (live : list block) (b : block) : Prop :=
  aligned b /\ finish b <= units /\ forall c, In c live -> apart b c.

Definition lowest (units : nat) (live : list block) (b : block) : Prop :=
  fits units live b
  /\ forall c, order c = order b -> fits units live c -> start b <= start c.

(* The blocks that can be live in a heap of `units` whose user has at most M
   units at a time, in blocks of at most 2^n. *)
Inductive reachable (units M n : nat) : list block -> Prop :=
| new_heap :
    reachable units M n []
| allocated : forall live b,
    reachable units M n live ->
    order b <= n ->
    in_use (b :: live) <= M ->
    lowest units live b ->
    reachable units M n (b :: live)
| freed : forall before b after,
    reachable units M n (before ++ b :: after) ->
    reachable units M n (before ++ after).

(* ---- Powers of two ---- *)

Lemma pow2_positive : forall k, 1 <= 2 ^ k.
Proof. intro k. pose proof (Nat.pow_nonzero 2 k). lia. Qed.

Lemma pow2_step : forall k, 2 ^ S k = 2 * 2 ^ k.
Proof. reflexivity. Qed.

Lemma pow2_mono : forall j k, j <= k -> 2 ^ j <= 2 ^ k.
Proof. intros. apply Nat.pow_le_mono_r; lia. Qed.

(* ---- What the model keeps up ---- *)

(* Of two aligned blocks that share a unit, the smaller is in the larger. *)
Lemma nested : forall b c,
  aligned b -> aligned c -> order b <= order c -> ~ apart b c ->
  start c <= start b /\ finish b <= finish c.
Proof.
  unfold aligned, apart, finish, size.
  intros [x j] [y k] [p Hp] [q Hq] Hjk Hshare; simpl in *. subst x y.
  replace k with ((k - j) + j) in * by lia.
  rewrite Nat.pow_add_r in *.
  pose proof (pow2_positive j).
  set (d := 2 ^ j) in *. set (r := 2 ^ (k - j)) in *.
  replace (q * (r * d)) with (q * r * d) in * by ring.
  assert (q * r < p + 1) by (apply Nat.mul_lt_mono_pos_r with d; lia).
  assert (p < q * r + r) by (apply Nat.mul_lt_mono_pos_r with d; lia).
  split; [apply Nat.mul_le_mono_r; lia |].
  replace (p * d + d) with ((p + 1) * d) by ring.
  replace (q * r * d + r * d) with ((q * r + r) * d) by ring.
  apply Nat.mul_le_mono_r; lia.
Qed.

(* Live blocks are apart, aligned, in the heap and no more than agreed. *)
Lemma reachable_facts : forall units M n live,
  reachable units M n live ->
  in_use live <= M
  /\ (forall b, In b live -> order b <= n /\ aligned b /\ finish b <= units)
  /\ ForallOrdPairs apart live.
Proof.
  induction 1 as [| live b _ IH Hn HM [[Hb [Hinside Hfree]] _]
                  | before b after _ [HM [Hall Hapart]]].
  - split; [apply Nat.le_0_l |]. split; [simpl; tauto | constructor].
  - destruct IH as [_ [Hall Hapart]]. split; [assumption |]. split.
    + intros c [<- | Hin]; auto.
    + constructor; [apply Forall_forall |]; assumption.
  - split; [| split].
    + unfold in_use in *. rewrite map_app, list_sum_app in *. simpl in HM. lia.
    + intros c Hin. apply Hall. apply in_app_iff in Hin. apply in_app_iff.
      simpl. tauto.
    + clear HM Hall. induction before as [| c before IH]; simpl in *.
      * inversion Hapart. assumption.
      * inversion Hapart as [| ? ? Hc Hrest]. subst. constructor; [| auto].
        apply Forall_forall. rewrite Forall_forall in Hc. intros d Hin.
        apply Hc. apply in_app_iff in Hin. apply in_app_iff. simpl. tauto.
Qed.

(* ---- Larger heaps ---- *)

(* What is lowest in a heap is lowest in a larger one. *)
Lemma lowest_larger : forall units units' live b,
  units <= units' -> lowest units live b -> lowest units' live b.
Proof.
  intros units units' live b Hle [[Hb [Hinside Hfree]] Hlowest].
  split; [split; [assumption | split; [lia | assumption]] |].
  intros c Horder [Hc [_ Hcfree]].
  destruct (Nat.le_gt_cases (start b) (start c)) as [| Hlt]; [assumption |].
  apply Hlowest; [assumption |]. split; [assumption |]. split; [| assumption].
  unfold finish, size in *. rewrite Horder. lia.
Qed.

Lemma reachable_larger : forall units units' M n live,
  units <= units' -> reachable units M n live -> reachable units' M n live.
Proof.
  intros units units' M n live Hle H.
  induction H; econstructor; eauto using lowest_larger.
Qed.

(* Where a block fits, there is a lowest place for it. *)
Lemma apart_dec : forall b c, {apart b c} + {~ apart b c}.
Proof.
  intros b c. unfold apart.
  destruct (le_dec (finish b) (start c)); [left; lia |].
  destruct (le_dec (finish c) (start b)); [left | right]; lia.
Qed.

Lemma fits_dec : forall units live b, fits units live b \/ ~ fits units live b.
Proof.
  intros units live b. pose proof (pow2_positive (order b)).
  assert (Haligned : aligned b \/ ~ aligned b).
  { unfold aligned. rewrite <- Nat.mod_divide by (unfold size; lia). lia. }
  assert (Hinside : finish b <= units \/ ~ finish b <= units) by lia.
  destruct (Forall_dec _ (apart_dec b) live) as [Hfree | Hfree];
    rewrite Forall_forall in Hfree; unfold fits; tauto.
Qed.

Lemma lowest_exists : forall units live b,
  fits units live b -> exists c, order c = order b /\ lowest units live c.
Proof.
  intros units live b Hfits.
  destruct (dec_inh_nat_subset_has_unique_least_element
              (fun a => fits units live (Block a (order b))))
    as [a [[Hfree Hleast] _]].
  - intro a. apply fits_dec.
  - exists (start b). destruct b. exact Hfits.
  - exists (Block a (order b)). split; [reflexivity |]. split; [exact Hfree |].
    intros c Horder Hc. simpl in *. apply Hleast.
    rewrite <- Horder. destruct c. exact Hc.
Qed.
