// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.suite.kvm;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.ioregionfd.conformance.engine.Clause;
import org.ioregionfd.conformance.forge.Access;
import org.ioregionfd.conformance.forge.Dialect;
import org.ioregionfd.conformance.forge.Forge;
import org.ioregionfd.conformance.forge.Forge.Terms;
import org.ioregionfd.conformance.oracle.Frame;
import org.ioregionfd.conformance.oracle.Registry;
import org.ioregionfd.conformance.peer.Answer;
import org.ioregionfd.conformance.peer.KvmPeer;
import org.ioregionfd.conformance.peer.KvmPeer.Ticket;
import org.ioregionfd.conformance.peer.Request;
import org.ioregionfd.conformance.suite.Checks;
import org.junit.jupiter.api.Test;

/** Versions 1 and 2 as K speaks them. */
@Checks
public class ExchangeChecks {
    private static final Terms VERSION_1 = new Terms(0b011, KvmTalk.POSTED_WRITES, 1);
    /**
     * More frames than a Unix socket takes by default where each is written by itself and nobody reads; a K that writes many at
     * once may find room for all. A driver may keep only so many accesses, so none of them is waited for.
     */
    private static final int WRITES_THAT_FILL_A_SOCKET = 900;

    /** So that tags that are counted in a byte come around. */
    private static final int COMMANDS_PAST_A_BYTE = 300;

    private static final int OK = Registry.standard().code("statuses", "OK");

    @Property
    @Clause({"V1-001", "ACE-003", "MRK-003", "SEC-002"})
    void version1CommandsAreExact(
            KvmPeer kvm, @ForAll @IntRange(max = 3) int sizeExponent, @ForAll long number, @ForAll boolean byteFields) {
        Request connect = KvmTalk.connectDetached().with("layout", byteFields ? "byte-fields" : "info-word");
        KvmTalk talk = KvmTalk.detached(kvm, connect).open(VERSION_1);
        Access access = new Access(number, number >>> 1, sizeExponent);
        Ticket read = kvm.ask(Request.read(access));
        talk.requireSame(Dialect.INFO_WORD.read(access), talk.wire().expect(Dialect.INFO_WORD.command()));
        talk.wire().send(Dialect.INFO_WORD.response().blank().with("data", access.cut(number)));
        kvm.expectValue(read, access.cut(number));
        Ticket write = kvm.ask(Request.write(access, number));
        talk.requireSame(
                Dialect.INFO_WORD.write(access, access.cut(number)), talk.wire().expect(Dialect.INFO_WORD.command()));
        talk.wire().send(Dialect.INFO_WORD.response().blank());
        kvm.expectDone(write);
    }

    @Test
    @Clause("V1-002")
    void version1HasOneCommandInFlight(KvmPeer kvm) {
        KvmTalk talk = KvmTalk.detached(kvm, KvmTalk.connectDetached()).open(VERSION_1);
        Ticket first = kvm.ask(Request.read(KvmTalk.MEMORY));
        Ticket second = kvm.ask(Request.read(KvmTalk.MEMORY));
        kvm.awaitRead();
        talk.wire().expect(Dialect.INFO_WORD.command());
        talk.wire().finish();
        talk.wire().expectClosed();
        kvm.expectError(first, "maybe-executed");
        kvm.expectError(second, "not-sent");
    }

    @Test
    @Clause("FAI-003")
    void oneByteThatAnswersNothingFailsInVersion1(KvmPeer kvm) {
        KvmTalk talk = KvmTalk.detached(kvm, KvmTalk.connectDetached()).open(VERSION_1);
        talk.wire().sendBytes(new byte[1]);
        talk.expectFailedAtTheLatestByTheNextUse();
    }

    @Test
    @Clause("V1-002")
    void postedWritesAreSentWhereTheyWereSelected(KvmPeer kvm) {
        KvmTalk talk = KvmTalk.detached(kvm, KvmTalk.connectDetached()).open(VERSION_1);
        Ticket posted = kvm.ask(Request.posted(KvmTalk.MEMORY, 7));
        talk.requireSame(
                Dialect.INFO_WORD.posted(KvmTalk.MEMORY, 7), talk.wire().expect(Dialect.INFO_WORD.command()));
        kvm.expectDone(posted);
    }

    @Test
    @Clause({"V1-002", "FEA-002"})
    void nothingIsSentThatWasNotSelected(KvmPeer kvm) {
        for (long versions = 0b010; versions <= 0b100; versions += 0b010) {
            KvmTalk talk = KvmTalk.detached(kvm, KvmTalk.connectDetached()).open(new Terms(versions, 0, 8));
            Dialect dialect = versions == 0b010 ? Dialect.INFO_WORD : Dialect.TAGGED;
            kvm.ask(Request.posted(KvmTalk.MEMORY, 7));
            kvm.ask(Request.of("fence"));
            Ticket read = kvm.ask(Request.read(KvmTalk.MEMORY));
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
        KvmTalk talk = KvmTalk.detached(kvm, KvmTalk.connectDetached()).open(KvmTalk.ALL);
        Access access = new Access(number, number >>> 1, sizeExponent);
        Ticket read = kvm.ask(Request.read(access));
        Frame sent = tagged(talk);
        talk.requireSame(Dialect.tagged(Dialect.TAGGED.read(access), sent.get("tag")), sent);
        talk.wire().send(response(sent, number, OK));
        kvm.expectValue(read, access.cut(number));
        Ticket write = kvm.ask(Request.write(access, number));
        Frame written = tagged(talk);
        talk.requireSame(Dialect.tagged(Dialect.TAGGED.write(access, access.cut(number)), written.get("tag")), written);
        talk.wire().send(response(written, 0, OK));
        kvm.expectDone(write);
        Ticket posted = kvm.ask(Request.posted(access, number));
        talk.requireSame(
                Dialect.TAGGED.posted(access, access.cut(number)), talk.wire().expect(Dialect.TAGGED.command()));
        kvm.expectDone(posted);
        Ticket fence = kvm.ask(Request.of("fence"));
        Frame fenced = tagged(talk);
        talk.requireSame(Dialect.fence(fenced.get("tag")), fenced);
        talk.wire().send(response(fenced, 0, OK));
        kvm.expectDone(fence);
    }

    @Property
    @Clause({"V2-002", "FAI-003"})
    void everyAccessGetsItsOwnResponseOutOfOrder(
            KvmPeer kvm, @ForAll @IntRange(min = 2, max = 12) int count, @ForAll long shuffle) {
        KvmTalk talk = KvmTalk.detached(kvm, KvmTalk.connectDetached()).open(KvmTalk.ALL);
        List<Ticket> reads = new ArrayList<>();
        List<Frame> commands = new ArrayList<>();
        Set<Long> tags = new HashSet<>();
        for (int i = 0; i < count; i++) {
            reads.add(kvm.ask(Request.read(KvmTalk.MEMORY.withOffset(4L * i))));
            commands.add(tagged(talk));
            talk.wire().require("offset", 4L * i, commands.get(i).get("offset"));
            if (!tags.add(commands.get(i).get("tag"))) {
                throw talk.wire().violation("a tag that is not outstanding", "one that is");
            }
        }
        List<Frame> answers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            answers.add(response(commands.get(i), 0x1000 + i, OK));
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
        KvmTalk talk = KvmTalk.detached(kvm, KvmTalk.connectDetached()).open(KvmTalk.ALL);
        Ticket held = kvm.ask(Request.read(KvmTalk.MEMORY));
        Frame outstanding = tagged(talk);
        for (int i = 0; i < COMMANDS_PAST_A_BYTE; i++) {
            Ticket read = kvm.ask(Request.read(KvmTalk.MEMORY));
            Frame command = tagged(talk);
            if (command.get("tag") == outstanding.get("tag")) {
                throw talk.wire().violation("a tag that is not outstanding", "that of a READ without an answer yet");
            }
            talk.wire().send(response(command, i, OK));
            kvm.expectValue(read, i);
        }
        talk.wire().send(response(outstanding, 0x55, OK));
        kvm.expectValue(held, 0x55);
    }

    @Property
    @Clause("WIN-001")
    void noMoreIsOutstandingThanTheWindow(
            KvmPeer kvm, @ForAll @IntRange(min = 1, max = 6) int window, @ForAll boolean fence) {
        KvmTalk talk = KvmTalk.detached(kvm, KvmTalk.connectDetached()).open(new Terms(0b111, 0b111, window));
        List<Ticket> reads = new ArrayList<>();
        for (int i = 0; i < window; i++) {
            reads.add(kvm.ask(Request.read(KvmTalk.MEMORY.withOffset(4L * i))));
        }
        // A FENCE counts too.
        reads.add(kvm.ask(fence ? Request.of("fence") : Request.read(KvmTalk.MEMORY)));
        kvm.awaitRead();
        for (int i = 0; i < window; i++) {
            talk.wire().require("offset", 4L * i, tagged(talk).get("offset"));
        }
        // The stream ends instead of a response: one more command would stand before K's own end.
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
        KvmTalk talk = KvmTalk.detached(kvm, KvmTalk.connectDetached()).open(new Terms(0b111, 0b111, 1));
        Ticket first = kvm.ask(Request.read(KvmTalk.MEMORY));
        Ticket second = kvm.ask(Request.read(KvmTalk.MEMORY.withOffset(0x20)));
        talk.wire().send(response(tagged(talk), 1, OK));
        kvm.expectValue(first, 1);
        Frame next = tagged(talk);
        talk.wire().require("offset", 0x20, next.get("offset"));
        talk.wire().send(response(next, 2, OK));
        kvm.expectValue(second, 2);
    }

    @Test
    @Clause("WIN-002")
    void responsesAreReadWhileAWriteBlocks(KvmPeer kvm) {
        KvmTalk talk = KvmTalk.detached(kvm, KvmTalk.connectDetached()).open(KvmTalk.ALL);
        Ticket read = kvm.ask(Request.read(KvmTalk.MEMORY));
        Frame command = tagged(talk);
        for (int i = 0; i < WRITES_THAT_FILL_A_SOCKET; i++) {
            kvm.ask(Request.posted(KvmTalk.MEMORY, i));
        }
        // None of the WRITEs is read here, and still the READ has to end.
        talk.wire().send(response(command, 9, OK));
        kvm.expectValue(read, 9);
    }

    @Test
    @Clause("V2-006")
    void accessErrorsAreToldAsSuch(KvmPeer kvm) {
        KvmTalk talk = KvmTalk.detached(kvm, KvmTalk.connectDetached()).open(KvmTalk.ALL);
        for (String[] status : new String[][] {
            {"BAD_REGION", "bad-region"}, {"BAD_OFFSET", "bad-offset"}, {"DEVICE_FAULT", "device-fault"}
        }) {
            Ticket read = kvm.ask(Request.read(KvmTalk.MEMORY));
            talk.wire().send(response(tagged(talk), -1, Registry.standard().code("statuses", status[0])));
            Answer answer = kvm.expectValue(read, 0xffff_ffffL);
            if (!answer.access().orElse("").equals(status[1])) {
                throw KvmPeer.wrong("access " + status[1], answer);
            }
        }
    }

    @Test
    @Clause({"V2-005", "FAI-001", "FAI-003"})
    void failsOnAResponseThatIsNone(KvmPeer kvm) {
        for (Wrong wrong : Wrong.values()) {
            KvmTalk talk = KvmTalk.detached(kvm, KvmTalk.connectDetached()).open(KvmTalk.ALL);
            Ticket read = kvm.ask(Request.read(KvmTalk.MEMORY));
            Frame command = tagged(talk);
            talk.wire().send(wrong.of(response(command, 7, OK)));
            talk.wire().expectClosed();
            kvm.expectError(read, "maybe-executed");
        }
    }

    @Test
    @Clause("V1-004")
    void failsOnAResponseOfVersion1ThatIsNotExact(KvmPeer kvm) {
        for (int index : new int[] {8, 12, 31}) {
            KvmTalk talk = KvmTalk.detached(kvm, KvmTalk.connectDetached()).open(VERSION_1);
            Ticket read = kvm.ask(Request.read(KvmTalk.MEMORY));
            talk.wire().expect(Dialect.INFO_WORD.command());
            talk.wire().send(Forge.bent(Dialect.INFO_WORD.response().blank(), index, 1));
            talk.wire().expectClosed();
            kvm.expectError(read, "maybe-executed");
        }
    }

    @Test
    @Clause("KST-008")
    void failsOnAMarkedResponseOfVersion0ThatWasAgreed(KvmPeer kvm) {
        KvmTalk talk = KvmTalk.detached(kvm, KvmTalk.connectDetached().with("versions", List.of(2)))
                .open(new Terms(0b011, 0, 1));
        Ticket read = kvm.ask(Request.read(KvmTalk.MEMORY));
        talk.wire().expect(Dialect.INFO_WORD.command());
        talk.wire().send(talk.offer(KvmTalk.ALL));
        talk.wire().expectClosed();
        kvm.expectError(read, "maybe-executed");
    }

    @Test
    @Clause({"V2-005", "FAI-003"})
    void failsOnAResponseThatComesTwice(KvmPeer kvm) {
        KvmTalk talk = KvmTalk.detached(kvm, KvmTalk.connectDetached()).open(KvmTalk.ALL);
        Ticket first = kvm.ask(Request.read(KvmTalk.MEMORY));
        Frame command = tagged(talk);
        Ticket second = kvm.ask(Request.read(KvmTalk.MEMORY));
        tagged(talk);
        talk.wire().send(response(command, 7, OK), response(command, 8, OK));
        kvm.expectValue(first, 7);
        talk.wire().expectClosed();
        kvm.expectError(second, "maybe-executed");
    }

    @Test
    @Clause("V2-005")
    void failsOnResponsesOutOfOrderThatWereNotSelected(KvmPeer kvm) {
        KvmTalk talk = KvmTalk.detached(kvm, KvmTalk.connectDetached()).open(new Terms(0b111, KvmTalk.FENCE, 8));
        Ticket first = kvm.ask(Request.read(KvmTalk.MEMORY));
        tagged(talk);
        Ticket second = kvm.ask(Request.read(KvmTalk.MEMORY));
        talk.wire().send(response(tagged(talk), 8, OK));
        talk.wire().expectClosed();
        kvm.expectError(first, "maybe-executed");
        // Its own value, but not its turn.
        kvm.expectError(second, "maybe-executed");
    }

    @Test
    @Clause({"FAI-001", "FAI-002"})
    void everyAccessEndsWhenTheChannelDoes(KvmPeer kvm) {
        KvmTalk talk = KvmTalk.detached(kvm, KvmTalk.connectDetached()).open(KvmTalk.ALL);
        List<Ticket> reads = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            reads.add(kvm.ask(Request.read(KvmTalk.MEMORY)));
            tagged(talk);
        }
        talk.wire().close();
        reads.forEach(read -> kvm.expectError(read, "maybe-executed"));
        talk.expectNextIsNotSent();
    }

    private static Frame tagged(KvmTalk talk) {
        Frame command = talk.wire().expect(Dialect.TAGGED.command());
        if (command.get("tag") == 0) {
            throw talk.wire().violation("a tag that is not 0", "tag 0");
        }
        return command;
    }

    private static Frame response(Frame command, long data, int status) {
        return Dialect.TAGGED
                .response()
                .blank()
                .with("tag", command.get("tag"))
                .with("data", data)
                .with("status", status);
    }

    /** What makes a response none. */
    private enum Wrong {
        TAG,
        STATUS_ZERO,
        STATUS_UNKNOWN,
        RESERVED;

        Frame of(Frame response) {
            return switch (this) {
                case TAG -> response.with("tag", response.get("tag") ^ 0x4000_0000L);
                case STATUS_ZERO -> response.with("status", 0);
                case STATUS_UNKNOWN -> response.with("status", 5);
                case RESERVED -> Forge.bent(response, 31, 1);
            };
        }
    }
}
