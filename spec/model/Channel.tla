------------------------------- MODULE Channel -------------------------------
(***************************************************************************)
(* One channel between one K and one D: what is chosen of them, what each  *)
(* of them remembers, a queue of frames each way, and what may happen to   *)
(* the frames.                                                             *)
(***************************************************************************)
EXTENDS Rules

CONSTANTS
    KPeers,     \* the configurations of K's side to be tried
    DPeers,     \* the configurations of D's side to be tried
    Channels,   \* what may happen on the way: filter, loss, and a stale frame of an earlier K or for it
    Accesses    \* how many accesses the guest makes at most

VARIABLES
    k, d, channel,                          \* chosen once
    toD, toK,                               \* frames on their way
    lost,                                   \* the channel is broken for both
    kState, kHello, kOffer, kSelect,        \* what K has sent and seen of the handshake
    kAgreed,                                \* the terms that K goes by; kept when K fails
    kOut,                                   \* ids of what K waits for, the oldest first
    kNext,                                  \* the id of the guest's next access
    dState, dHello, dOffer,                 \* what D has seen and sent of the handshake
    dAgreed,                                \* the terms that D has accepted; kept when D closes
    dRan                                    \* the id of the last access that D performed

kVars == <<kState, kHello, kOffer, kSelect, kAgreed, kOut, kNext>>
dVars == <<dState, dHello, dOffer, dAgreed, dRan>>
chosen == <<k, d, channel>>
vars == <<chosen, toD, toK, lost, kVars, dVars>>

LegacyTerms == [version |-> 0, features |-> {}, window |-> 1]
\* Nothing happens on the way, and nobody is early or gives up.
Calm == channel.filter = {} /\ ~channel.loss /\ channel.stale = None

\* Which pairs can work at all: two layouts meet only where a HELLO can tell D so before the first command.
Sensible(kp, dp, ch) ==
    /\ \/ kp.layout = dp.layout
       \/ dp.kind = "stranger"
       \/ KNegotiates(kp) /\ DNegotiates(dp) /\ ~kp.early /\ "strip" \notin ch.filter
    /\ ch.stale # None => kp.kind = "aware"
    /\ ch.stale.kind = "HELLO" => KNegotiates(kp) /\ DNegotiates(dp)
    /\ kp.kind = "stranger" => dp.kind = "aware"

Start(kp, dp, ch) ==
    /\ k = kp
    /\ d = dp
    /\ channel = ch
    /\ toD = IF ch.stale.kind = "HELLO" THEN <<ch.stale>> ELSE <<>>
    /\ toK = IF ch.stale.kind \in {"NONE", "HELLO"} THEN <<>> ELSE <<ch.stale>>
    /\ lost = FALSE
    /\ kState = CASE kp.kind = "aware" -> "Idle" [] kp.kind = "legacy" -> "Legacy" [] OTHER -> "Stranger"
    /\ kHello = None /\ kOffer = None /\ kSelect = None /\ kAgreed = None
    /\ kOut = <<>>
    /\ kNext = 1
    /\ dState = CASE DNegotiates(dp) -> "Unnegotiated" [] DIsLegacy(dp) -> "Version0" [] OTHER -> "Stranger"
    /\ dHello = None /\ dOffer = None /\ dAgreed = None
    /\ dRan = 0

Init == \E kp \in KPeers, dp \in DPeers, ch \in Channels : Sensible(kp, dp, ch) /\ Start(kp, dp, ch)

(* ------------------------------- the way ------------------------------- *)

DGone == lost \/ dState = "Closed"
KGone == lost \/ kState = "Failed"

\* The queue after one more frame; what is sent to a closed end is gone.
ToD(frame) == IF DGone THEN {toD} ELSE {Append(toD, through) : through \in Through(channel.filter, frame)}
ToK(frame) == IF KGone THEN {toK} ELSE {Append(toK, through) : through \in Through(channel.filter, frame)}

\* [CHN-008] Both sides get to see no more than the end of the stream.
ChannelIsLost ==
    /\ channel.loss /\ ~lost
    /\ ~(kState = "Failed" /\ dState = "Closed")
    /\ lost' = TRUE
    /\ toD' = <<>> /\ toK' = <<>>
    /\ UNCHANGED <<chosen, kVars, dVars>>
==============================================================================
