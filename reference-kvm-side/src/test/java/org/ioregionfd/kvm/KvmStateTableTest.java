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
        Conversation conversation = inState(state);
        byte[] accept = state.equals("select-sent") ? conversation.accept() : Frames.ofKind(4);
        assertEquals(0, conversation.unseen());
        happen(conversation, event, accept);
        String sent = conversation.unseen() == 0 ? "" : "+" + name(Frames.kind(conversation.next()));
        assertEquals(0, conversation.unseen());
        return conversation.side.state().label() + clause(conversation, state) + sent;
    }

    /** A conversation in that state, with one access outstanding where the state has accesses. */
    private static Conversation inState(String state) {
        Conversation conversation = switch (state) {
            case "hello-required", "select-sent" -> Conversation.require();
            case "open-0" -> Conversation.open(KvmPolicy.builder().build(), 1, 0, 1);
            case "open-1" -> Conversation.open(KvmPolicy.builder().build(), 1, 0, 3);
            case "open-2" -> Conversation.openTagged(64);
            case "legacy" ->
                new Conversation(KvmPolicy.builder().policy(Policy.OFF).build());
            default -> Conversation.prefer();
        };
        switch (state) {
            case "idle", "off" -> {}
            case "written" -> {
                conversation.submit("w", KvmCommand.write(1, 0, 4, 7));
                conversation.next();
            }
            case "hello-attached" -> conversation.readAttached("r");
            case "hello-detached", "hello-required" -> conversation.negotiate();
            case "select-sent" -> {
                conversation.negotiate();
                conversation.receive(conversation.offer(0));
            }
            case "failed" -> conversation.peerCloses();
            default -> {
                conversation.read("r", 0);
                conversation.next();
            }
        }
        return conversation;
    }

    private static void happen(Conversation conversation, String event, byte[] accept) {
        byte[] hello = conversation.hello().length == 0 ? new byte[Frames.LENGTH] : conversation.hello();
        switch (event) {
            case "offer" -> conversation.receive(Frames.offer(hello, 0));
            case "stale" -> conversation.receive(Frames.with(Frames.offer(hello, 0), 13, 0x77));
            case "window0" -> conversation.receive(Frames.offer(hello, 0, 0, 7, 7));
            case "nothing" -> conversation.receive(Frames.offer(hello, 0, 64, 7, 8));
            case "accept" -> conversation.receive(accept);
            case "reject" -> conversation.receive(Frames.reject(11, 0));
            case "kind7" -> conversation.receive(Frames.ofKind(7));
            case "plain" -> conversation.receive(Frames.response(0));
            case "cut" -> {
                conversation.receive(new byte[31]);
                conversation.peerCloses();
            }
            case "end" -> conversation.peerCloses();
            case "late" -> conversation.pass(1000);
            case "close" -> conversation.close();
            default -> throw new IllegalArgumentException(event);
        }
    }

    private static String clause(Conversation conversation, String state) {
        if (state.equals("failed")) {
            return "";
        }
        return conversation
                .side
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
