// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Section 6.2 of the document as a table: every state, every event. */
class KvmStateTableTest {
    /** What comes: an OFFER that can be taken, with another nonce, of no window, of no common version; and so on. */
    private static final List<String> EVENTS = List.of(
            "offer", "stale", "window0", "nothing", "accept", "reject", "kind7", "plain", "cut", "end", "late",
            "close");

    /** The state afterwards, ":" and the clause of a failure, "+" and the frame that K sent. */
    private static final String TABLE = """
            idle           failed:KST-001 failed:KST-001 failed:KST-001 failed:KST-001 failed:KST-001 failed:KST-001 \
            failed:KST-001 failed:KST-001 failed:KST-001 failed idle failed
            off            failed:KST-001 failed:KST-001 failed:KST-001 failed:KST-001 failed:KST-001 failed:KST-001 \
            failed:KST-001 failed:KST-001 failed:KST-001 failed idle failed
            written        failed:KST-008 failed:KST-008 failed:KST-008 failed:KST-008 failed:KST-008 failed:KST-008 \
            failed:KST-008 idle failed:CHN-004 failed failed failed
            hello-attached select-sent+SELECT failed:OFR-010 failed:OFR-012+ABORT failed:SEL-001+ABORT failed:KST-004 \
            failed:KST-004 failed:KST-004 legacy failed:CHN-004 failed failed failed
            hello-detached select-sent+SELECT failed:OFR-010 failed:OFR-012+ABORT failed:SEL-001+ABORT failed:KST-004 \
            failed:KST-004 failed:KST-004 legacy failed:CHN-004 failed failed:KST-005 failed
            hello-required select-sent+SELECT failed:OFR-010 failed:OFR-012+ABORT failed:SEL-001+ABORT failed:KST-004 \
            failed:KST-004 failed:KST-004 failed:KST-003 failed:CHN-004 failed failed:KST-005 failed
            select-sent    failed:ACC-003 failed:ACC-003 failed:ACC-003 failed:ACC-003 open failed failed:ACC-003 \
            failed:ACC-003 failed:CHN-004 failed failed:KST-005 failed
            open-0         failed:KST-008 failed:KST-008 failed:KST-008 failed:KST-008 failed:KST-008 failed:KST-008 \
            failed:KST-008 open failed:CHN-004 failed failed failed
            open-1         failed:V1-004 failed:V1-004 failed:V1-004 failed:V1-004 failed:V1-004 failed:V1-004 \
            failed:V1-004 open failed:CHN-004 failed failed failed
            open-2         failed:V2-005 failed:V2-005 failed:V2-005 failed:V2-005 failed:V2-005 failed:V2-005 \
            failed:V2-005 failed:V2-005 failed:CHN-004 failed failed failed
            legacy         failed:KST-008 failed:KST-008 failed:KST-008 failed:KST-008 failed:KST-008 failed:KST-008 \
            failed:KST-008 legacy failed:CHN-004 failed failed failed
            failed         failed failed failed failed failed failed failed failed failed failed failed failed
            """;

    @TestFactory
    List<DynamicTest> everyEventInEveryState() {
        List<DynamicTest> tests = new ArrayList<>();
        for (String row : TABLE.lines().toList()) {
            String[] cells = row.trim().split(" +", -1);
            assertEquals(1 + EVENTS.size(), cells.length, row);
            for (int i = 0; i < EVENTS.size(); i++) {
                String state = cells[0];
                String event = EVENTS.get(i);
                String expected = cells[i + 1];
                tests.add(dynamicTest(
                        state + ", " + event + ": " + expected, () -> assertEquals(expected, reaction(state, event))));
            }
        }
        return tests;
    }

    private static String reaction(String state, String event) {
        KvmHarness kvm = inState(state);
        byte[] accept = state.equals("select-sent") ? kvm.accept() : Frames.ofKind(4);
        assertEquals(0, kvm.unseen());
        happen(kvm, event, accept);
        String sent = kvm.unseen() == 0 ? "" : "+" + name(Frames.kind(kvm.next()));
        assertEquals(0, kvm.unseen());
        return kvm.side.state().label() + clause(kvm, state) + sent;
    }

    /** A kvm in that state, with one access outstanding where the state has accesses. */
    private static KvmHarness inState(String state) {
        KvmHarness kvm = switch (state) {
            case "hello-required", "select-sent" -> KvmHarness.require();
            case "open-0" -> KvmHarness.open(1, 0, 1);
            case "open-1" -> KvmHarness.open(1, 0, 3);
            case "open-2" -> KvmHarness.openTagged(64);
            case "legacy" -> KvmHarness.off();
            default -> KvmHarness.prefer();
        };
        switch (state) {
            case "idle", "off" -> {}
            case "written" -> {
                kvm.submit("w", KvmCommand.write(1, 0, 4, 7));
                kvm.next();
            }
            case "hello-attached" -> kvm.readAttached("r");
            case "hello-detached", "hello-required" -> kvm.negotiate();
            case "select-sent" -> {
                kvm.negotiate(64, 7, 7);
            }
            case "failed" -> kvm.peerCloses();
            default -> {
                kvm.read("r", 0);
                kvm.next();
            }
        }
        return kvm;
    }

    private static void happen(KvmHarness kvm, String event, byte[] accept) {
        byte[] hello = kvm.hello().length == 0 ? new byte[Frames.LENGTH] : kvm.hello();
        switch (event) {
            case "offer" -> kvm.receive(Frames.offer(hello, 0));
            case "stale" -> kvm.receive(Frames.with(Frames.offer(hello, 0), 13, 0x77));
            case "window0" -> kvm.receive(Frames.offer(hello, 0, 0, 7, 7));
            case "nothing" -> kvm.receive(Frames.offer(hello, 0, 64, 7, 8));
            case "accept" -> kvm.receive(accept);
            case "reject" -> kvm.receive(Frames.reject(11, 0));
            case "kind7" -> kvm.receive(Frames.ofKind(7));
            case "plain" -> kvm.receive(Frames.response(0));
            case "cut" -> {
                kvm.receive(new byte[31]);
                kvm.peerCloses();
            }
            case "end" -> kvm.peerCloses();
            case "late" -> kvm.pass(1000);
            case "close" -> kvm.close();
            default -> throw new IllegalArgumentException(event);
        }
    }

    private static String clause(KvmHarness kvm, String state) {
        if (state.equals("failed")) {
            return "";
        }
        return kvm.side
                .failure()
                .flatMap(Failure::clause)
                .map(clause -> ":" + clause.id())
                .orElse("");
    }

    private static String name(int kind) {
        return switch (kind) {
            case 1 -> "HELLO";
            case 3 -> "SELECT";
            case 6 -> "ABORT";
            default -> "command";
        };
    }
}
