// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.netty.buffer.Unpooled;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.ioregionfd.device.DeviceChannel.Phase;
import org.ioregionfd.wire.Feature;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.Frame;
import org.ioregionfd.wire.FrameKind;
import org.ioregionfd.wire.Layout;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Section 6.1: every state, every kind of frame. A cell holds the answer, or the clause by which the channel ends. [DST-001,
 * DST-002, DST-003, DST-005, POL-004, POL-005, SEL-010, ABT-003, V0-017, VIO-001]
 */
class HandshakeStatesTest {
    /**
     * OFFER, ACCEPT: that frame is answered, and the state is that after it. REJECT: with UNEXPECTED_FRAME. = and a number:
     * a version-0 or version-1 response with that data. Silent: nothing is answered and nothing changes. An id: closed
     * without a frame by that clause. ABORT, end: closed without a frame because of that.
     */
    private static final String TABLE = """
            event                 | fresh   | require | off     | offered | open-0  | open-1  | open-2  | closed
            hello-detached        | OFFER   | OFFER   | =ff     | OFFER   | V0-017  | VIO-001 | VIO-001 | silent
            hello-attached        | OFFER   | OFFER   | =0      | OFFER   | V0-017  | VIO-001 | VIO-001 | silent
            hello-byte-fields     | OFFER   | OFFER   | =0      | OFFER   | V0-017  | VIO-001 | VIO-001 | silent
            kind-1-other-head     | DST-002 | DST-002 | =ff     | REJECT  | V0-017  | VIO-001 | VIO-001 | silent
            kind-1-write          | DST-002 | DST-002 | =ff     | REJECT  | V0-017  | VIO-001 | VIO-001 | silent
            select                | DST-002 | DST-002 | V0-015  | ACCEPT  | V0-017  | VIO-001 | VIO-001 | silent
            select-other-op       | DST-002 | DST-002 | =ff     | REJECT  | V0-017  | VIO-001 | VIO-001 | silent
            abort                 | DST-002 | DST-002 | V0-015  | ABORT   | V0-017  | VIO-001 | VIO-001 | silent
            abort-other-op        | DST-002 | DST-002 | =ff     | REJECT  | V0-017  | VIO-001 | VIO-001 | silent
            kind-0                | DST-002 | DST-002 | =ff     | REJECT  | V0-017  | VIO-001 | VIO-001 | silent
            offer                 | DST-002 | DST-002 | =ff     | REJECT  | V0-017  | VIO-001 | VIO-001 | silent
            accept                | DST-002 | DST-002 | =ff     | REJECT  | V0-017  | VIO-001 | VIO-001 | silent
            reject                | DST-002 | DST-002 | =ff     | REJECT  | V0-017  | VIO-001 | VIO-001 | silent
            kind-7                | DST-002 | DST-002 | V0-015  | REJECT  | V0-017  | VIO-001 | VIO-001 | silent
            record                | DST-002 | DST-002 | =ff     | REJECT  | V0-017  | VIO-001 | VIO-001 | silent
            kind-255              | DST-002 | DST-002 | =ff     | REJECT  | V0-017  | VIO-001 | VIO-001 | silent
            read                  | =0      | POL-004 | =0      | DST-005 | =0      | =0      | VIO-003 | silent
            write                 | =0      | POL-004 | =0      | DST-005 | =0      | =0      | VIO-003 | silent
            posted-write          | silent  | POL-004 | silent  | DST-005 | silent  | silent  | VIO-003 | silent
            read-at-hello-offset  | DST-003 | POL-004 | =ff     | DST-005 | =ff     | =ff     | VIO-003 | silent
            write-at-hello-offset | =ff     | POL-004 | =ff     | DST-005 | =ff     | =ff     | VIO-003 | silent
            cmd-2                 | V0-015  | POL-004 | V0-015  | DST-005 | V0-015  | VIO-002 | VIO-003 | silent
            cmd-15                | V0-015  | POL-004 | V0-015  | DST-005 | V0-015  | VIO-002 | VIO-003 | silent
            fragment-then-end     | CHN-004 | CHN-004 | CHN-004 | CHN-004 | CHN-004 | CHN-004 | CHN-004 | silent
            end-of-stream         | end     | end     | end     | end     | end     | end     | end     | silent
            """;

    private static final Map<String, Supplier<Kvm>> STATES = Map.of(
            "fresh", () -> new Kvm(DevicePolicy.DEFAULT),
            "require", () -> new Kvm(DevicePolicy.DEFAULT.withPolicy(Policy.REQUIRE)),
            "off", () -> new Kvm(DevicePolicy.DEFAULT.withPolicy(Policy.OFF)),
            "offered", HandshakeStatesTest::offered,
            "open-0", () -> Kvm.open(DevicePolicy.DEFAULT, 0, FeatureSet.NONE, 1),
            "open-1", () -> Kvm.open(DevicePolicy.DEFAULT, 1, FeatureSet.of(Feature.POSTED_WRITES), 1),
            "open-2", () -> Kvm.open(DevicePolicy.DEFAULT, 2, FeatureSet.ALL, 64),
            "closed", HandshakeStatesTest::aborted);

    private static final Map<String, Event> EVENTS = events();

    /** Inputs to the channel, and its answers. */
    @FunctionalInterface
    private interface Event {
        List<String> on(Kvm kvm);
    }

    @TestFactory
    Stream<DynamicTest> everyEventInEveryState() {
        List<String[]> rows =
                TABLE.lines().map(line -> line.strip().split(" *\\| *")).toList();
        String[] states = rows.get(0);
        assertEquals(EVENTS.size(), rows.size() - 1, "every event has its row");
        return rows.stream()
                .skip(1)
                .flatMap(row -> IntStream.range(1, row.length)
                        .mapToObj(column -> dynamicTest(
                                row[0] + " in " + states[column] + ": " + row[column],
                                () -> check(states[column], row[0], row[column]))));
    }

    private static void check(String state, String event, String expected) {
        Kvm kvm = STATES.get(state).get();
        DeviceState before = kvm.channel.state();
        List<String> answers = EVENTS.get(event).on(kvm);
        DeviceState after = kvm.channel.state();
        switch (expected) {
            case "OFFER" -> {
                assertKind(FrameKind.OFFER, answers);
                assertTrue(after instanceof DeviceState.Offered, after::toString);
            }
            case "ACCEPT" -> {
                assertKind(FrameKind.ACCEPT, answers);
                assertTrue(after instanceof DeviceState.Open, after::toString);
            }
            case "REJECT" -> {
                assertKind(FrameKind.REJECT, answers);
                assertEquals(Phase.DRAINING, kvm.channel.phase());
                assertTrue(ending(after).startsWith("REJECT UNEXPECTED_FRAME"), ending(after));
                assertTrue(ending(after).contains("(SEL-010: byte 6"), ending(after));
            }
            case "silent" -> {
                assertEquals(List.of(), answers);
                assertEquals(before, after);
            }
            default -> checkPlain(expected, answers, before, kvm);
        }
    }

    private static void checkPlain(String expected, List<String> answers, DeviceState before, Kvm kvm) {
        if (expected.startsWith("=")) {
            assertEquals(List.of(Kvm.response(Long.parseUnsignedLong(expected.substring(1), 16))), answers);
            assertEquals(before, kvm.channel.state());
            return;
        }
        assertEquals(List.of(), answers);
        assertEquals(Phase.CLOSED, kvm.channel.phase());
        String ending = ending(kvm.channel.state());
        switch (expected) {
            case "ABORT" -> assertEquals("ABORT POLICY, detail 0x0", ending);
            case "end" -> assertEquals("end of stream", ending);
            default -> assertTrue(ending.startsWith("violation of " + expected), ending);
        }
    }

    /** [DST-007] Nothing is executed after a frame that closes: the same bytes later change nothing. */
    @Test
    void executesNothingThatFollowsAViolationInTheSameBytes() {
        Kvm kvm = new Kvm(DevicePolicy.DEFAULT);

        List<String> answers = kvm.send(Kvm.all(
                Kvm.read(Layout.INFO_WORD, 4, 1, 0x128),
                Kvm.marked(FrameKind.OFFER),
                Kvm.read(Layout.INFO_WORD, 4, 1, 0)));

        assertEquals(List.of(Kvm.response(0)), answers);
        assertEquals("violation of DST-002: byte 6 holds 0x2", ending(kvm.channel.state()));
    }

    private static Map<String, Event> events() {
        Map<String, Event> events = new LinkedHashMap<>();
        events.put("hello-detached", kvm -> kvm.send(Kvm.detached()));
        events.put("hello-attached", kvm -> kvm.send(Kvm.attached(Layout.INFO_WORD, 3, 1, 0x10)));
        events.put("hello-byte-fields", kvm -> kvm.send(Kvm.attached(Layout.BYTE_FIELDS, 2, 1, 0x10)));
        events.put("kind-1-other-head", kvm -> kvm.send(Kvm.marked(0x80, 0, 1)));
        events.put("kind-1-write", kvm -> kvm.send(Kvm.marked(0x41, 0, 1)));
        events.put("select", kvm -> kvm.send(kvm.select(2, FeatureSet.ALL, 64)));
        events.put("select-other-op", kvm -> kvm.send(Kvm.marked(0, 0, 3)));
        events.put("abort", kvm -> kvm.send(Kvm.abort()));
        events.put("abort-other-op", kvm -> kvm.send(Kvm.marked(0, 0, 6)));
        events.put("kind-0", kvm -> kvm.send(Kvm.marked(0, 0, 0)));
        events.put("offer", kvm -> kvm.send(Kvm.marked(FrameKind.OFFER)));
        events.put("accept", kvm -> kvm.send(Kvm.marked(FrameKind.ACCEPT)));
        events.put("reject", kvm -> kvm.send(Kvm.marked(FrameKind.REJECT)));
        events.put("kind-7", kvm -> kvm.send(Kvm.marked(Frame.HANDSHAKE_OP, 0, 7)));
        events.put("record", kvm -> kvm.send(Kvm.marked(FrameKind.RECORD)));
        events.put("kind-255", kvm -> kvm.send(Kvm.marked(0, 0, 255)));
        events.put("read", kvm -> kvm.send(Kvm.read(Layout.INFO_WORD, 8, 1, 0x10)));
        events.put("write", kvm -> kvm.send(Kvm.write(Layout.INFO_WORD, 8, 1, 0x10, 5)));
        events.put("posted-write", kvm -> kvm.send(Kvm.posted(Layout.INFO_WORD, 8, 1, 0x10, 5)));
        events.put("read-at-hello-offset", kvm -> kvm.send(Kvm.read(Layout.INFO_WORD, 1, 1, Frame.HELLO_OFFSET)));
        events.put("write-at-hello-offset", kvm -> kvm.send(Kvm.write(Layout.INFO_WORD, 1, 1, Frame.HELLO_OFFSET, 5)));
        events.put("cmd-2", kvm -> kvm.send("42" + "00".repeat(31)));
        events.put("cmd-15", kvm -> kvm.send("0f" + "00".repeat(31)));
        events.put("fragment-then-end", kvm -> {
            List<String> answers = kvm.send(Kvm.abort().writerIndex(Frame.LENGTH - 1));
            kvm.channel.peerClosed();
            return answers;
        });
        events.put("end-of-stream", kvm -> {
            kvm.channel.peerClosed();
            return kvm.send(Unpooled.EMPTY_BUFFER);
        });
        return events;
    }

    private static Kvm offered() {
        return with(kvm -> kvm.hello(Kvm.detached()));
    }

    private static Kvm aborted() {
        return with(kvm -> {
            kvm.hello(Kvm.detached());
            kvm.send(Kvm.abort());
        });
    }

    private static Kvm with(Consumer<Kvm> prelude) {
        Kvm kvm = new Kvm(DevicePolicy.DEFAULT);
        prelude.accept(kvm);
        return kvm;
    }

    private static String ending(DeviceState state) {
        return state instanceof DeviceState.Closed closed ? closed.ending().toString() : state.toString();
    }

    private static void assertKind(FrameKind kind, List<String> answers) {
        assertEquals(1, answers.size(), answers::toString);
        assertEquals("494f5248%02x".formatted(kind.code()), answers.get(0).substring(16, 26));
    }
}
