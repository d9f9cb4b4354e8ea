------------------------------ MODULE Handshake ------------------------------
(***************************************************************************)
(* One action for each event of the tables in section 6. An action takes   *)
(* at most one frame from its queue, so that a run of the model can be     *)
(* replayed against an implementation frame by frame.                      *)
(*                                                                         *)
(* Left out: how a stream is cut into frames (section 3), what a device    *)
(* computes, and the order in which version 2 completes (section 9.4).     *)
(***************************************************************************)
EXTENDS Channel

(* ------------------------------- K's side ------------------------------ *)

Answer == Head(toK)
KHears == toK # <<>>

\* K closes its end: what is outstanding ends with an error [FAI-001], what it still had sent can be read by D.
KFails ==
    /\ kState' = "Failed"
    /\ kHello' = None /\ kOffer' = None /\ kSelect' = None
    /\ kOut' = <<>>
    /\ toK' = <<>>
    /\ UNCHANGED <<kAgreed, kNext>>

KGoesLegacy ==
    /\ kState' = "Legacy"
    /\ kHello' = None
    /\ UNCHANGED <<kOffer, kSelect, kAgreed, kNext>>

\* [KST-001] Bytes that answer nothing, before the first frame or after a WRITE that wanted no response.
KFindsStaleBytes ==
    /\ k.kind = "aware" /\ kState = "Idle" /\ KHears /\ kOut = <<>>
    /\ LooksBeforeItSpeaks
    /\ KFails
    /\ UNCHANGED <<chosen, toD, lost, dVars>>

MaySpeakFirst == k.kind = "aware" /\ kState = "Idle" /\ kOut = <<>> /\ (LooksBeforeItSpeaks => toK = <<>>)

\* [POL-001] With its first command.
KStaysWithVersion0 ==
    /\ MaySpeakFirst
    /\ ~SendsHello(k)
    /\ \E op \in OpsOf(LegacyTerms, k) :
        LET command == Command(op, 0, k.layout, kNext, "region")
        IN /\ toD' \in ToD(command)
           /\ kOut' = IF WantsResponse(command) THEN <<kNext>> ELSE <<>>
    /\ kState' = "Legacy"
    /\ kNext' = kNext + 1
    /\ UNCHANGED <<chosen, toK, lost, kHello, kOffer, kSelect, kAgreed, dVars>>

\* [KST-010] A WRITE before the first READ is version 0 and carries no HELLO.
KSendsEarlyWrite ==
    /\ MaySpeakFirst
    /\ SendsHello(k) /\ k.mode = "attached" /\ k.early /\ kNext = 1
    /\ \E op \in {"WRITE", "POSTED"} :
        LET command == Command(op, 0, k.layout, kNext, "region")
        IN /\ toD' \in ToD(command)
           /\ kOut' = IF WantsResponse(command) THEN <<kNext>> ELSE <<>>
    /\ kNext' = kNext + 1
    /\ UNCHANGED <<chosen, toK, lost, kState, kHello, kOffer, kSelect, kAgreed, dVars>>

KTakesEarlyResponse ==
    /\ kState = "Idle" /\ KHears /\ kOut # <<>>
    /\ Answer.kind = "RESPONSE"
    /\ kOut' = Tail(kOut)
    /\ toK' = Tail(toK)
    /\ UNCHANGED <<chosen, toD, lost, kState, kHello, kOffer, kSelect, kAgreed, kNext, dVars>>

\* [HEL-003] With nothing outstanding; a detached HELLO before any other frame [HEL-005].
KSendsHello ==
    /\ MaySpeakFirst
    /\ SendsHello(k)
    /\ k.mode = "detached" => kNext = 1
    /\ LET attached == k.mode = "attached"
           id == IF attached THEN kNext ELSE HandshakeId
           hello == Hello(k.layout, id, IF attached THEN "region" ELSE "HELLO_OFFSET", HelloData(k), 1)
       IN /\ kHello' = hello
          /\ toD' \in ToD(hello)
          /\ kOut' = <<id>>
          /\ kNext' = IF attached THEN kNext + 1 ELSE kNext
    /\ kState' = "HelloSent"
    /\ UNCHANGED <<chosen, toK, lost, kOffer, kSelect, kAgreed, dVars>>

OfferComes == kState = "HelloSent" /\ KHears /\ Answer.kind = "OFFER" /\ NonceFits(kHello, Answer)

\* [KST-007] The OFFER's value completes the access.
KTakesOffer ==
    /\ OfferComes
    /\ KVerdict(k, Answer).kind = "SELECT"
    /\ kOffer' = Answer
    /\ kOut' = Tail(kOut)
    /\ toK' = Tail(toK)
    /\ kState' = "Offered"
    /\ kNext' = NextAfterOffer(kNext, kHello)
    /\ UNCHANGED <<chosen, toD, lost, kHello, kSelect, kAgreed, dVars>>

\* [ABT-001] [ABT-002]
KAbortsOffer ==
    /\ OfferComes
    /\ KVerdict(k, Answer).kind = "ABORT"
    /\ toD' \in ToD(KVerdict(k, Answer))
    /\ KFails
    /\ UNCHANGED <<chosen, lost, dVars>>

\* [KST-002] [KST-003]
KTakesPlainAnswer ==
    /\ kState = "HelloSent" /\ KHears /\ Answer.kind = "RESPONSE"
    /\ IF AfterPlainAnswer(k) = "Legacy"
       THEN /\ KGoesLegacy
            /\ kOut' = Tail(kOut)
            /\ toK' = Tail(toK)
       ELSE KFails
    /\ toD' \in IF LastWordsToPlainAnswer = <<>> THEN {toD} ELSE ToD(Head(LastWordsToPlainAnswer))
    /\ UNCHANGED <<chosen, lost, dVars>>

\* [SEL-005] At the next use of the channel, and only if nothing came in between [KST-009].
KSendsSelect ==
    /\ kState = "Offered" /\ toK = <<>>
    /\ LET select == Sealed(kHello, kOffer, KVerdict(k, kOffer))
       IN /\ kSelect' = select
          /\ toD' \in ToD(select)
    /\ kOut' = <<HandshakeId>>
    /\ kState' = "SelectSent"
    /\ UNCHANGED <<chosen, toK, lost, kHello, kOffer, kAgreed, kNext, dVars>>

\* [ABT-004] [ABT-002]
KGivesUp ==
    /\ ~Calm
    /\ kState = "Offered"
    /\ toD' \in ToD(Abort("POLICY"))
    /\ KFails
    /\ UNCHANGED <<chosen, lost, dVars>>

KTakesAccept ==
    /\ kState = "SelectSent" /\ KHears /\ Answer.kind = "ACCEPT"
    /\ AcceptFits(kHello, kOffer, kSelect, Answer)
    /\ kAgreed' = OpenTerms(kSelect, Answer)
    /\ kState' = "Open"
    /\ kOut' = Tail(kOut)
    /\ toK' = Tail(toK)
    /\ kHello' = None /\ kOffer' = None /\ kSelect' = None
    /\ UNCHANGED <<chosen, toD, lost, kNext, dVars>>

\* [REJ-002]
KTakesReject ==
    /\ kState = "SelectSent" /\ KHears /\ Answer.kind = "REJECT"
    /\ KFails
    /\ UNCHANGED <<chosen, toD, lost, dVars>>

KTerms == IF kState = "Open" THEN kAgreed ELSE LegacyTerms
LayoutOf(terms, layout) == IF terms.version = 0 THEN layout ELSE "none"

\* [KST-010] Never one again [FAI-002].
KSendsCommand ==
    /\ kState \in {"Open", "Legacy"}
    /\ kNext <= Accesses
    /\ \E op \in OpsOf(KTerms, k) :
        LET command == Command(op, KTerms.version, LayoutOf(KTerms, k.layout), kNext, "region")
        IN /\ FitsWindow(KTerms, kOut, command)
           /\ toD' \in ToD(command)
           /\ kOut' = IF WantsResponse(command) THEN Append(kOut, kNext) ELSE kOut
    /\ kNext' = kNext + 1
    /\ UNCHANGED <<chosen, toK, lost, kState, kHello, kOffer, kSelect, kAgreed, dVars>>

\* What K takes for the response of its oldest command. A legacy K looks at nothing but the data.
LooksLikeResponse(frame) ==
    /\ kOut # <<>>
    /\ k.kind = "aware" =>
        /\ frame.kind = "RESPONSE"                                                             \* [KST-008]
        /\ KTerms.version = 1 => frame.version # 2                                            \* [V1-004]
        /\ KTerms.version = 2 => frame.version = 2 /\ frame.id = Head(kOut)                    \* [V2-005]

KTakesResponse ==
    /\ kState \in {"Open", "Legacy"} /\ KHears
    /\ LooksLikeResponse(Answer)
    /\ kOut' = Tail(kOut)
    /\ toK' = Tail(toK)
    /\ UNCHANGED <<chosen, toD, lost, kState, kHello, kOffer, kSelect, kAgreed, kNext, dVars>>

Junk ==
    CASE kState = "Idle" -> kOut # <<>> /\ Answer.kind # "RESPONSE"                            \* [KST-008]
      [] kState = "HelloSent" ->                                                               \* [KST-004] [OFR-010]
            Marked(Answer) /\ ~(Answer.kind = "OFFER" /\ NonceFits(kHello, Answer))
      [] kState = "Offered" -> TRUE                                                            \* [KST-009]
      [] kState = "SelectSent" ->                                                              \* [ACC-002] [ACC-003]
            /\ Answer.kind # "REJECT"
            /\ ~(Answer.kind = "ACCEPT" /\ AcceptFits(kHello, kOffer, kSelect, Answer))
      [] kState \in {"Open", "Legacy"} -> k.kind = "aware" /\ ~LooksLikeResponse(Answer)       \* [FAI-003]
      [] OTHER -> FALSE

KTakesJunk ==
    /\ KHears
    /\ Junk
    /\ KFails
    /\ UNCHANGED <<chosen, toD, lost, dVars>>

\* [KST-005] On a calm channel only where nothing is on its way any more. An attached HELLO has no deadline.
KRunsOutOfTime ==
    /\ MayRunOut(k, kState)
    /\ Calm => toD = <<>> /\ toK = <<>> /\ ~DGone
    /\ IF AfterDeadline = "Failed"
       THEN KFails
       ELSE /\ KGoesLegacy
            /\ kOut' = <<>>
            /\ toK' = toK
    /\ UNCHANGED <<chosen, toD, lost, dVars>>

\* What can still be read is read first [CHN-008].
KSeesEnd ==
    /\ kState \notin {"Failed", "Stranger"} /\ DGone /\ toK = <<>>
    /\ KFails
    /\ UNCHANGED <<chosen, toD, lost, dVars>>

KStep ==
    \/ KFindsStaleBytes \/ KStaysWithVersion0 \/ KSendsEarlyWrite \/ KTakesEarlyResponse
    \/ KSendsHello \/ KTakesOffer \/ KAbortsOffer \/ KTakesPlainAnswer
    \/ KSendsSelect \/ KTakesAccept \/ KTakesReject
    \/ KSendsCommand \/ KTakesResponse
    \/ KTakesJunk \/ KRunsOutOfTime \/ KSeesEnd

(* ------------------------------- D's side ------------------------------ *)

Request == Head(toD)
DHears == toD # <<>>
AwareD(states) == DNegotiates(d) /\ dState \in states /\ DHears

\* D closes its end: it reads and discards what comes [DST-007]; what it has sent can still be read by K.
DCloses ==
    /\ dState' = "Closed"
    /\ dHello' = None /\ dOffer' = None
    /\ toD' = <<>>
    /\ UNCHANGED <<dAgreed, dRan>>

\* [HEL-011] [HEL-012] [OFR-001] In Offered a new start [DST-004].
DTakesHello ==
    /\ AwareD({"Unnegotiated", "Offered"})
    /\ Request.kind = "HELLO"
    /\ dHello' = Request
    /\ dOffer' = OfferTo(d, Request)
    /\ dState' = "Offered"
    /\ dRan' = IF Request.at = "region" THEN Request.id ELSE dRan
    /\ toD' = Tail(toD)
    /\ toK' \in ToK(OfferTo(d, Request))
    /\ UNCHANGED <<chosen, lost, kVars, dAgreed>>

Fault(request) == SelectFault(d, dHello, dOffer, request)

\* [ACC-001] [DIG-002]
DTakesSelect ==
    /\ AwareD({"Offered"})
    /\ Request.kind = "SELECT"
    /\ Fault(Request) = "none"
    /\ dAgreed' = GrantedTerms(d, Request)
    /\ dState' = "Open"
    /\ toD' = Tail(toD)
    /\ LET accept == Accept(Terms(Request))
       IN toK' \in ToK([accept EXCEPT !.digest = AcceptDigest(dHello, dOffer, Request, accept)])
    /\ UNCHANGED <<chosen, lost, kVars, dHello, dOffer, dRan>>

\* [REJ-001]
DRejectsSelect ==
    /\ AwareD({"Offered"})
    /\ Request.kind = "SELECT"
    /\ Fault(Request) # "none"
    /\ toK' \in IF LastWords("") = <<>> THEN {toK} ELSE ToK(Head(LastWords(Fault(Request))))
    /\ DCloses
    /\ UNCHANGED <<chosen, lost, kVars>>

\* [ABT-003]
DTakesAbort ==
    /\ AwareD({"Offered"})
    /\ Request.kind = "ABORT"
    /\ DCloses
    /\ UNCHANGED <<chosen, toK, lost, kVars>>

\* [SEL-010]
DRejectsOther ==
    /\ AwareD({"Offered"})
    /\ Request.kind = "OTHER"
    /\ toK' \in ToK(Reject("UNEXPECTED_FRAME"))
    /\ DCloses
    /\ UNCHANGED <<chosen, lost, kVars>>

\* [DST-002] [VIO-001] [V0-017]
DClosesOnMarked ==
    /\ AwareD({"Unnegotiated", "Open"})
    /\ Marked(Request)
    /\ ~(dState = "Unnegotiated" /\ Request.kind = "HELLO")
    /\ DCloses
    /\ UNCHANGED <<chosen, toK, lost, kVars>>

\* What D takes an unmarked command for.
ReadsAs ==
    IF dAgreed = None
    THEN [version |-> 0, layout |-> d.layout]
    ELSE [version |-> dAgreed.version, layout |-> LayoutOf(dAgreed, AgreedLayout(d, dHello))]

Performs(command, answer) ==
    /\ dRan' = IF command.at = "region" THEN command.id ELSE dRan
    /\ toD' = Tail(toD)
    /\ toK' \in IF Answers(d, command) THEN ToK(answer) ELSE {toK}
    /\ UNCHANGED <<chosen, lost, kVars, dHello, dOffer, dAgreed>>

\* [DST-001] Version 0 before any handshake.
DServesUnnegotiated ==
    /\ AwareD({"Unnegotiated", "Offered"})
    /\ ~Marked(Request)
    /\ ServesUnmarked(d, dState, Request)
    /\ dState' = dState
    /\ Performs(Request, PlainAnswer(d, Request))

\* [DST-003] [DST-005] [POL-004] [V0-015]
DClosesOnUnmarked ==
    /\ AwareD({"Unnegotiated", "Offered"})
    /\ ~Marked(Request)
    /\ ~ServesUnmarked(d, dState, Request)
    /\ DCloses
    /\ UNCHANGED <<chosen, toK, lost, kVars>>

\* [V0-011] [V1-003] [V2-003]
DServesAgreed ==
    /\ AwareD({"Open"})
    /\ ~Marked(Request)
    /\ ~Violates(dAgreed, Request)
    /\ dState' = dState
    /\ Performs(Request, Response(dAgreed.version, Request.id))

\* [VIO-002] to [VIO-006]
DClosesOnViolation ==
    /\ AwareD({"Open"})
    /\ ~Marked(Request)
    /\ Violates(dAgreed, Request)
    /\ DCloses
    /\ UNCHANGED <<chosen, toK, lost, kVars>>

\* A legacy device sees no marker. Each kind of it serves a good access; they differ on a READ at HELLO_OFFSET.
LegacyTakes(command) ==
    IF \/ command.at = "HELLO_OFFSET" /\ d.kind = "closing"
       \/ command.kind = "OP_0F" /\ d.kind = "aware"                                          \* [V0-015]
    THEN DCloses /\ UNCHANGED <<chosen, toK, lost, kVars>>
    ELSE /\ dState' = dState
         /\ IF command.at = "HELLO_OFFSET" /\ d.kind = "silent"
            THEN /\ toD' = Tail(toD)
                 /\ UNCHANGED <<chosen, toK, lost, kVars, dHello, dOffer, dAgreed, dRan>>
            ELSE Performs(command, PlainAnswer(d, command))

\* [POL-005]
LegacyServes ==
    /\ DIsLegacy(d) /\ dState = "Version0" /\ DHears
    /\ LegacyTakes(IF Marked(Request) THEN Stripped(Request) ELSE Request)

\* [CHN-011]
DSeesEnd ==
    /\ dState # "Closed" /\ KGone /\ toD = <<>>
    /\ DCloses
    /\ UNCHANGED <<chosen, toK, lost, kVars>>

DStep ==
    \/ DTakesHello \/ DTakesSelect \/ DRejectsSelect \/ DTakesAbort \/ DRejectsOther \/ DClosesOnMarked
    \/ DServesUnnegotiated \/ DClosesOnUnmarked \/ DServesAgreed \/ DClosesOnViolation
    \/ LegacyServes \/ DSeesEnd

(* ------------------------------- the end ------------------------------- *)

\* Nothing is left to do: K has done what its guest wanted, or has failed; both ends are up, or both are closed.
KRests == kState = "Failed" \/ (kState \in {"Open", "Legacy"} /\ kOut = <<>> /\ kNext > Accesses)
Ended == KRests /\ toD = <<>> /\ toK = <<>> /\ (kState = "Failed" <=> dState = "Closed")
Rests == Ended /\ UNCHANGED vars
==============================================================================
