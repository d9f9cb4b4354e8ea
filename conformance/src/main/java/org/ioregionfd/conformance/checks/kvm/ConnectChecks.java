// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.kvm;

import com.google.gson.JsonNull;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.ioregionfd.conformance.checks.Checks;
import org.ioregionfd.conformance.checks.arbitraries.Connects;
import org.ioregionfd.conformance.checks.arbitraries.Connects.Draw;
import org.ioregionfd.conformance.checks.arbitraries.Replies.Reply;
import org.ioregionfd.conformance.peer.KvmPeer;
import org.ioregionfd.conformance.peer.Request;
import org.ioregionfd.conformance.peer.Violation;
import org.ioregionfd.conformance.rules.Command;
import org.ioregionfd.conformance.rules.Command.Op;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Options;
import org.ioregionfd.conformance.rules.Registry;
import org.ioregionfd.conformance.run.Check.Clause;
import org.junit.jupiter.api.Test;

/** Requests with members that are wrong, or that contradict one another, in every state: which of the reasons decides. */
@Checks
public class ConnectChecks {
    private static final String UNSUPPORTED = "unsupported";
    private static final String USAGE = "usage";

    /** Each of them is wrong wherever it stands. */
    private static final List<Flaw> FLAWS = List.of(
            new Flaw("colour", UNSUPPORTED, 1),
            new Flaw("features", UNSUPPORTED, List.of("NO_SUCH_FEATURE")),
            new Flaw("features", UNSUPPORTED, List.of("FENCE", "NO_SUCH_FEATURE", "FENCE")),
            new Flaw("require_features", UNSUPPORTED, List.of("FENCE", "NO_SUCH_FEATURE")),
            new Flaw("versions", UNSUPPORTED, List.of(1, 23)),
            new Flaw("versions", USAGE, List.of(1, 0)),
            new Flaw("versions", USAGE, List.of(24)),
            new Flaw("versions", USAGE, List.of(2, 2)),
            new Flaw("versions", USAGE, List.of("1")),
            new Flaw("versions", USAGE, 1),
            new Flaw("features", USAGE, List.of("FENCE", "POSTED_WRITES", "FENCE")),
            new Flaw("features", USAGE, List.of(2)),
            new Flaw("require_features", USAGE, List.of("FENCE", "FENCE")),
            new Flaw("require_features", USAGE, "FENCE"),
            new Flaw("max_inflight", USAGE, 0),
            new Flaw("max_inflight", USAGE, 0x10000),
            new Flaw("max_inflight", USAGE, "64"),
            new Flaw("nonce", USAGE, 256),
            new Flaw("nonce", USAGE, -1),
            new Flaw("deadline_ms", USAGE, 0),
            new Flaw("deadline_ms", USAGE, 86_400_001),
            new Flaw("deadline_ms", USAGE, 1.5),
            new Flaw("policy", USAGE, "sometimes"),
            new Flaw("policy", USAGE, 1),
            new Flaw("hello", USAGE, "both"),
            new Flaw("layout", USAGE, "tagged"),
            new Flaw("pin", USAGE, ""),
            new Flaw("pin", USAGE, "0".repeat(2 * Registry.FRAME_LENGTH)),
            new Flaw("pin", USAGE, 1));

    private static final List<Object> NO_NUMBERS = List.of(
            "",
            "0x",
            "1",
            "0x1g",
            "0x11112222333344445",
            "-0x1",
            " 0x1",
            "0x1 ",
            "0x-1",
            1,
            true,
            JsonNull.INSTANCE,
            List.of("0x1"));

    private static final List<Object> NO_SIZES =
            List.of(0, 9, 16, -1, 255, 256, 257, 4.5, 0x1_0000_0004L, true, "4", JsonNull.INSTANCE, List.of(4));

    /** A member with a value that it cannot have, and what K says to that. */
    private record Flaw(String member, String word, Object value) {
        Request in(Request request) {
            return request.with(member, value);
        }
    }

    @Property
    @Clause({"POL-003", "DRV-004", "DRV-007", "REC-003", "REC-005", "REC-006"})
    void whatIsWrongFirstDecides(KvmPeer kvm, @ForAll(supplier = Connects.Flawed.class) List<Draw> draws) {
        for (Draw draw : draws) {
            List<Flaw> flaws = draw.flaws().stream()
                    .map(flaw -> FLAWS.get(flaw % FLAWS.size()))
                    .toList();
            Request connect = ConnectRequests.of(draw.options());
            List<String> words = new ArrayList<>();
            Set<String> members = new HashSet<>();
            for (Flaw flaw : flaws) {
                if (members.add(flaw.member)) {
                    connect = flaw.in(connect);
                    words.add(flaw.word);
                }
            }
            requireRefused(kvm, connect, words, draw.options());
        }
    }

    /** Nothing is known of what is not known, whatever else is wrong. DRV-004 */
    private static void requireRefused(KvmPeer kvm, Request connect, List<String> words, Options options) {
        if (words.contains(UNSUPPORTED)) {
            Violation.breaking("DRV-004", () -> kvm.expectUnsupported(kvm.ask(connect)));
        } else if (!words.isEmpty() || options.isContradiction()) {
            Violation.breaking(words.isEmpty() ? "POL-003" : "DRV-007", () -> kvm.expectError(kvm.ask(connect), USAGE));
        } else {
            new Story(kvm, options, Reply.NONE).play(List.of(), StoryEnd.End.USER_CLOSES, 0);
        }
    }

    /** By itself, and while a channel is open, which then stays as it is. */
    @Test
    @Clause({"DRV-007", "DRV-004"})
    void everyMemberOfAConnectIsLookedAt(KvmPeer kvm) {
        Request connect = KvmSession.connect();
        FLAWS.forEach(flaw -> requireRefused(kvm, flaw.in(connect), List.of(flaw.word), Options.NONE));
        KvmSession talk = KvmSession.off(kvm, Dialect.INFO_WORD);
        FLAWS.forEach(flaw -> requireRefused(kvm, flaw.in(connect), List.of(flaw.word), Options.NONE));
        KvmSession.expectState(kvm.expectError(kvm.ask(connect), USAGE), "idle");
        talk.expectLegacyRead(Dialect.INFO_WORD, KvmSession.MEMORY, 1);
    }

    /** In each state of a channel, and without one: nothing is sent, and nothing waits for anything. */
    @Test
    @Clause({"DRV-007", "DRV-004"})
    void everyMemberOfAnAccessIsLookedAt(KvmPeer kvm) {
        requireNoAccess(kvm);
        KvmSession idle = KvmSession.off(kvm, Dialect.INFO_WORD);
        requireNoAccess(kvm);
        idle.expectLegacyRead(Dialect.INFO_WORD, KvmSession.MEMORY, 1);
        Standing.end(idle);
        KvmSession helloSent = KvmSession.detached(kvm);
        requireNoAccess(kvm);
        helloSent.open(KvmSession.ALL);
        requireNoAccess(kvm);
        Standing.VERSION_2.carryThrough(helloSent, new Command(Op.READ, KvmSession.MEMORY, 3));
    }

    private static void requireNoAccess(KvmPeer kvm) {
        Request read = Request.read(KvmSession.MEMORY);
        Request write = Request.write(KvmSession.MEMORY, 1);
        List<Request> wrong = new ArrayList<>(List.of(Request.of("read"), Request.of("write")));
        for (Request access : List.of(read, write)) {
            NO_SIZES.forEach(size -> wrong.add(access.with("size", size)));
            for (String member : List.of("region", "offset")) {
                NO_NUMBERS.forEach(number -> wrong.add(access.with(member, number)));
            }
            for (String member : List.of("region", "offset", "size")) {
                wrong.add(access.without(member));
            }
        }
        NO_NUMBERS.forEach(number -> wrong.add(write.with("value", number)));
        wrong.add(write.without("value"));
        for (Object truth : List.of("true", 1, 0, JsonNull.INSTANCE, List.of(true))) {
            wrong.add(write.with("posted", truth));
        }
        wrong.forEach(request -> kvm.expectError(kvm.ask(request), USAGE));
        for (Request access : List.of(read, write, Request.of("fence"), Request.of("close"))) {
            kvm.expectUnsupported(kvm.ask(access.with("colour", 1)));
        }
    }
}
