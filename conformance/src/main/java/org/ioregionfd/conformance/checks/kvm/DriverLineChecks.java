// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.kvm;

import java.util.List;
import org.ioregionfd.conformance.checks.Checks;
import org.ioregionfd.conformance.peer.Answer;
import org.ioregionfd.conformance.peer.KvmPeer;
import org.ioregionfd.conformance.run.Check.Clause;
import org.ioregionfd.conformance.run.Check.EndsThePeer;
import org.ioregionfd.conformance.run.Check.TakesTime;
import org.ioregionfd.conformance.run.RunSettings.Effort;
import org.junit.jupiter.api.Test;

/** Lines of a driver's input at their edges: ids, lengths, and the last one. */
@Checks
public class DriverLineChecks {
    private static final String REQUEST = "{\"id\": %s, \"op\": \"no-such-op\"}";

    /** Below, at and above what a line is often read into. */
    private static final int[] LENGTHS = {
        255, 256, 1023, 1024, 4094, 4095, 4096, 4097, 8191, 8192, 65_535, 65_536, 65_537
    };

    private static final int PAST_ALL_LENGTHS = 200_000;

    @Test
    @Clause("DRV-001")
    void anIdThatIsNoNumberIsNone(KvmPeer kvm) {
        for (String id : List.of("true", "false", "null", "\"1\"", "\"\"", "[1]", "[]", "{}", "{\"id\": 1}")) {
            kvm.sendLine(REQUEST.formatted(id));
            requireUsage(kvm.awaitWithoutId(), "an id " + id);
        }
    }

    /** Up to the largest of the schema: 2^53 - 1. */
    @Test
    @Clause("DRV-001")
    void anAnswerHasTheIdOfItsRequest(KvmPeer kvm) {
        for (long id : new long[] {
            0,
            1,
            255,
            256,
            32_767,
            32_768,
            65_535,
            65_536,
            0x7fff_ffffL,
            0x8000_0000L,
            0xffff_ffffL,
            0x1_0000_0000L,
            0x1f_ffff_ffff_ffffL
        }) {
            kvm.sendLine(REQUEST.formatted(id));
            Answer answer = kvm.awaitWithoutId();
            if (!answer.status().equals("unsupported") || answer.id().orElse(-1) != id) {
                throw KvmPeer.wrong("unsupported with id " + id, answer);
            }
        }
    }

    /** A driver may have no room for one, and then says so, once. */
    @Test
    @Clause("DRV-001")
    void aLineOfAnyLengthIsAnsweredOnce(KvmPeer kvm) {
        for (int length : LENGTHS) {
            String request = REQUEST.formatted(7);
            kvm.sendLine(request + " ".repeat(length - request.length()));
            Answer answer = kvm.awaitWithoutId();
            if (answer.id().isEmpty()) {
                requireUsage(answer, "a line of " + length + " bytes");
            } else if (answer.id().getAsLong() != 7 || !answer.status().equals("unsupported")) {
                throw KvmPeer.wrong("one answer to a line of " + length + " bytes", answer);
            }
            // Were there two, this one's would not be the next.
            kvm.awaitRead();
        }
        kvm.sendLine("x".repeat(PAST_ALL_LENGTHS));
        requireUsage(kvm.awaitWithoutId(), "a line of " + PAST_ALL_LENGTHS + " bytes");
        kvm.awaitRead();
    }

    /** Blanks alone are no object, and neither are two objects, or one with something behind it. */
    @Test
    @Clause("DRV-001")
    void aLineThatIsNotOneObjectIsAnsweredOnce(KvmPeer kvm) {
        String request = REQUEST.formatted(7);
        for (String line : List.of(
                " ",
                "\t",
                "    ",
                " \t ",
                "{} {}",
                request + request,
                request + " 7",
                request + "}",
                "[" + request + "]",
                request.substring(0, request.length() - 1),
                request.substring(1),
                "\"" + "a".repeat(9),
                "{\"id\": 7,}",
                "{\"id\" 7}",
                "{id: 7}",
                "{'id': 7}",
                "// " + request)) {
            kvm.sendLine(line);
            requireUsage(kvm.awaitWithoutId(), "the line '" + line + "'");
        }
        kvm.awaitRead();
    }

    /** As JSON allows it: blanks between any two words, members in any order, and any letter as its number. */
    @Test
    @Clause("DRV-001")
    void anObjectMayBeWrittenInAnyWay(KvmPeer kvm) {
        for (String line : List.of(
                "  " + REQUEST.formatted(7) + "\t",
                "{\t\"id\" :\t7 , \"op\" : \"no-such-op\" }",
                "{\"op\":\"no-such-op\",\"id\":7}",
                "{\"id\":7,\"op\":\"no-such-\\u006fp\"}",
                "{\"id\":7,\"op\":\"no-such-op\",\"more\":{\"id\":8,\"list\":[{},[],\"}\"]}}")) {
            kvm.sendLine(line);
            Answer answer = kvm.awaitWithoutId();
            if (!answer.status().equals("unsupported") || answer.id().orElse(-1) != 7) {
                throw KvmPeer.wrong("unsupported with id 7 to the line " + line, answer);
            }
        }
    }

    /** A byte order mark is no part of JSON; some readers take it for nothing. */
    @Test
    @Clause("DRV-001")
    void aLineWithAnythingBeforeItIsAnsweredOnce(KvmPeer kvm) {
        for (String before : List.of("\uFEFF", "\u0000", "\u00a0", ",", "\u2028")) {
            kvm.sendLine(before + REQUEST.formatted(7));
            Answer answer = kvm.awaitWithoutId();
            if (answer.id().isEmpty()) {
                requireUsage(answer, "a line that begins with " + (int) before.charAt(0));
            }
            kvm.awaitRead();
        }
    }

    /** The next check has to wait for another driver. */
    @Test
    @TakesTime(Effort.FULL)
    @EndsThePeer
    @Clause("DRV-001")
    void aLastLineWithoutItsEndIsARequest(KvmPeer kvm) {
        kvm.endInput(REQUEST.formatted(7));
        Answer answer = kvm.awaitWithoutId();
        if (!answer.status().equals("unsupported") || answer.id().orElse(-1) != 7) {
            throw KvmPeer.wrong("an answer to the last line, which has no end", answer);
        }
        kvm.expectEnd();
    }

    private static void requireUsage(Answer answer, String line) {
        if (!answer.status().equals("error")
                || !answer.error().equals("usage")
                || answer.id().isPresent()) {
            throw KvmPeer.wrong("error usage with id null to " + line, answer);
        }
    }
}
