// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.kvm;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.ioregionfd.conformance.checks.Checks;
import org.ioregionfd.conformance.peer.KvmPeer;
import org.ioregionfd.conformance.peer.KvmPeer.Ticket;
import org.ioregionfd.conformance.peer.NotSupported;
import org.ioregionfd.conformance.peer.Request;
import org.ioregionfd.conformance.rules.Access;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Forge.Terms;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.Registry;
import org.ioregionfd.conformance.run.Check.Clause;
import org.ioregionfd.conformance.run.Check.TakesTime;
import org.junit.jupiter.api.Test;

/** Versions 1 and 2, as K sends them. */
@Checks
public class ExchangeChecks {
    static final Terms VERSION_1 = new Terms(0b011, Forge.POSTED_WRITES, 1);
    /** Far more frames than a Unix socket takes if each is a write of its own and nobody reads. */
    private static final int WRITES_THAT_FILL_A_SOCKET = 4000;

    /** A WRITE that can be sent is sent within this time; a slow one makes the check weaker, but not wrong. */
    private static final Duration BLOCKED = Duration.ofMillis(150);

    /** So many that tags in a one-byte counter repeat. */
    private static final int COMMANDS_PAST_A_BYTE = 300;

    static final int OK = Registry.standard().code("statuses", "OK");

    @Property
    @Clause({"V1-001", "ACE-003", "MRK-003", "SEC-002"})
    void version1CommandsAreExact(
            KvmPeer kvm, @ForAll @IntRange(max = 3) int sizeExponent, @ForAll long number, @ForAll boolean byteFields) {
        Request connect = KvmSession.connectDetached().with("layout", byteFields ? "byte-fields" : "info-word");
        KvmSession talk = KvmSession.detached(kvm, connect).open(VERSION_1);
        Access access = new Access(number, number >>> 1, sizeExponent);
        Ticket read = kvm.ask(Request.read(access));
        talk.expectCommand(Dialect.INFO_WORD.read(access));
        talk.wire().send(Dialect.INFO_WORD.response().blank().with("data", number));
        kvm.expectValue(read, access.cut(number));
        Ticket write = kvm.ask(Request.write(access, number));
        talk.expectCommand(Dialect.INFO_WORD.write(access, access.cut(number)));
        talk.wire().send(Dialect.INFO_WORD.response().blank());
        kvm.expectDone(write);
    }

    @Test
    @Clause("V1-002")
    void version1HasOneCommandInFlight(KvmPeer kvm) {
        KvmSession talk = KvmSession.opened(kvm, VERSION_1);
        Ticket first = kvm.ask(Request.read(KvmSession.MEMORY));
        Ticket second = kvm.ask(Request.read(KvmSession.MEMORY));
        kvm.awaitRead();
        talk.wire().expect(Dialect.INFO_WORD.command());
        talk.wire().finish();
        talk.expectBroken(first);
        kvm.expectError(second, "not-sent");
    }

    @Test
    @Clause("FAI-003")
    void oneByteThatAnswersNothingFailsInVersion1(KvmPeer kvm) {
        KvmSession talk = KvmSession.opened(kvm, VERSION_1);
        talk.wire().sendBytes(new byte[1]);
        talk.expectFailedAtTheLatestByTheNextUse();
    }

    @Test
    @Clause("V1-002")
    void postedWritesAreSentWhereTheyWereSelected(KvmPeer kvm) {
        KvmSession talk = KvmSession.opened(kvm, VERSION_1);
        Ticket posted = kvm.ask(Request.posted(KvmSession.MEMORY, 7));
        talk.expectCommand(Dialect.INFO_WORD.posted(KvmSession.MEMORY, 7));
        kvm.expectDone(posted);
    }

    @Test
    @Clause({"V1-002", "FEA-002"})
    void nothingIsSentThatWasNotSelected(KvmPeer kvm) {
        for (long versions = 0b010; versions <= 0b100; versions += 0b010) {
            KvmSession talk = KvmSession.opened(kvm, new Terms(versions, 0, 8));
            Dialect dialect = versions == 0b010 ? Dialect.INFO_WORD : Dialect.TAGGED;
            kvm.ask(Request.posted(KvmSession.MEMORY, 7));
            kvm.ask(Request.of("fence"));
            Ticket read = kvm.ask(Request.read(KvmSession.MEMORY));
            Frame next = talk.wire().expect(dialect.command());
            boolean wanted = dialect == Dialect.INFO_WORD
                    ? next.get("info", "resp") == 1
                    : next.get("flags", "response_wanted") == 1 && next.get("op") != 4;
            if (!wanted) {
                throw talk.wire().violation("a command that wants a response and is no FENCE", "\n" + next);
            }
            kvm.ask(Request.of("close"));
            kvm.await(read);
        }
    }

    @Property
    @Clause({"V2-001", "ACE-003", "WIN-001", "SEC-002"})
    void version2CommandsAreExact(KvmPeer kvm, @ForAll @IntRange(max = 3) int sizeExponent, @ForAll long number) {
        KvmSession talk = KvmSession.opened(kvm, KvmSession.ALL);
        Access access = new Access(number, number >>> 1, sizeExponent);
        Ticket read = kvm.ask(Request.read(access));
        answer(talk, Dialect.TAGGED.read(access), number);
        kvm.expectValue(read, access.cut(number));
        Ticket write = kvm.ask(Request.write(access, number));
        answer(talk, Dialect.TAGGED.write(access, access.cut(number)), 0);
        kvm.expectDone(write);
        Ticket posted = kvm.ask(Request.posted(access, number));
        talk.expectCommand(Dialect.TAGGED.posted(access, access.cut(number)));
        kvm.expectDone(posted);
        Ticket fence = kvm.ask(Request.of("fence"));
        answer(talk, Dialect.fence(0), 0);
        kvm.expectDone(fence);
    }

    @Property
    @Clause({"V2-002", "FAI-003"})
    void everyAccessGetsItsOwnResponseOutOfOrder(
            KvmPeer kvm, @ForAll @IntRange(min = 2, max = 12) int count, @ForAll long shuffle) {
        KvmSession talk = KvmSession.opened(kvm, KvmSession.ALL);
        List<Ticket> reads = new ArrayList<>();
        List<Frame> commands = new ArrayList<>();
        Set<Long> tags = new HashSet<>();
        for (int i = 0; i < count; i++) {
            reads.add(kvm.ask(Request.read(KvmSession.MEMORY.withOffset(4L * i))));
            commands.add(tagged(talk));
            talk.wire().require("offset", 4L * i, commands.get(i).get("offset"));
            if (!tags.add(commands.get(i).get("tag"))) {
                throw talk.wire().violation("a tag that is not outstanding", "one that is");
            }
        }
        List<Frame> answers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            answers.add(Dialect.TAGGED.response(commands.get(i), 0x1000 + i));
        }
        Collections.shuffle(answers, new Random(shuffle));
        talk.wire().send(answers);
        for (int i = 0; i < count; i++) {
            kvm.expectValue(reads.get(i), 0x1000 + i);
        }
    }

    @Test
    @Clause("V2-002")
    void aTagIsNotUsedAgainBeforeItsResponse(KvmPeer kvm) {
        KvmSession talk = KvmSession.opened(kvm, KvmSession.ALL);
        Ticket held = kvm.ask(Request.read(KvmSession.MEMORY));
        Frame outstanding = tagged(talk);
        for (int i = 0; i < COMMANDS_PAST_A_BYTE; i++) {
            Ticket read = kvm.ask(Request.read(KvmSession.MEMORY));
            Frame command = tagged(talk);
            if (command.get("tag") == outstanding.get("tag")) {
                throw talk.wire().violation("a tag that is not outstanding", "that of a READ without an answer yet");
            }
            talk.wire().send(Dialect.TAGGED.response(command, i));
            kvm.expectValue(read, i);
        }
        talk.wire().send(Dialect.TAGGED.response(outstanding, 0x55));
        kvm.expectValue(held, 0x55);
    }

    @Property
    @Clause("WIN-001")
    void noMoreIsOutstandingThanTheWindow(
            KvmPeer kvm, @ForAll @IntRange(min = 1, max = 6) int window, @ForAll boolean fence) {
        KvmSession talk = KvmSession.opened(kvm, KvmSession.ALL.withWindow(window));
        List<Ticket> reads = new ArrayList<>();
        for (int i = 0; i < window; i++) {
            reads.add(kvm.ask(Request.read(KvmSession.MEMORY.withOffset(4L * i))));
        }
        // A FENCE counts too.
        reads.add(kvm.ask(fence ? Request.of("fence") : Request.read(KvmSession.MEMORY)));
        kvm.awaitRead();
        for (int i = 0; i < window; i++) {
            talk.wire().require("offset", 4L * i, tagged(talk).get("offset"));
        }
        // The stream ends instead of a response: one more command would come before K's own end.
        talk.wire().finish();
        talk.wire().expectClosed();
        for (int i = 0; i < window; i++) {
            kvm.expectError(reads.get(i), "maybe-executed");
        }
        kvm.expectError(reads.get(window), "not-sent");
    }

    @Test
    @Clause("WIN-001")
    void aResponseMakesRoomInTheWindow(KvmPeer kvm) {
        KvmSession talk = KvmSession.opened(kvm, KvmSession.ALL.withWindow(1));
        Ticket first = kvm.ask(Request.read(KvmSession.MEMORY));
        Ticket second = kvm.ask(Request.read(KvmSession.MEMORY.withOffset(0x20)));
        talk.wire().send(Dialect.TAGGED.response(tagged(talk), 1));
        kvm.expectValue(first, 1);
        Frame next = tagged(talk);
        talk.wire().require("offset", 0x20, next.get("offset"));
        talk.wire().send(Dialect.TAGGED.response(next, 2));
        kvm.expectValue(second, 2);
    }

    /** The suite reads no WRITE until one of them blocks, and still the READ must end. */
    @Test
    @TakesTime
    @Clause({"WIN-002", "DRV-002"})
    void responsesAreReadWhileAWriteBlocks(KvmPeer kvm) {
        KvmSession talk = KvmSession.opened(kvm, KvmSession.ALL);
        Ticket read = kvm.ask(Request.read(KvmSession.MEMORY));
        Frame command = tagged(talk);
        Ticket write = kvm.ask(Request.posted(KvmSession.MEMORY, 0));
        int asked = 1;
        while (kvm.isAnsweredWithin(write, BLOCKED)) {
            kvm.expectDone(write);
            if (asked == WRITES_THAT_FILL_A_SOCKET) {
                throw new NotSupported("a K whose writes can be made to block");
            }
            write = kvm.ask(Request.posted(KvmSession.MEMORY, asked++));
        }
        talk.wire().send(Dialect.TAGGED.response(command, 9));
        kvm.expectValue(read, 9);
        for (int i = 0; i < asked; i++) {
            talk.expectCommand(Dialect.TAGGED.posted(KvmSession.MEMORY, i));
        }
        kvm.expectDone(write);
        Ticket last = kvm.ask(Request.read(KvmSession.MEMORY));
        talk.wire().send(Dialect.TAGGED.response(tagged(talk), 10));
        kvm.expectValue(last, 10);
    }

    /** A command that fills the window, and one too many, of every kind. */
    @Test
    @Clause("WIN-001")
    void everyCommandThatWantsAResponseCounts(KvmPeer kvm) {
        List<Request> kinds =
                List.of(Request.read(KvmSession.MEMORY), Request.write(KvmSession.MEMORY, 1), Request.of("fence"));
        for (Request last : kinds) {
            for (Request excess : kinds) {
                KvmSession talk = KvmSession.opened(kvm, KvmSession.ALL.withWindow(2));
                Ticket first = kvm.ask(Request.of("fence"));
                Ticket second = kvm.ask(last);
                Ticket third = kvm.ask(excess);
                kvm.awaitRead();
                tagged(talk);
                tagged(talk);
                talk.wire().finish();
                talk.expectBroken(first);
                kvm.expectError(second, "maybe-executed");
                kvm.expectError(third, "not-sent");
            }
        }
    }

    @Test
    @Clause("DRV-002")
    void aPostedWriteIsSentAlthoughTheWindowIsFull(KvmPeer kvm) {
        KvmSession talk = KvmSession.opened(kvm, KvmSession.ALL.withWindow(1));
        Ticket read = kvm.ask(Request.read(KvmSession.MEMORY));
        Frame command = tagged(talk);
        Ticket posted = kvm.ask(Request.posted(KvmSession.MEMORY, 3));
        talk.expectCommand(Dialect.TAGGED.posted(KvmSession.MEMORY, 3));
        kvm.expectDone(posted);
        talk.wire().send(Dialect.TAGGED.response(command, 1));
        kvm.expectValue(read, 1);
    }

    /** Takes the next command, which must be {@code wanted} except for its tag, and answers it. */
    private static void answer(KvmSession talk, Frame wanted, long data) {
        Frame command = tagged(talk);
        talk.requireSame(Dialect.tagged(wanted, command.get("tag")), command);
        talk.wire().send(Dialect.TAGGED.response(command, data));
    }

    /** The next command, which wants a response. */
    static Frame tagged(KvmSession talk) {
        Frame command = talk.wire().expect(Dialect.TAGGED.command());
        if (command.get("tag") == 0) {
            throw talk.wire().violation("a tag that is not 0", "tag 0");
        }
        return command;
    }
}
