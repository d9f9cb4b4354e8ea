-------------------------------- MODULE Faults --------------------------------
(***************************************************************************)
(* Wrong rules. Each configuration in faults/ puts one of them in the      *)
(* place of a rule of Rules.tla (or of Channel.tla) and names the one      *)
(* promise that TLC must then refute: a promise that no fault can break    *)
(* promises nothing.                                                       *)
(***************************************************************************)
EXTENDS Check

(* ------------------------------- K's rules ----------------------------- *)

\* Goes by what ACCEPT says, whatever it had selected. [ACC-002]
TakesAnyAccept(hello, offer, select, accept) == TRUE
TermsOfAccept(select, accept) == Terms(accept)

\* Puts the versions that its user allows into the data of its HELLO. [HEL-007]
VersionsInData(k_) == k_.versions

\* Takes an OFFER for an earlier HELLO. [OFR-010]
AnyNonceFits(hello, offer) == TRUE

\* Selects the highest version that it knows, allowed or not. [SEL-001]
VersionsOfOffer(k_, offer) == offer.versions \cap {1, 2}

\* Steps down to version 0 under REQUIRE. [SEL-001]
StepsDownAlways(k_, offer) == 0 \in offer.versions

\* Takes every known feature of the OFFER, allowed or not. [SEL-002]
FeaturesOfOffer(k_, version, offer) == {f \in offer.features \cap Known : Needs(f) <= version}

\* Selects a feature without the version that it needs. [SEL-002]
FeaturesWithoutNeeds(k_, version, offer) == offer.features \cap k_.features \cap Known

\* Makes do with what the OFFER holds of its pin. [REC-001] [REC-002]
PinAlwaysFits(pin, offer) == pin.version \in offer.versions
TrimmedPin(pin, offer) == [Terms(pin) EXCEPT !.features = @ \cap offer.features]

\* Takes slow for old. [KST-006]
LegacyWhenLate == "Legacy"

\* Settles for Legacy under REQUIRE. [KST-003]
AlwaysSettles(k_) == "Legacy"

\* Negotiates although a pin of version 0 forbids it. [POL-001]
SendsHelloUnderAnyPin(k_) == k_.kind = "aware" /\ k_.policy # "OFF"

\* Says ABORT to a device that has not made an OFFER. [ABT-001]
AbortsBlindly == <<Abort("POLICY")>>

\* Speaks without a look at what is there already. [KST-001]
SpeaksAtOnce == FALSE

\* Reads again what the OFFER has answered. [HEL-004]
RepeatsTheRead(next, hello) == IF hello.at = "region" THEN hello.id ELSE next

\* Counts to its own window, not to the agreed one. [WIN-001]
FitsAnyWindow(terms, out, command) == terms.version < 2 => out = <<>>

\* Fences because its user allows it. [FEA-002]
FencesUnasked(terms, k_) == {"READ"} \cup (IF terms.version = 2 /\ "FENCE" \in k_.features THEN {"FENCE"} ELSE {})

\* Waits for an answer for ever. [KST-005]
NeverRunsOut(k_, kState_) == FALSE

(* ------------------------------- D's rules ----------------------------- *)

\* Serves a smaller window than the one that it accepts. [ACC-001]
ClippedTerms(d_, select) == [Terms(select) EXCEPT !.window = 1]

\* Takes a version that it never offered. [SEL-013]
AnyVersionFits(offer, version) == version \in 0..2

\* Answers plainly where it has no version to offer. [OFR-001]
OfferIfAny(d_, hello) ==
    IF d_.versions = {}
    THEN Response(0, hello.id)
    ELSE Offer(hello.id, d_.versions \cup {0}, d_.features, d_.window, hello.nonce)

\* Offers with a nonce of its own. [OFR-002]
OfferWithoutTheNonce(d_, hello) == Offer(hello.id, d_.versions \cup {0}, d_.features, d_.window, 0)

\* Serves on after its OFFER as if nothing had been said. [DST-005]
ServesAfterOffer(d_, dState_, command) == command.kind \in {"READ", "WRITE", "POSTED"} /\ d_.policy = "ALLOW"

\* Serves legacy peers under REQUIRE. [POL-004]
ServesAnybody(d_, dState_, command) == dState_ = "Unnegotiated" /\ command.kind \in {"READ", "WRITE", "POSTED"}

\* Answers a READ at HELLO_OFFSET as an access error. [DST-003]
ServesStrippedHello(d_, dState_, command) ==
    dState_ = "Unnegotiated" /\ d_.policy = "ALLOW" /\ command.kind \in {"READ", "WRITE", "POSTED"}

\* Makes its OFFER to everybody. [CHN-007]
OfferToAnybody(d_, command) ==
    Offer(command.id, d_.versions, d_.features, d_.window, 1)

\* Goes back to its own layout after a SELECT of version 0. [V0-010]
OwnLayout(d_, hello) == d_.layout

\* Answers the WRITEs that want no answer. [V0-012]
AnswersEverything(d_, command) == TRUE
\* Answers no WRITE at all. [V0-012]
AnswersReadsOnly(d_, command) == command.kind = "READ"

\* Closes without a word on a SELECT that it does not take. [SEL-012]
NoLastWords(reason) == <<>>

(* --------------------------- rules of the two -------------------------- *)

\* A digest that runs over its own value comes out constant. Section 5.9
ConstantDigestOfSelect(hello, offer, select) == [kind |-> "DIGEST"]
ConstantDigestOfAccept(hello, offer, select, accept) == [kind |-> "DIGEST"]

\* Overlooks that the other side is gone. [CHN-008]
NeverGone == FALSE

\* Stays connected after a failure. [ABT-002] [REJ-002]
OnlyLost == lost

(* ---------------------- pairs that cannot be helped -------------------- *)

\* Two layouts meet where no HELLO comes before the first command.
AnyPair(k_, d_, channel_) == TRUE
===============================================================================
