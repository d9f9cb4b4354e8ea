----------------------------- MODULE Properties -----------------------------
(***************************************************************************)
(* What the handshake promises. Invariants speak of a state; those of the  *)
(* form [][...]_vars of a step; EveryRunEnds and EndsTogether of a whole   *)
(* run. The promises at the end are false: TLC must refute them.           *)
(***************************************************************************)
EXTENDS Strangers

KIs(kind) == k.kind = kind
DIs(kind) == d.kind = kind
BothAware == KIs("aware") /\ DIs("aware")
Last(queue) == queue[Len(queue)]
Sends(queue, next) == Len(next) > Len(queue)

TermsSet ==
    [version : 0..2, features : SUBSET Known, window : 1..9]

TypeOK ==
    /\ kState \in {"Idle", "HelloSent", "Offered", "SelectSent", "Open", "Legacy", "Failed", "Stranger"}
    /\ dState \in {"Unnegotiated", "Offered", "Open", "Version0", "Closed", "Stranger"}
    /\ kAgreed = None \/ kAgreed \in TermsSet
    /\ dAgreed = None \/ dAgreed \in TermsSet
    /\ kState = "Open" => kAgreed # None
    /\ dState = "Open" => dAgreed # None
    /\ Len(toD) + Len(toK) <= Accesses + 1

(* ----------------------------- the agreement --------------------------- *)

\* Both open: the same version, features and window.
SameAgreement == (BothAware /\ kState = "Open" /\ dState = "Open") => kAgreed = dAgreed

\* K is open only where D had accepted exactly that.
KOpenOnlyAsDAccepted == (kState = "Open" /\ DIs("aware")) => dAgreed = kAgreed

\* What either side goes by is within what its own user allows and demands, whoever the other side is.
AgreementWithinPolicies ==
    /\ (kAgreed # None /\ KIs("aware")) =>
        /\ kAgreed.version \in k.versions \cup (IF Demands(k) THEN {} ELSE {0})
        /\ kAgreed.features \subseteq k.features \cap Known
        /\ k.required \subseteq kAgreed.features
        /\ kAgreed.window \in 1..k.window
    /\ dAgreed # None =>
        /\ dAgreed.version \in d.versions \cup (IF d.policy = "ALLOW" THEN {0} ELSE {})
        /\ dAgreed.features \subseteq d.features
        /\ d.required \subseteq dAgreed.features
        /\ dAgreed.window \in 1..d.window

\* What D goes by was in its OFFER, and is consistent in itself.
AgreementWithinOffers ==
    dState = "Open" =>
        /\ dAgreed.version \in dOffer.versions \cap 0..23
        /\ dAgreed.features \subseteq dOffer.features
        /\ dAgreed.window <= dOffer.window
        /\ \A f \in dAgreed.features : Needs(f) <= dAgreed.version
        /\ dAgreed.version <= 1 => dAgreed.window = 1

\* Nobody on the way can talk two aware peers into less than they could have had.
AgreementIsBest ==
    (BothAware /\ kAgreed # None /\ ~Pinned(k)) =>
        LET common == k.versions \cap d.versions
            version == HighestOr0(common)
            window == IF k.window < d.window THEN k.window ELSE d.window
        IN kAgreed = [version |-> version,
                      features |-> {f \in k.features \cap d.features \cap Known : Needs(f) <= version},
                      window |-> IF version <= 1 THEN 1 ELSE window]

\* A pin is neither widened nor narrowed, and a pin of version 0 is not negotiated.
PinIsExact ==
    KIs("aware") =>
        /\ Pinned(k) => (kAgreed # None => kAgreed = Terms(k.pin)) /\ (dAgreed # None => dAgreed = Terms(k.pin))
        /\ Pinned(k) => kState # "Legacy"
        /\ PinnedToLegacy(k) => kAgreed = None /\ kState \notin {"HelloSent", "Offered", "SelectSent"}

(* -------------------------- open or legacy ----------------------------- *)

\* Peers whose users have taken nothing away that an agreement needs: version 1 on both sides, and no demands beyond.
Obliging ==
    /\ BothAware /\ KNegotiates(k) /\ DNegotiates(d)
    /\ 1 \in k.versions /\ 1 \in d.versions
    /\ k.required = {} /\ d.required = {}
    /\ ~Pinned(k)
    /\ d.policy = "REQUIRE" => ~k.early

\* Two obliging peers on a channel that does nothing to them open; default policies are among them.
ObligingPeersOpen ==
    (Calm /\ Obliging) =>
        /\ kState \notin {"Legacy", "Failed"}
        /\ dState # "Closed"
        /\ Ended => kState = "Open" /\ dState = "Open"

\* Whatever is lost, no aware K takes an aware D for a legacy one, unless somebody takes the marker away.
NeverLegacyAmongAware ==
    (BothAware /\ KNegotiates(k) /\ DNegotiates(d) /\ channel.filter = {}) => kState # "Legacy"

\* Legacy is never a guess.
LegacyOnlyAfterPlainAnswer ==
    [][ (KIs("aware") /\ kState # "Legacy" /\ kState' = "Legacy") =>
            \/ kState = "Idle" /\ ~KNegotiates(k)
            \/ kState = "HelloSent" /\ toK # <<>> /\ ~Marked(Head(toK)) ]_vars

\* Under REQUIRE K neither goes to Legacy nor sends a command before there is an agreement.
RequireNeverLegacy ==
    (KIs("aware") /\ Demands(k)) =>
        /\ kState # "Legacy"
        /\ (DNegotiates(d) \/ DIsLegacy(d)) /\ channel.filter = {} =>
            \A i \in DOMAIN toD : ~Marked(toD[i]) => kAgreed # None

\* Under OFF, and pinned to version 0, K sends nothing that is marked.
OffIsSilent ==
    (KIs("aware") /\ ~KNegotiates(k)) => \A i \in DOMAIN toD : ~Marked(toD[i])

(* ------------------------- nothing is misread -------------------------- *)

\* D takes the next frame and does not close on it.
Taken == toD # <<>> /\ toD' = Tail(toD) /\ lost' = lost /\ dState' # "Closed"
Accessing == {"HELLO", "READ", "WRITE", "POSTED", "FENCE"}
Performed == dRan' # dRan /\ ~DIs("stranger")

\* Once D has sent an OFFER, it performs no unmarked command until it is open.
NothingUnmarkedAfterOffer ==
    [][ (Performed /\ dOffer # None /\ dAgreed = None) => Marked(Head(toD)) ]_vars

\* Under REQUIRE D performs no unmarked command before it is open.
RequireServesNobodyElse ==
    [][ (Performed /\ DIs("aware") /\ d.policy = "REQUIRE" /\ dAgreed = None) => Marked(Head(toD)) ]_vars

\* Where K's HELLO was detached, D performs nothing before it is open, whatever a filter takes away.
DetachedIsNeverDowngraded ==
    [][ (Performed /\ KIs("aware") /\ KNegotiates(k) /\ k.mode = "detached" /\ DNegotiates(d)) => dAgreed # None ]_vars

\* A legacy device is sent nothing but version 0 in its own layout, and HELLOs that it reads as such.
LegacyDeviceReadsRight ==
    (DIsLegacy(d) /\ ~KIs("stranger")) =>
        \A i \in DOMAIN toD :
            /\ toD[i].kind \in {"READ", "WRITE", "POSTED", "HELLO"}
            /\ toD[i].layout = d.layout
            /\ toD[i].kind # "HELLO" => toD[i].version = 0

\* A legacy KVM is sent nothing but responses of version 0 without a marker.
LegacyKvmReadsRight ==
    (KIs("legacy") /\ ~DIs("stranger")) =>
        \A i \in DOMAIN toK : toK[i].kind = "RESPONSE" /\ toK[i].version = 0

\* K ends an access by an answer.
Ends == kOut # <<>> /\ toK # <<>> /\ kOut' = Tail(kOut) /\ toK' = Tail(toK) /\ kState' # "Failed"

\* An access ends by the answer to that access.
AnswerIsItsOwn == [][ (KIs("aware") /\ ~DIs("stranger") /\ Ends) => Head(toK).id = Head(kOut) ]_vars

\* Whatever a legacy device makes its answers of, an access ends with the value that a legacy K would have had.
NonInterference ==
    [][ (DIsLegacy(d) /\ KIs("aware") /\ "alter" \notin channel.filter /\ Ends /\ Head(kOut) # HandshakeId) =>
            Head(toK).made \in {Seen(Command(op, 0, k.layout, Head(kOut), "region")) : op \in {"READ", "WRITE"}} ]_vars

\* Every command is performed as a command of the version and layout that it was sent in.
ReadAsSent ==
    [][ (Performed /\ ~KIs("stranger") /\ ~Marked(Head(toD))) =>
            /\ Head(toD).version = ReadsAs.version
            /\ Head(toD).layout = ReadsAs.layout ]_vars

\* D sends a marked frame only in answer to a marked one.
MarkedOnlyToMarked ==
    [][ (~DIs("stranger") /\ Sends(toK, toK') /\ Marked(Last(toK'))) => toD # <<>> /\ Marked(Head(toD)) ]_vars

Wants(frame) == frame.kind \in {"HELLO", "SELECT", "OTHER"} \/ WantsResponse(frame)

\* D sends nothing that answers nothing.
NothingUnasked ==
    [][ (~DIs("stranger") /\ Sends(toK, toK')) => Len(toK') = Len(toK) + 1 /\ toD # <<>> /\ Wants(Head(toD)) ]_vars

\* What an aware D takes and does not close on is answered, if it wants an answer.
NothingLeftUnanswered ==
    [][ (DIs("aware") /\ Taken /\ ~KGone) => (Wants(Head(toD)) <=> Sends(toK, toK')) ]_vars

\* On a calm channel a K whose SELECT is not taken is told why.
RejectIsHeard ==
    [][ (Calm /\ BothAware /\ DNegotiates(d) /\ kState = "SelectSent" /\ kState' = "Failed") =>
            toK # <<>> /\ Head(toK).kind = "REJECT" ]_vars

\* What is on its way to K answers K's oldest requests, in order, in the version that K expects.
InStep ==
    (~KIs("stranger") /\ ~DIs("stranger") /\ kState \notin {"Idle", "Failed"} /\ channel.stale.kind # "HELLO") =>
        /\ Len(toK) <= Len(kOut)
        /\ \A i \in DOMAIN toK : /\ toK[i].id = kOut[i]
                                 /\ kState \in {"Open", "Legacy"} => toK[i].kind = "RESPONSE"
                                 /\ toK[i].kind = "RESPONSE" =>
                                        toK[i].version = (IF kState = "Open" THEN kAgreed.version ELSE 0)

\* Every access is performed once at most, in the order in which the guest made them.
AccessAtMostOnce ==
    [][ (~KIs("stranger") /\ ~DIs("stranger") /\ Taken /\ Head(toD).kind \in Accessing /\ Head(toD).at = "region") =>
            Head(toD).id > dRan ]_vars

\* Never more outstanding than D granted, and in version 0 no more than one.
WindowIsKept ==
    (KIs("aware") /\ DIs("aware")) => Len(kOut) <= (IF kState = "Open" THEN dAgreed.window ELSE 1)

\* Where both keep to the document, an open channel ends only with the stream.
NoViolations ==
    [][ (BothAware /\ dState = "Open" /\ dState' = "Closed") => toD = <<>> ]_vars

(* ------------------------------ every run ------------------------------ *)

EveryRunEnds == <>[]Ended

\* D may be open for a while where K is not, but not for ever.
EndsTogether == (BothAware /\ DNegotiates(d) /\ KNegotiates(k)) => <>[](kState = "Open" => dState = "Open")
DNeverAloneForEver == (BothAware /\ KNegotiates(k)) => <>[](dState = "Open" => kState = "Open")

(* ---------------------------- false promises --------------------------- *)

\* The last frame may be lost (two generals): D has accepted, and K never learns.
BothOpenOrNeither == (BothAware /\ Ended) => (kAgreed # None <=> dAgreed # None)

\* An attached HELLO, or the OFFER, that loses its marker ends in Legacy under PREFER.
NeverLegacyThroughFilters == (BothAware /\ KNegotiates(k) /\ DNegotiates(d)) => kState # "Legacy"

\* Under PREFER the required features are demanded of an OFFER, and not of a device that makes none.
RequiredFeaturesAreHad == (KIs("aware") /\ kState = "Legacy") => k.required = {}
=============================================================================
