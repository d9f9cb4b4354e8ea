------------------------------- MODULE Frames -------------------------------
(***************************************************************************)
(* The frames of a channel, what their digest covers, and what a filter    *)
(* on the way may make of them.                                            *)
(*                                                                         *)
(* A frame is a record. Its field "kind" tells the frames apart; one that  *)
(* bears the marker is Marked. Every command of K that wants an answer has *)
(* an id, and a response names the id of the command that it answers: the  *)
(* model's way to see requests and responses in step. Ids are not on the   *)
(* wire in versions 0 and 1, and no peer of the model looks at them there. *)
(***************************************************************************)
EXTENDS Integers, Sequences, FiniteSets

None == [kind |-> "NONE"]

(* ------------------------- versions and features ----------------------- *)

RealVersions == 1..23      \* bit 0 and bits 24..31 of a bitmap are no versions
GreaseVersion == 24

Known == {"POSTED_WRITES", "FENCE"}
GreaseFeature == "BIT_48"
AllFeatures == Known \cup {GreaseFeature}

\* The lowest version that a feature can be selected with.
Needs(feature) == IF feature = "POSTED_WRITES" THEN 1 ELSE 2

(* ------------------------------ from K --------------------------------- *)

\* op: READ and WRITE want a response; POSTED is a WRITE that wants none.
\* OP_0F is what a SELECT or an ABORT without its marker looks like.
\* at: an access to a "region", or "HELLO_OFFSET".
\* data: bytes 24..31, as a set of bits. What a WRITE writes is not in the model.
Command(op, version, layout, id, at) ==
    [kind |-> op, version |-> version, layout |-> layout, id |-> id, at |-> at, data |-> {}]

WantsResponse(command) == command.kind \in {"READ", "WRITE", "FENCE"}

\* A READ of version 0, but for its marker, kind and nonce, which are bytes 2..7.
Hello(layout, id, at, data, nonce) ==
    [kind |-> "HELLO", layout |-> layout, id |-> id, at |-> at, data |-> data, nonce |-> nonce]

\* reserved: some reserved byte is not zero.
Select(terms) ==
    [kind |-> "SELECT", version |-> terms.version, features |-> terms.features, window |-> terms.window,
     reserved |-> FALSE, digest |-> None]

Abort(reason) == [kind |-> "ABORT", reason |-> reason]

\* A marked frame of a kind that is none of the others (UNEXPECTED_FRAME).
Other == [kind |-> "OTHER"]

(* ------------------------------ from D --------------------------------- *)

\* The id of a detached HELLO and of a SELECT, which are no accesses; the id of what answers nothing.
HandshakeId == 0
NoId == 99

\* made: what it was made of, where a legacy device made it.
Response(version, id) == [kind |-> "RESPONSE", version |-> version, id |-> id, made |-> None]

\* word: some of bytes 28..31 are not zero. K ignores them, and the digest covers them.
Offer(id, versions, features, window, nonce) ==
    [kind |-> "OFFER", id |-> id, versions |-> versions, features |-> features, window |-> window,
     nonce |-> nonce, word |-> FALSE]

Accept(terms) ==
    [kind |-> "ACCEPT", id |-> HandshakeId, version |-> terms.version, features |-> terms.features,
     window |-> terms.window, reserved |-> FALSE, digest |-> None]

Reject(reason) == [kind |-> "REJECT", id |-> HandshakeId, reason |-> reason]

(* ------------------------------- both ---------------------------------- *)

Marked(frame) == frame.kind \in {"HELLO", "SELECT", "ABORT", "OTHER", "OFFER", "ACCEPT", "REJECT"}

\* What a SELECT or an ACCEPT is about.
Terms(frame) == [version |-> frame.version, features |-> frame.features, window |-> frame.window]

\* Section 5.9. The digest is taken as free of collisions: it is all that it covers, every digest field left out.
WithoutDigest(frame) == [frame EXCEPT !.digest = None]
SelectDigest(hello, offer, select) ==
    [kind |-> "DIGEST", hello |-> hello, offer |-> offer, select |-> WithoutDigest(select)]
AcceptDigest(hello, offer, select, accept) ==
    [kind |-> "DIGEST", hello |-> hello, offer |-> offer, select |-> WithoutDigest(select),
     accept |-> WithoutDigest(accept)]

(* ---------------------------- legacy devices --------------------------- *)

\* What a legacy device can see of a command: all but bytes 2..7. It may answer with any function of that. The one of
\* the model answers with all of it: two commands that it answers alike are answered alike by every other.
Seen(command) ==
    [op |-> command.kind, layout |-> command.layout, id |-> command.id, at |-> command.at, data |-> command.data]
LegacyResponse(command) == [Response(0, command.id) EXCEPT !.made = Seen(command)]

(* ------------------------------ filters -------------------------------- *)

\* The frame without its marker, as its receiver sees it.
Stripped(frame) ==
    CASE frame.kind = "HELLO" ->
            [Command("READ", 0, frame.layout, frame.id, frame.at) EXCEPT !.data = frame.data]
      [] frame.kind \in {"SELECT", "ABORT", "OTHER"} -> Command("OP_0F", 0, "none", HandshakeId, "region")
      [] frame.kind \in {"OFFER", "ACCEPT", "REJECT"} -> Response(0, frame.id)
      [] OTHER -> frame

\* The frame with bytes changed. A filter does not compute digests anew: the digest authenticates nobody.
Altered(frame) ==
    CASE frame.kind = "HELLO" -> {[frame EXCEPT !.data = {1}], [frame EXCEPT !.nonce = @ + 1]}
      [] frame.kind = "OFFER" ->
            {[frame EXCEPT !.versions = @ \ {2}], [frame EXCEPT !.versions = @ \cup {0, 1, 2}],
             [frame EXCEPT !.features = {}], [frame EXCEPT !.features = AllFeatures],
             [frame EXCEPT !.window = @ + 1], [frame EXCEPT !.nonce = @ + 1], [frame EXCEPT !.word = TRUE]}
      [] frame.kind \in {"SELECT", "ACCEPT"} ->
            {[frame EXCEPT !.version = 1], [frame EXCEPT !.features = {}], [frame EXCEPT !.window = 1],
             [frame EXCEPT !.reserved = TRUE], [frame EXCEPT !.digest = None]}
      [] OTHER -> {}

\* What may come out of the channel where this frame was put in.
Through(filter, frame) ==
    {frame} \cup (IF "strip" \in filter THEN {Stripped(frame)} ELSE {})
            \cup (IF "alter" \in filter THEN Altered(frame) ELSE {})
=============================================================================
