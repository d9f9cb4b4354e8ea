------------------------------ MODULE Strangers ------------------------------
(***************************************************************************)
(* A peer that sends whatever it likes, in any order, well or ill formed,  *)
(* and knows all that the other side has seen. The device process is       *)
(* untrusted: what K holds against a stranger, it holds against anyone.    *)
(* The same goes for D, and both graphs visit every cell of the tables of  *)
(* section 6 and every check of a SELECT.                                  *)
(***************************************************************************)
EXTENDS Handshake

CONSTANT StrangersFrames    \* how many frames a stranger sends at most

OtherTerms(terms) ==
    {terms} \cup {[terms EXCEPT !.version = v] : v \in {0, 1, 2, GreaseVersion}}
            \cup {[terms EXCEPT !.window = w] : w \in {0, terms.window + 1}}
            \cup {[terms EXCEPT !.features = f] : f \in {{}, Known, AllFeatures}}

(* --------------------------- a stranger as K --------------------------- *)

SelectsOfStranger ==
    LET offered == [version |-> HighestOr0(dOffer.versions \cap RealVersions), features |-> dOffer.features \cap Known,
                    window |-> dOffer.window]
        honest == {Sealed(dHello, dOffer, Select(terms)) : terms \in OtherTerms(offered)}
        first == Sealed(dHello, dOffer, Select(offered))
    IN honest \cup {[first EXCEPT !.digest = None], [first EXCEPT !.reserved = TRUE]}

FramesOfStrangerK(id) ==
    {Hello("info", id, "region", {}, 1), Hello("bytes", HandshakeId, "HELLO_OFFSET", {1}, 2),
     Abort("POLICY"), Other,
     Command("READ", 0, d.layout, id, "region"), Command("POSTED", 0, d.layout, id, "region"),
     Command("READ", 0, d.layout, id, "HELLO_OFFSET"), Command("OP_0F", 0, "none", HandshakeId, "region")}
    \cup (IF dState = "Offered" THEN SelectsOfStranger ELSE {Select([version |-> 1, features |-> {}, window |-> 1])})
    \cup (IF dState = "Open" THEN {Command(op, dAgreed.version, LayoutOf(dAgreed, dHello.layout), id, "region") :
                                   op \in {"READ", "POSTED", "FENCE"}}
          ELSE {})

\* It reads what it was sent before it goes on.
StrangerKSends ==
    /\ kState = "Stranger" /\ ~DGone /\ toD = <<>>
    /\ kNext <= StrangersFrames
    /\ \E frame \in FramesOfStrangerK(kNext) : toD' = <<frame>>
    /\ toK' = <<>>
    /\ kNext' = kNext + 1
    /\ UNCHANGED <<chosen, lost, kState, kHello, kOffer, kSelect, kAgreed, kOut, dVars>>

StrangerKCloses ==
    /\ kState = "Stranger"
    /\ KFails
    /\ UNCHANGED <<chosen, toD, lost, dVars>>

(* --------------------------- a stranger as D --------------------------- *)

AcceptsOfStranger ==
    LET true(terms) == LET accept == Accept(terms)
                       IN [accept EXCEPT !.digest = AcceptDigest(kHello, kOffer, kSelect, accept)]
        plain == Accept(Terms(kSelect))
        reserved == [plain EXCEPT !.reserved = TRUE]
    IN {true(terms) : terms \in OtherTerms(Terms(kSelect))}
       \cup {plain, [reserved EXCEPT !.digest = AcceptDigest(kHello, kOffer, kSelect, reserved)]}

OffersOfStranger ==
    LET offer == Offer(kHello.id, {0, 1, 2}, Known, 2, kHello.nonce) IN
    {Offer(kHello.id, versions, features, window, kHello.nonce) :
        versions \in {{0, 1, 2, GreaseVersion}, {0}, {1}, {}}, features \in {{}, AllFeatures}, window \in {0, 1, 9}}
    \cup {[offer EXCEPT !.nonce = @ + 1], [offer EXCEPT !.word = TRUE]}

FramesOfStrangerD ==
    {Reject("POLICY"), Other}
    \cup {Response(v, id) : v \in {0, 2}, id \in {NoId} \cup {kOut[i] : i \in DOMAIN kOut}}
    \cup (IF kState = "HelloSent" THEN OffersOfStranger ELSE {Offer(NoId, {0, 1, 2}, Known, 2, 1)})
    \cup (IF kState = "SelectSent" THEN AcceptsOfStranger ELSE {Accept(LegacyTerms)})

\* dRan counts its frames.
StrangerDSends ==
    /\ dState = "Stranger" /\ ~KGone /\ toK = <<>>
    /\ dRan < StrangersFrames
    /\ \E frame \in FramesOfStrangerD : toK' = <<frame>>
    /\ toD' = <<>>
    /\ dRan' = dRan + 1
    /\ UNCHANGED <<chosen, lost, kVars, dState, dHello, dOffer, dAgreed>>

StrangerDCloses ==
    /\ dState = "Stranger"
    /\ DCloses
    /\ UNCHANGED <<chosen, toK, lost, kVars>>

(* ---------------------------- the whole of it -------------------------- *)

Next ==
    \/ KStep \/ KGivesUp
    \/ DStep
    \/ ChannelIsLost
    \/ StrangerKSends \/ StrangerKCloses \/ StrangerDSends \/ StrangerDCloses
    \/ Rests

Spec == Init /\ [][Next]_vars

\* Each side does at last what it can do; nobody has to lose the channel, nor to give up.
FairSpec == Spec /\ WF_vars(KStep) /\ WF_vars(DStep)
==============================================================================
