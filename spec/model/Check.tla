-------------------------------- MODULE Check --------------------------------
(* The peers, channels and sizes that the configurations (.cfg) name.       *)
EXTENDS Properties

(* -------------------------------- peers -------------------------------- *)

NoPin == None
Pin(version, features, window) ==
    [kind |-> "PIN", version |-> version, features |-> features, window |-> window]

DefaultK ==
    [kind |-> "aware", policy |-> "PREFER", mode |-> "attached", layout |-> "info", early |-> FALSE,
     versions |-> {1, 2}, features |-> AllFeatures, required |-> {}, window |-> 2, pin |-> NoPin]
DetachedK == [DefaultK EXCEPT !.mode = "detached"]
RequireK == [DetachedK EXCEPT !.policy = "REQUIRE"]
EarlyK == [DefaultK EXCEPT !.early = TRUE]
OffK == [DefaultK EXCEPT !.policy = "OFF"]
PinnedK(pin) == [DetachedK EXCEPT !.pin = pin]
LegacyK == [DefaultK EXCEPT !.kind = "legacy", !.policy = "OFF"]
StrangerK == [DefaultK EXCEPT !.kind = "stranger"]

DefaultD ==
    [kind |-> "aware", policy |-> "ALLOW", layout |-> "info", versions |-> {1, 2}, features |-> Known,
     required |-> {}, window |-> 2]
RequireD == [DefaultD EXCEPT !.policy = "REQUIRE"]
OffD == [DefaultD EXCEPT !.policy = "OFF"]
LegacyD(kind) == [DefaultD EXCEPT !.kind = kind]
LegacyDs == {LegacyD("answering"), LegacyD("silent"), LegacyD("closing")}
StrangerD == [DefaultD EXCEPT !.kind = "stranger"]

\* The peer with one or more members changed, for every value of the sets.
WithVersions(peers, sets) == {[p EXCEPT !.versions = v] : p \in peers, v \in sets}
WithFeatures(peers, sets) == {[p EXCEPT !.features = f] : p \in peers, f \in sets}
WithRequired(peers, sets) == {[p EXCEPT !.required = r] : p \in peers, r \in sets}
WithWindow(peers, sizes) == {[p EXCEPT !.window = w] : p \in peers, w \in sizes}
WithLayout(peers, layouts) == {[p EXCEPT !.layout = l] : p \in peers, l \in layouts}
Possible(peers) == {p \in peers : p.required \subseteq p.features}                     \* [POL-003] [OFR-013]

Pins == {Pin(1, {}, 1), Pin(2, {"FENCE"}, 2), Pin(2, Known, 1)}
PinnedKs == {PinnedK(pin) : pin \in Pins}
PinnedLegacyK == [PinnedK(Pin(0, {}, 1)) EXCEPT !.mode = "attached"]

(* ------------------------------- channels ------------------------------ *)

CalmChannel == [filter |-> {}, loss |-> FALSE, stale |-> None]
Lossy == [CalmChannel EXCEPT !.loss = TRUE]
Stripping == [Lossy EXCEPT !.filter = {"strip"}]
Altering == [Lossy EXCEPT !.filter = {"alter"}]
Rough == [Lossy EXCEPT !.filter = {"strip", "alter"}]
StaleResponse == [CalmChannel EXCEPT !.stale = Response(0, NoId)]
StaleOffer == [CalmChannel EXCEPT !.stale = Offer(NoId, {0, 1, 2}, Known, 2, 0)]
\* D has still to answer the HELLO of an earlier K: K looks before it speaks, and sees nothing.
StaleHello(nonce) == [CalmChannel EXCEPT !.stale = Hello("info", HandshakeId, "HELLO_OFFSET", {}, nonce)]
StaleChannels == {StaleResponse, StaleOffer, StaleHello(0)}

(* ---------------------------- in every build --------------------------- *)

MainKs ==
    WithFeatures(WithVersions({DefaultK, DetachedK, RequireK}, SUBSET {1, 2}), {{"POSTED_WRITES"}, AllFeatures})
    \cup WithRequired({DefaultK, RequireK}, {{"FENCE"}})
    \cup WithWindow({RequireK}, {1})
    \cup WithLayout({DefaultK, DetachedK}, {"bytes"})
    \cup PinnedKs \cup {EarlyK, OffK, LegacyK, PinnedLegacyK}
MainDs ==
    WithFeatures(WithVersions({DefaultD, RequireD}, SUBSET {1, 2}), {{"FENCE"}, Known})
    \cup WithRequired({DefaultD}, {{"FENCE"}})
    \cup WithWindow({DefaultD}, {1})
    \cup {OffD} \cup LegacyDs
MainChannels == {CalmChannel, Rough} \cup StaleChannels

(* --------------------- against peers that do anything ------------------ *)

StrangeKs == {StrangerK}
StrangeDs == {StrangerD}
KsAgainstStrangers ==
    {DefaultK, DetachedK, RequireK, OffK, PinnedLegacyK} \cup PinnedKs
    \cup WithRequired({DetachedK}, {{"FENCE"}}) \cup WithVersions({DetachedK}, {{1}})
DsAgainstStrangers ==
    {DefaultD, RequireD, OffD} \cup WithRequired({DefaultD}, {{"FENCE"}})
    \cup WithVersions({DefaultD}, {{1}}) \cup WithFeatures({DefaultD}, {{}})
CalmChannels == {CalmChannel}

(* --------------------------- the end of runs --------------------------- *)

LivenessKs ==
    {DefaultK, DetachedK, RequireK, EarlyK, OffK, LegacyK, PinnedLegacyK, PinnedK(Pin(2, Known, 1))}
    \cup WithVersions({DefaultK}, {{}})
LivenessDs == {DefaultD, RequireD, OffD} \cup LegacyDs \cup WithRequired({DefaultD}, {{"FENCE"}})
LivenessChannels == {CalmChannel, Stripping} \cup StaleChannels

(* ------------------------------- in depth ------------------------------ *)

AllVersions == SUBSET {1, 2}
DeepKs ==
    Possible(WithRequired(WithFeatures(WithVersions(
        {DefaultK, DetachedK, RequireK}, AllVersions), SUBSET Known), {{}, {"POSTED_WRITES"}, {"FENCE"}}))
    \cup WithWindow(WithVersions({EarlyK, RequireK}, AllVersions), {1, 2, 3})
    \cup WithLayout(WithVersions({DefaultK, DetachedK, RequireK}, AllVersions), {"bytes"})
    \cup PinnedKs \cup {OffK, LegacyK, PinnedLegacyK}
DeepDs ==
    Possible(WithRequired(WithFeatures(WithVersions(
        {DefaultD, RequireD}, AllVersions), SUBSET Known), {{}, {"POSTED_WRITES"}, {"FENCE"}}))
    \cup WithWindow(WithVersions({DefaultD, RequireD}, AllVersions), {1, 3})
    \cup {OffD} \cup LegacyDs
DeepChannels == {CalmChannel, Rough} \cup StaleChannels

(* ------------- small graphs, to be replayed frame by frame ------------- *)

ReplayKs == {DefaultK, DetachedK, RequireK, EarlyK, OffK, PinnedK(Pin(2, {"FENCE"}, 2)), PinnedLegacyK}
    \cup WithVersions({DetachedK}, {{1}, {}}) \cup WithRequired({DetachedK}, {{"FENCE"}})
ReplayDs == {DefaultD, RequireD, OffD, LegacyD("silent")} \cup WithVersions({DefaultD}, {{1}})
    \cup WithFeatures({DefaultD}, {{}})
ReplayChannels == {CalmChannel, Lossy, StaleResponse}

(* ---------------- one pair each: faults and false promises ------------- *)

DefaultKs == {DefaultK}
DetachedKs == {DetachedK}
RequireKs == {RequireK}
EarlyKs == {EarlyK}
LegacyKs == {LegacyK}
PinnedLegacyKs == {PinnedLegacyK}
DemandingKs == {[DefaultK EXCEPT !.required = {"FENCE"}]}
ModestKs == {[DetachedK EXCEPT !.features = {"POSTED_WRITES"}]}
DefaultDs == {DefaultD}
RequireDs == {RequireD}
OldDs == {[DefaultD EXCEPT !.versions = {1}]}
NewDs == {[DefaultD EXCEPT !.versions = {2}]}
NarrowDs == {[DefaultD EXCEPT !.window = 1]}
VersionlessDs == {[DefaultD EXCEPT !.versions = {}]}
PlainDs == {[DefaultD EXCEPT !.features = {}]}
DemandingDs == {[DefaultD EXCEPT !.required = {"FENCE"}]}
BytesDs == {[DefaultD EXCEPT !.layout = "bytes"]}
StepDownKs == {[DefaultK EXCEPT !.versions = {}]}
OldKs == {[DefaultK EXCEPT !.versions = {1}]}
NewKs == {[RequireK EXCEPT !.versions = {2}]}
StaleHelloChannels == {StaleHello(0)}
SameNonceChannels == {StaleHello(1)}
LossyChannels == {Lossy}
StrippingChannels == {Stripping}
AlteringChannels == {Altering}
==============================================================================
