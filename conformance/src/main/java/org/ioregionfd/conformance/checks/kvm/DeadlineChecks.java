// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.kvm;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.ioregionfd.conformance.checks.Checks;
import org.ioregionfd.conformance.peer.KvmPeer;
import org.ioregionfd.conformance.peer.KvmPeer.Ticket;
import org.ioregionfd.conformance.peer.Patience.Deadline;
import org.ioregionfd.conformance.peer.Request;
import org.ioregionfd.conformance.rules.ClauseBook.ClauseKinds.Kind;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Forge.Terms;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.Registry;
import org.ioregionfd.conformance.run.Check.Clause;
import org.ioregionfd.conformance.run.Check.Judged;
import org.ioregionfd.conformance.run.Check.TakesTime;
import org.ioregionfd.conformance.run.RunSettings.Effort;
import org.junit.jupiter.api.Test;

/** K's reactions at its deadline, which nothing prolongs. */
@Checks
public class DeadlineChecks {
    /** Short, so that the checks of a deadline are short; but long enough for a frame that is under way. */
    private static final int DEADLINE_MILLIS = 400;

    /** A deadline that has to be over by {@link #LATE_MAX}: a K that stalls for a while is not taken for a wrong one. */
    private static final int LATE_MILLIS = 700;

    private static final Duration LATE_MAX = Duration.ofMillis(1700);

    /** More than a second, and more than half of {@link #EARLY_MILLIS}; a K that stalls for the rest of it is not taken for a wrong one. */
    private static final Duration EARLY = Duration.ofMillis(1300);

    private static final int EARLY_MILLIS = 2000;

    /** Of the deadline that nobody set: what comes before is in time, and what comes later is not. */
    private static final Duration DEFAULT_MIN = Duration.ofMillis(600);

    private static final Duration DEFAULT_MAX = Duration.ofMillis(1900);

    private static final int LONG_MILLIS = 4400;

    private static final Duration LONG_MIN = Duration.ofSeconds(3);

    private static final Duration LONG_MAX = Duration.ofSeconds(4);

    /** Of an access: as short as the other checks need no time. */
    private static final int ACCESS_MILLIS = 250;

    /**
     * A frame that comes byte by byte takes some eight times the deadline, so that a K that stalls for a while is not judged
     * wrong.
     */
    private static final Duration BETWEEN_BYTES = Duration.ofMillis(100);

    @Test
    @TakesTime
    @Judged(by = Kind.TIMED)
    @Clause({"KST-005", "KST-006"})
    void aDetachedHelloThatIsNotAnsweredFails(KvmPeer kvm) {
        hurried(kvm).expectFailed();
    }

    @Test
    @TakesTime
    @Judged(by = Kind.TIMED)
    @Clause({"KST-005", "KST-006"})
    void aSelectThatIsNotAnsweredFails(KvmPeer kvm) {
        KvmSession talk = hurried(kvm);
        talk.select(KvmSession.ALL);
        talk.expectFailed();
    }

    /** Half an answer is none. */
    @Test
    @TakesTime
    @Judged(by = Kind.TIMED)
    @Clause({"KST-005", "FAI-004"})
    void aFragmentOfAnAnswerIsNone(KvmPeer kvm) {
        KvmSession hello = hurried(kvm);
        hello.wire().sendBytes(Arrays.copyOf(hello.offer(KvmSession.ALL).bytes(), Registry.FRAME_LENGTH - 1));
        hello.expectFailed();
        KvmSession select = hurried(kvm);
        Frame offer = select.offer(KvmSession.ALL);
        Frame accept = Forge.accept(select.hello(), offer, select.select(offer));
        select.wire().sendBytes(Arrays.copyOf(accept.bytes(), Registry.FRAME_LENGTH - 1));
        select.expectFailed();
    }

    /** An answer that comes byte by byte takes far longer than the deadline, and K does not wait for its end. */
    @Test
    @TakesTime
    @Judged(by = Kind.TIMED)
    @Clause({"KST-005", "FAI-004"})
    void aTrickleDoesNotProlongTheDeadline(KvmPeer kvm) {
        KvmSession talk = hurried(kvm);
        byte[] offer = talk.offer(KvmSession.ALL).bytes();
        for (int i = 0; i < Registry.FRAME_LENGTH && !talk.wire().hasNewsWithin(BETWEEN_BYTES); i++) {
            talk.wire().sendBytes(Arrays.copyOfRange(offer, i, i + 1));
        }
        talk.expectFailed();
    }

    /** A SELECT that follows an attached HELLO has the same deadline as any other. */
    @Test
    @TakesTime(Effort.FULL)
    @Judged(by = Kind.TIMED)
    @Clause({"KST-005", "KST-006"})
    void aSelectBehindAnAttachedHelloThatIsNotAnsweredFails(KvmPeer kvm) {
        KvmSession talk =
                KvmSession.attached(kvm, KvmSession.connect().with("deadline_ms", DEADLINE_MILLIS), KvmSession.MEMORY);
        Ticket waiting = selectBehindTheOffer(talk);
        talk.wire().expectClosed();
        kvm.expectError(waiting, "not-sent");
    }

    /** Takes the SELECT, and gives the access that waits for its answer. */
    private static Ticket selectBehindTheOffer(KvmSession talk) {
        talk.wire().send(talk.offer(KvmSession.ALL));
        talk.kvm().expectDone(talk.carried().orElseThrow());
        // A K may keep its SELECT for the next use of the channel.
        Ticket waiting = talk.kvm().ask(Request.read(KvmSession.MEMORY));
        talk.wire().expect("SELECT");
        return waiting;
    }

    /** Twice the deadline is late on any machine that is not far too slow for it. */
    @Test
    @TakesTime(Effort.FULL)
    @Judged(by = Kind.TIMED)
    @Clause({"KST-005", "KST-006"})
    void noDeadlineIsTwiceAsLongAsItIsSet(KvmPeer kvm) {
        KvmSession hello = KvmSession.detached(kvm, patient("detached", LATE_MILLIS));
        expectClosedWithin(hello, LATE_MAX);
        KvmSession select = KvmSession.detached(kvm, patient("detached", LATE_MILLIS));
        select.select(KvmSession.ALL);
        expectClosedWithin(select, LATE_MAX);
        KvmSession attached = KvmSession.attached(kvm, patient("attached", LATE_MILLIS), KvmSession.MEMORY);
        selectBehindTheOffer(attached);
        expectClosedWithin(attached, LATE_MAX);
    }

    /** In microseconds it has more than 32 bits. */
    @Test
    @TakesTime(Effort.THOROUGH)
    @Judged(by = Kind.TIMED)
    @Clause({"KST-005", "KST-006"})
    void aDeadlineOfSomeSecondsPasses(KvmPeer kvm) {
        KvmSession hello = KvmSession.detached(kvm, patient("detached", LONG_MILLIS));
        hello.wire().expectSilence(LONG_MIN);
        expectClosedWithin(hello, LONG_MAX);
    }

    /** Where its user says nothing it is a second. */
    @Test
    @TakesTime(Effort.FULL)
    @Judged(by = Kind.TIMED)
    @Clause({"KST-005", "KST-006"})
    void theDeadlineThatNobodySetIsASecond(KvmPeer kvm) {
        Request connect = Request.of("connect").with("hello", "detached");
        KvmSession late = KvmSession.detached(kvm, connect);
        expectClosedWithin(late, DEFAULT_MAX);
        KvmSession early = KvmSession.detached(kvm, connect);
        early.wire().expectSilence(DEFAULT_MIN);
        early.open(KvmSession.ALL);
    }

    /** An answer at two thirds of the deadline is in time, be it that of the HELLO or that of the SELECT, each counted by itself. */
    @Test
    @TakesTime(Effort.FULL)
    @Judged(by = Kind.TIMED)
    @Clause({"KST-005", "ACC-002"})
    void anAnswerWithinTheDeadlineIsInTime(KvmPeer kvm) {
        KvmSession detached = KvmSession.detached(kvm, patient("detached", EARLY_MILLIS));
        detached.wire().expectSilence(EARLY);
        answersSelectInTime(detached, Optional.empty());
        KvmSession attached = KvmSession.attached(kvm, patient("attached", EARLY_MILLIS), KvmSession.MEMORY);
        answersSelectInTime(attached, Optional.of(attached));
    }

    private static void answersSelectInTime(KvmSession talk, Optional<KvmSession> attached) {
        Frame offer = talk.offer(KvmSession.ALL);
        talk.wire().send(offer);
        Optional<Ticket> next = attached.map(same -> {
            same.kvm().expectDone(same.carried().orElseThrow());
            return same.kvm().ask(Request.read(KvmSession.MEMORY));
        });
        Frame select = talk.wire().expect("SELECT");
        talk.wire().expectSilence(EARLY);
        talk.wire().send(Forge.accept(talk.hello(), offer, select));
        if (next.isEmpty()) {
            KvmSession.expectState(talk.kvm().expectDone(talk.channel().connect()), "open");
        } else {
            talk.wire().expect(Dialect.TAGGED.command());
        }
        Standing.end(talk);
    }

    /** In every state in which an access is sent: it ends, and the channel with it. */
    @Test
    @TakesTime(Effort.FULL)
    @Judged(by = Kind.TIMED)
    @Clause({"FAI-004", "FAI-001", "DRV-007"})
    void anAccessThatIsNotAnsweredEndsWithItsDeadline(KvmPeer kvm) {
        Request hurried = Request.of("connect").with("deadline_ms", ACCESS_MILLIS);
        List<Request> accesses = List.of(Request.read(KvmSession.MEMORY), Request.write(KvmSession.MEMORY, 1));
        for (Terms terms : List.of(new Terms(0b001, 0, 1), ExchangeChecks.VERSION_1, KvmSession.ALL)) {
            List<Request> known = new ArrayList<>(accesses);
            if (terms.equals(KvmSession.ALL)) {
                known.add(Request.of("fence"));
            }
            for (Request access : known) {
                KvmSession talk = KvmSession.detached(kvm, hurried.with("hello", "detached"))
                        .open(terms);
                endsUnanswered(talk, access);
            }
        }
        for (Request access : accesses) {
            endsUnanswered(KvmSession.withoutHello(kvm, hurried.with("policy", "off")), access);
            KvmSession legacy = KvmSession.detached(kvm, hurried.with("hello", "detached"));
            legacy.wire().send(Dialect.INFO_WORD.response().blank());
            kvm.expectDone(legacy.channel().connect());
            endsUnanswered(legacy, access);
        }
        endsUnanswered(
                KvmSession.withoutHello(kvm, hurried.with("hello", "attached")), Request.write(KvmSession.MEMORY, 1));
    }

    /** Each counts from its own command, whatever is sent behind it. */
    @Test
    @TakesTime(Effort.FULL)
    @Judged(by = Kind.TIMED)
    @Clause({"FAI-004", "DRV-007"})
    void aLaterCommandDoesNotProlongTheDeadlineOfAnEarlierOne(KvmPeer kvm) {
        KvmSession talk =
                KvmSession.detached(kvm, patient("detached", LATE_MILLIS)).open(KvmSession.ALL);
        Deadline late = Deadline.in(LATE_MAX);
        Ticket first = kvm.ask(Request.read(KvmSession.MEMORY));
        // Far fewer than the window takes.
        while (talk.wire().take(Registry.FRAME_LENGTH).length > 0) {
            if (late.isOver()) {
                throw talk.wire().violation("the channel closed within " + LATE_MAX.toMillis() + " ms", "it is open");
            }
            talk.wire().leaveUnread(BETWEEN_BYTES);
            kvm.ask(Request.read(KvmSession.MEMORY));
        }
        kvm.expectError(first, "maybe-executed");
    }

    private static void endsUnanswered(KvmSession talk, Request access) {
        Ticket ticket = talk.kvm().ask(access);
        talk.wire().take(Registry.FRAME_LENGTH);
        talk.wire().expectClosed();
        KvmSession.expectState(talk.kvm().expectError(ticket, "maybe-executed"), "failed");
        KvmSession.expectState(talk.kvm().expectDone(talk.kvm().ask(Request.of("close"))), "closed");
    }

    private static void expectClosedWithin(KvmSession talk, Duration wait) {
        if (!talk.wire().hasNewsWithin(wait)) {
            throw talk.wire().violation("the channel closed within " + wait.toMillis() + " ms", "it is open");
        }
        talk.wire().expectClosed();
    }

    private static Request patient(String hello, int millis) {
        return Request.of("connect").with("hello", hello).with("deadline_ms", millis);
    }

    private static KvmSession hurried(KvmPeer kvm) {
        return KvmSession.detached(kvm, KvmSession.connectDetached().with("deadline_ms", DEADLINE_MILLIS));
    }
}
