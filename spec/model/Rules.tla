-------------------------------- MODULE Rules --------------------------------
(***************************************************************************)
(* What each side decides, as functions of what it was configured with and *)
(* of the frames that it has seen. No rule looks at the state of a peer.   *)
(* The planted faults in Faults.tla replace one of these rules at a time.  *)
(*                                                                         *)
(* k, K's side: kind ("aware", "legacy", "stranger"), policy, mode,        *)
(*   layout, early (the guest writes before its first READ), versions,     *)
(*   features (allowed), required, window, pin.                            *)
(* d, D's side: kind ("aware", "stranger"; legacy: "answering", "silent",  *)
(*   "closing"), policy, layout, versions, features, required, window.     *)
(***************************************************************************)
EXTENDS Frames

(* ------------------------------ K's side ------------------------------- *)

PinnedToLegacy(k) == k.pin # None /\ k.pin.version = 0
Pinned(k) == k.pin # None /\ k.pin.version > 0

\* [REC-001] A pin of version 1 or above is negotiated under REQUIRE.
Demands(k) == k.policy = "REQUIRE" \/ Pinned(k)

\* [POL-001] No HELLO under OFF, nor under a pin of version 0.
KNegotiates(k) == k.kind = "aware" /\ k.policy # "OFF" /\ ~PinnedToLegacy(k)

SendsHello(k) == KNegotiates(k)

\* [HEL-007] Nothing in the bytes that a legacy device may look at.
HelloData(k) == {}

\* [OFR-010]
NonceFits(hello, offer) == offer.nonce = hello.nonce

\* [SEL-001] K keeps to itself what its user allows: only K can see to it.
Common(k, offer) == k.versions \cap offer.versions \cap RealVersions
StepsDown(k, offer) == ~Demands(k) /\ 0 \in offer.versions
HighestOr0(versions) == IF versions = {} THEN 0 ELSE CHOOSE v \in versions : \A w \in versions : w <= v
VersionOf(k, offer) == HighestOr0(Common(k, offer))

\* [SEL-002] [OFR-011] Not what K does not know, even where its user allows everything.
FeaturesOf(k, version, offer) ==
    {f \in offer.features \cap k.features \cap Known : Needs(f) <= version}

\* [SEL-003]
WindowOf(k, version, offer) ==
    IF version <= 1 THEN 1 ELSE IF offer.window < k.window THEN offer.window ELSE k.window

TermsOf(k, offer) ==
    LET version == VersionOf(k, offer)
    IN [version |-> version, features |-> FeaturesOf(k, version, offer), window |-> WindowOf(k, version, offer)]

\* [REC-001]
PinnedTerms(pin, offer) == Terms(pin)
\* [REC-002]
PinFits(pin, offer) ==
    /\ pin.version \in offer.versions
    /\ pin.features \subseteq offer.features
    /\ pin.window <= offer.window

\* K's answer to an OFFER whose nonce fits: the SELECT that it will send, or an ABORT.
KVerdict(k, offer) ==
    CASE offer.window = 0 -> Abort("BAD_WINDOW")                                               \* [OFR-012]
      [] offer.window # 0 /\ Pinned(k) ->
            IF PinFits(k.pin, offer)
            THEN Select(PinnedTerms(k.pin, offer))
            ELSE Abort("PIN_UNSATISFIED")                                                      \* [REC-002]
      [] OTHER ->
            IF Common(k, offer) = {} /\ ~StepsDown(k, offer)
            THEN Abort("NO_COMMON_VERSION")                                                    \* [SEL-001]
            ELSE IF ~(k.required \subseteq TermsOf(k, offer).features)
            THEN Abort("REQUIRED_FEATURE_MISSING")                                             \* [SEL-004]
            ELSE Select(TermsOf(k, offer))

\* [DIG-001]
Sealed(hello, offer, select) == [select EXCEPT !.digest = SelectDigest(hello, offer, select)]

\* [ACC-002]
AcceptFits(hello, offer, select, accept) ==
    /\ Terms(accept) = Terms(select)
    /\ ~accept.reserved
    /\ accept.digest = AcceptDigest(hello, offer, select, accept)

\* What K goes by from then on.
OpenTerms(select, accept) == Terms(select)

\* [KST-002] [KST-003]
AfterPlainAnswer(k) == IF Demands(k) THEN "Failed" ELSE "Legacy"
\* [ABT-001] In every failure without an OFFER K closes without a frame.
LastWordsToPlainAnswer == <<>>

\* [KST-001]
LooksBeforeItSpeaks == TRUE
\* [KST-005] [KST-006]
AfterDeadline == "Failed"
MayRunOut(k, kState) == kState = "SelectSent" \/ (kState = "HelloSent" /\ k.mode = "detached")
\* [HEL-004] The id that the guest's next access gets: that of the HELLO is used up.
NextAfterOffer(next, hello) == next

\* [V0-002] [V1-002] [WIN-001]
FitsWindow(terms, out, command) ==
    /\ terms.version < 2 => out = <<>>
    /\ WantsResponse(command) => Len(out) < terms.window
\* [V1-002] [FEA-002] Which commands K may send.
OpsOf(terms, k) ==
    {"READ"} \cup (IF terms.version = 0 \/ "POSTED_WRITES" \in terms.features THEN {"POSTED"} ELSE {})
             \cup (IF "FENCE" \in terms.features THEN {"FENCE"} ELSE {})

(* ------------------------------ D's side ------------------------------- *)

\* [POL-005] Under OFF an aware D is a legacy device.
DNegotiates(d) == d.kind = "aware" /\ d.policy # "OFF"
DIsLegacy(d) == d.kind \in {"answering", "silent", "closing"} \/ (d.kind = "aware" /\ d.policy = "OFF")

\* [GRS-001]
DGreaseVersions(d) == IF d.policy = "REQUIRE" THEN {} ELSE {GreaseVersion}
DGreaseFeatures(d) == IF d.policy = "REQUIRE" THEN {} ELSE {GreaseFeature}

\* [OFR-001] to [OFR-006] It does not look at the HELLO's data [HEL-013].
OfferTo(d, hello) ==
    Offer(hello.id,
          d.versions \cup (IF d.policy = "ALLOW" THEN {0} ELSE {}) \cup DGreaseVersions(d),
          d.features \cup DGreaseFeatures(d),
          IF 2 \in d.versions THEN d.window ELSE 1,
          hello.nonce)

\* [SEL-012]
DigestFits(hello, offer, select) == select.digest = SelectDigest(hello, offer, select)
\* [SEL-013]
VersionFits(offer, version) == version \in offer.versions \cap (RealVersions \cup {0})

\* The first check that a SELECT fails, or "none".
SelectFault(d, hello, offer, select) ==
    CASE select.reserved -> "RESERVED_NOT_ZERO"                                                \* [SEL-011]
      [] OTHER ->
    CASE ~DigestFits(hello, offer, select) -> "DIGEST_MISMATCH"                                \* [SEL-012]
      [] OTHER ->
    CASE ~VersionFits(offer, select.version) -> "VERSION_NOT_OFFERED"                   \* [SEL-013]
      [] OTHER ->
    CASE select.window = 0 \/ select.window > offer.window
            \/ (select.version <= 1 /\ select.window > 1) -> "BAD_WINDOW"                      \* [SEL-014]
      [] OTHER ->
    CASE ~(select.features \subseteq offer.features \cap Known) -> "FEATURE_NOT_OFFERED"       \* [SEL-015]
      [] OTHER ->
    CASE \E f \in select.features : Needs(f) > select.version -> "FEATURE_DEPENDENCY"          \* [SEL-016]
      [] OTHER ->
    CASE ~(d.required \subseteq select.features) -> "REQUIRED_FEATURE_MISSING"                 \* [SEL-017]
      [] OTHER -> "none"

\* [ACC-001] What D serves once it has sent ACCEPT.
GrantedTerms(d, select) == Terms(select)
\* [V0-010] The layout of version 0 after a SELECT of it.
AgreedLayout(d, hello) == hello.layout

\* [DST-001] [POL-004] [DST-005] Does D serve an unmarked command before it is open?
ServesUnmarked(d, dState, command) ==
    /\ dState = "Unnegotiated"
    /\ d.policy = "ALLOW"
    /\ command.kind \in {"READ", "WRITE", "POSTED"}                                            \* [V0-015]
    /\ ~(command.kind = "READ" /\ command.at = "HELLO_OFFSET")                                 \* [DST-003]

\* [V0-011] [V0-012] [V1-003] [V2-003]
Answers(d, command) == WantsResponse(command)
\* [REJ-001] What D sends before it closes on a SELECT that it does not take.
LastWords(reason) == <<Reject(reason)>>

\* The answer to an unmarked command of version 0 before D is open: never a marked frame. [CHN-007]
PlainAnswer(d, command) == IF DIsLegacy(d) THEN LegacyResponse(command) ELSE Response(0, command.id)

\* [VIO-003] [VIO-005] A command of the agreed version that its terms do not allow.
Violates(terms, command) ==
    \/ command.kind = "OP_0F"
    \/ (terms.version = 2) # (command.version = 2)
    \/ terms.version > 0 /\ command.kind = "POSTED" /\ "POSTED_WRITES" \notin terms.features
    \/ command.kind = "FENCE" /\ "FENCE" \notin terms.features
==============================================================================
