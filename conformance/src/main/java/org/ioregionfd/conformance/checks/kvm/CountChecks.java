// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.kvm;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.ioregionfd.conformance.checks.Checks;
import org.ioregionfd.conformance.peer.Answer;
import org.ioregionfd.conformance.peer.KvmPeer;
import org.ioregionfd.conformance.peer.KvmPeer.Ticket;
import org.ioregionfd.conformance.peer.NotSupported;
import org.ioregionfd.conformance.peer.Request;
import org.ioregionfd.conformance.rules.Access;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.Registry;
import org.ioregionfd.conformance.run.Check.Clause;
import org.ioregionfd.conformance.run.Check.TakesTime;
import org.ioregionfd.conformance.run.RunSettings.Effort;
import org.junit.jupiter.api.Test;

/** What K counts: accesses of a channel that fails, commands in the window, frames that come together. */
@Checks
public class CountChecks {
    private static final int WINDOW_MAX = 0xffff;

    /** What K sends too early it sends at once. */
    private static final Duration A_MOMENT = Duration.ofMillis(30);

    /** Longer than a K that is busy with its input needs for a command, as a rule. */
    private static final Duration A_WHILE = Duration.ofMillis(60);

    /** So many of what is more than the window are asked for. */
    private static final int TOO_MANY = 3;

    private static final Request FENCE = Request.of("fence");

    private enum End {
        DEVICE_ENDS,
        USER_CLOSES,
        /** The device sends a response that answers nothing. */
        JUNK
    }

    /** Accesses that were sent, and others that wait for the window, when the channel ends. */
    private record Ending(int sent, int waiting, End end) {
        @Override
        public String toString() {
            return "%d accesses sent, %d waiting, %s".formatted(sent, waiting, end);
        }
    }

    @Test
    @Clause({"FAI-001", "FAI-002", "DRV-003"})
    void anyNumberOfAccessesEndsWithTheChannel(KvmPeer kvm) {
        List<Ending> cases = new ArrayList<>();
        int[] counts = {1, 7, 8, 9, 15, 16, 17, 33, 64, 120};
        for (End end : End.values()) {
            for (int i = 0; i < counts.length; i++) {
                cases.add(new Ending(counts[i], counts[counts.length - 1 - i], end));
                cases.add(new Ending(counts[i], i % 2, end));
            }
        }
        KvmCases.each(kvm, cases, 2, ending -> ends(kvm, ending));
    }

    private static void ends(KvmPeer kvm, Ending ending) {
        KvmSession talk = KvmSession.detached(kvm, KvmSession.connectDetached().with("max_inflight", WINDOW_MAX))
                .open(KvmSession.ALL.withWindow(ending.sent));
        List<Ticket> asked = ask(kvm, ending.sent + ending.waiting);
        for (int i = 0; i < ending.sent; i++) {
            ExchangeChecks.tagged(talk);
        }
        kvm.awaitRead();
        switch (ending.end) {
            case DEVICE_ENDS -> talk.wire().finish();
            case USER_CLOSES -> kvm.ask(Request.of("close"));
            case JUNK -> talk.wire().send(Dialect.TAGGED.response().blank().with("status", 1));
        }
        expectEnded(talk, asked, ending.sent);
    }

    /** Requires the channel closed, the first {@code sent} of these told as ones that may have been executed, the others as not sent. */
    private static void expectEnded(KvmSession talk, List<Ticket> asked, int sent) {
        talk.wire().expectClosed();
        for (int i = 0; i < asked.size(); i++) {
            talk.kvm().expectError(asked.get(i), i < sent ? "maybe-executed" : "not-sent");
        }
        talk.wire().close();
    }

    /** A window of K's, and one of the device's. */
    private record Windows(int own, int offered) {
        int agreed() {
            return Math.min(own, offered);
        }

        @Override
        public String toString() {
            return "a window of %d of K's, and %d that are offered".formatted(own, offered);
        }
    }

    @Test
    @Clause({"WIN-001", "SEL-003"})
    void noWindowIsExceeded(KvmPeer kvm) {
        KvmCases.each(kvm, windows(1, 2, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129), 2, windows -> {
            KvmSession talk = opened(kvm, windows);
            List<Ticket> asked = ask(kvm, windows.agreed() + TOO_MANY);
            for (int i = 0; i < windows.agreed(); i++) {
                ExchangeChecks.tagged(talk);
            }
            kvm.awaitRead();
            // The stream ends instead of a response: one more command would stand before K's own end.
            talk.wire().finish();
            expectEnded(talk, asked, windows.agreed());
        });
    }

    /** A driver may have less room than the window: K may then send fewer commands. */
    @Test
    @TakesTime(Effort.FULL)
    @Clause({"WIN-001", "SEL-003"})
    void noLargeWindowIsExceeded(KvmPeer kvm) {
        KvmCases.each(kvm, windows(200, 254, 255, 256, 257, 511, 512, 513, 900), 1, windows -> {
            KvmSession talk = opened(kvm, windows);
            List<Ticket> asked = ask(kvm, windows.agreed() + TOO_MANY);
            int sent = 0;
            while (talk.wire().hasNewsWithin(A_WHILE)) {
                ExchangeChecks.tagged(talk);
                sent++;
            }
            talk.wire().finish();
            // One that was only slow may still send what it has room for.
            while (talk.wire().take(Registry.FRAME_LENGTH).length > 0) {
                sent++;
            }
            if (sent > windows.agreed()) {
                throw talk.wire().violation(windows.agreed() + " commands outstanding at most", sent + " of them");
            }
            expectEnded(talk, asked, sent);
        });
    }

    private static List<Windows> windows(int... numbers) {
        List<Windows> windows = new ArrayList<>();
        for (int number : numbers) {
            windows.add(new Windows(number, WINDOW_MAX));
            windows.add(new Windows(WINDOW_MAX, number));
        }
        return windows;
    }

    private static KvmSession opened(KvmPeer kvm, Windows windows) {
        KvmSession talk = KvmSession.detached(kvm, KvmSession.connectDetached().with("max_inflight", windows.own));
        Frame offer = talk.offer(KvmSession.ALL.withWindow(windows.offered));
        Frame accept = talk.accept(offer);
        talk.wire().require("max_inflight", windows.agreed(), accept.get("max_inflight"));
        talk.wire().send(accept);
        kvm.expectDone(talk.channel().connect());
        return talk;
    }

    /** Asks for so many accesses that want a response, of all kinds. */
    private static List<Ticket> ask(KvmPeer kvm, int count) {
        List<Ticket> asked = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Access access = KvmSession.MEMORY.withOffset(4L * i);
            asked.add(kvm.ask(
                    switch (i % 3) {
                        case 0 -> Request.read(access);
                        case 1 -> Request.write(access, i);
                        default -> FENCE;
                    }));
        }
        return asked;
    }

    /** A response that has not come whole makes no room, and frees no tag. */
    private record Piece(int window, int bytes) {
        @Override
        public String toString() {
            return "%d bytes of a response in a window of %d".formatted(bytes, window);
        }
    }

    @Test
    @Clause({"WIN-001", "V2-002", "CHN-004"})
    void aPieceOfAResponseMakesNoRoom(KvmPeer kvm) {
        List<Piece> cases = new ArrayList<>();
        for (int window : new int[] {1, 2, 9}) {
            for (int bytes : new int[] {1, 8, 12, 14, 31}) {
                cases.add(new Piece(window, bytes));
            }
        }
        KvmCases.each(kvm, cases, 2, piece -> {
            KvmSession talk = KvmSession.opened(kvm, KvmSession.ALL.withWindow(piece.window));
            List<Ticket> asked = ask(kvm, piece.window + 1);
            Frame first = ExchangeChecks.tagged(talk);
            for (int i = 1; i < piece.window; i++) {
                ExchangeChecks.tagged(talk);
            }
            kvm.awaitRead();
            talk.wire()
                    .sendBytes(Arrays.copyOf(Dialect.TAGGED.response(first, 0).bytes(), piece.bytes));
            talk.wire().expectSilence(A_MOMENT);
            talk.wire().finish();
            expectEnded(talk, asked, piece.window);
        });
    }

    /** Responses that are written together, cut into pieces of {@code bytes}. */
    private record Together(int count, int bytes) {
        @Override
        public String toString() {
            return "%d responses, written %d bytes at a time".formatted(count, bytes);
        }
    }

    @Test
    @Clause({"CHN-002", "FAI-003"})
    void framesMayComeTogetherAndBeCutAnywhere(KvmPeer kvm) {
        List<Together> cases = new ArrayList<>();
        for (int count : new int[] {2, 15, 16, 17, 33, 64}) {
            cases.add(new Together(count, count * Registry.FRAME_LENGTH));
        }
        for (int bytes : new int[] {1, 7, 13, 31, 33, 63, 65, 100}) {
            cases.add(new Together(bytes == 1 ? 2 : 12, bytes));
        }
        KvmCases.each(kvm, cases, 3, together -> {
            KvmSession talk = KvmSession.opened(kvm, KvmSession.ALL);
            List<Ticket> reads = new ArrayList<>();
            List<Integer> order = new ArrayList<>();
            for (int i = 0; i < together.count; i++) {
                reads.add(kvm.ask(Request.read(KvmSession.MEMORY)));
                order.add(i);
            }
            List<Frame> commands = new ArrayList<>();
            reads.forEach(read -> commands.add(ExchangeChecks.tagged(talk)));
            Collections.shuffle(order, new Random(kvm.random().nextLong()));
            byte[] bytes = new byte[together.count * Registry.FRAME_LENGTH];
            for (int i = 0; i < together.count; i++) {
                byte[] response = Dialect.TAGGED
                        .response(commands.get(order.get(i)), 0x1000 + order.get(i))
                        .bytes();
                System.arraycopy(response, 0, bytes, i * Registry.FRAME_LENGTH, Registry.FRAME_LENGTH);
            }
            for (int from = 0; from < bytes.length; from += together.bytes) {
                talk.wire().sendBytes(Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + together.bytes)));
            }
            for (int i = 0; i < together.count; i++) {
                kvm.expectValue(reads.get(i), 0x1000 + i);
            }
            Standing.end(talk);
        });
    }

    /** One READ is held while tags of 16 bits come around. A driver need not know how to make so many. */
    @Test
    @TakesTime(Effort.FULL)
    @Clause("V2-002")
    void noTagThatIsOutstandingComesAround(KvmPeer kvm) {
        KvmSession talk = KvmSession.opened(kvm, KvmSession.ALL);
        Ticket held = kvm.ask(Request.read(KvmSession.MEMORY));
        Frame outstanding = ExchangeChecks.tagged(talk);
        int count = 0x1_0100;
        Ticket run = run(kvm, count, 32);
        for (int i = 0; i < count; i++) {
            Frame command = new Frame(Dialect.TAGGED.command(), talk.wire().take(Registry.FRAME_LENGTH));
            if (command.get("tag") == outstanding.get("tag")) {
                throw talk.wire().violation("a tag that is not outstanding", "that of a READ without an answer yet");
            }
            talk.wire().send(Dialect.TAGGED.response(command, i));
        }
        expectTimed(kvm.expectDone(run), count);
        talk.wire().send(Dialect.TAGGED.response(outstanding, 0x55));
        kvm.expectValue(held, 0x55);
    }

    /** However often a tag comes back, its command asks for the response that K waits for. */
    @Test
    @TakesTime(Effort.FULL)
    @Clause({"V2-001", "V2-002"})
    void everyUseOfATagAsksForAResponse(KvmPeer kvm) {
        KvmSession talk = KvmSession.opened(kvm, KvmSession.ALL);
        int count = 0x1_0010;
        Ticket run = run(kvm, count, 1);
        for (int i = 0; i < count; i++) {
            Frame command = new Frame(Dialect.TAGGED.command(), talk.wire().take(Registry.FRAME_LENGTH));
            if (command.get("tag") == 0) {
                throw talk.wire().violation("a tag that is not 0", "tag 0, in READ number " + i);
            }
            talk.wire().send(Dialect.TAGGED.response(command, i));
        }
        expectTimed(kvm.expectDone(run), count);
    }

    /** A few are timed like many. */
    @Test
    @Clause("DRV-007")
    void everyAccessOfARunIsTimed(KvmPeer kvm) {
        KvmSession talk = KvmSession.opened(kvm, KvmSession.ALL);
        for (int count : new int[] {1, 2, 9}) {
            Ticket run = run(kvm, count, 1);
            for (int i = 0; i < count; i++) {
                talk.wire().send(Dialect.TAGGED.response(ExchangeChecks.tagged(talk), i));
            }
            expectTimed(kvm.expectDone(run), count);
        }
    }

    /** Asks for READs of memory, {@code depth} at a time. */
    private static Ticket run(KvmPeer kvm, int count, int depth) {
        Ticket run = kvm.ask(Request.of("run")
                .with("access", "read")
                .with("region", "0x1")
                .with("offset", "0x10")
                .with("size", 4)
                .with("count", count)
                .with("depth", depth));
        if (kvm.isAnsweredWithin(run, A_MOMENT)) {
            kvm.expectDone(run);
            throw new NotSupported("a driver that knows run");
        }
        return run;
    }

    private static void expectTimed(Answer answer, int count) {
        if (answer.timed().orElse(0) != count) {
            throw KvmPeer.wrong("a latency of " + count + " accesses", answer);
        }
    }
}
