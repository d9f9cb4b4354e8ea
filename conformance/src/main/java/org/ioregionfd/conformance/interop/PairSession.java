// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.interop;

import java.time.Duration;
import java.util.Set;
import org.ioregionfd.conformance.interop.PairOutcome.End;
import org.ioregionfd.conformance.interop.PeerPrograms.Registers;
import org.ioregionfd.conformance.peer.Answer;
import org.ioregionfd.conformance.peer.KvmDriver;
import org.ioregionfd.conformance.peer.Request;
import org.ioregionfd.conformance.peer.Violation;
import org.ioregionfd.conformance.rules.Access;

/** One channel of one pair: K is asked to connect and to make a few accesses, and reports the results. */
final class PairSession {
    /** The wait for a required answer: longer than any of these programs takes on a busy machine. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** The wait where no answer may come: K's deadline ends it, so it can be short. */
    private static final Duration IMPATIENCE = Duration.ofMillis(200);

    private static final long FIRST = 0x5AA5_C33CL;
    private static final long SECOND = 0x1234_ABCDL;

    private final KvmDriver driver;
    private final Registers registers;

    PairSession(KvmDriver driver, Registers registers) {
        this.driver = driver;
        this.registers = registers;
    }

    /**
     * Runs the pair, whose required outcome is {@code expected}, and gives its outcome in words. Throws a Violation if K
     * hangs.
     */
    String play(KvmSetting setting, PairOutcome expected) {
        boolean isAnswered = expected.end() == End.LEGACY || expected.end() == End.OPEN;
        Answer connected = ask(setting.connect(isAnswered ? PATIENCE : IMPATIENCE));
        try {
            return switch (expected.end()) {
                case LEGACY, OPEN -> exchange(expected);
                case FAILED -> failure(connected);
                case UNDEFINED -> {
                    ask(Request.read(registers.first()));
                    yield expected.toString();
                }
            };
        } finally {
            ask(Request.of("close"));
            driver.forgetAnswers();
        }
    }

    /** Reads, writes and reads back, with every kind of WRITE that was agreed. */
    private String exchange(PairOutcome expected) {
        Access memory = registers.memory();
        Answer first = ask(Request.read(registers.first()));
        Answer written = ask(Request.write(memory, FIRST));
        Answer second = ask(Request.read(memory));
        if (!isValue(first, registers.value()) || !isDone(written) || !isValue(second, registers.kept(FIRST))) {
            return "wrong data: " + first + ", " + written + ", " + second;
        }
        if (expected.features().contains("POSTED_WRITES")) {
            Answer posted = ask(Request.posted(memory, SECOND));
            Answer third = ask(Request.read(memory));
            if (!isDone(posted) || !isValue(third, registers.kept(SECOND))) {
                return "wrong data: " + posted + ", " + third;
            }
        }
        if (expected.features().contains("FENCE") && !isDone(ask(Request.of("fence")))) {
            return "a FENCE that was not done";
        }
        return outcome(second).toString();
    }

    /**
     * After a failure K reports it for every access [FAI-001]; only the READ of an attached HELLO may have its value
     * [HEL-004].
     */
    private String failure(Answer connected) {
        Answer first = ask(Request.read(registers.first()));
        Answer second = ask(Request.read(registers.first()));
        if (second.status().equals("error") && second.state().equals("failed")) {
            return PairOutcome.without(End.FAILED).toString();
        }
        return "no failure: " + connected + ", " + first + ", " + second;
    }

    private static PairOutcome outcome(Answer answer) {
        return switch (answer.state()) {
            case "legacy" -> PairOutcome.without(End.LEGACY);
            case "open" ->
                new PairOutcome(End.OPEN, (int) answer.version().orElse(-1), Set.copyOf(answer.features()), (int)
                        answer.maxInflight().orElse(-1));
            default -> PairOutcome.without(End.FAILED);
        };
    }

    private static boolean isDone(Answer answer) {
        return answer.status().equals("done");
    }

    private static boolean isValue(Answer answer, long value) {
        return isDone(answer) && answer.value().orElse(~value) == value;
    }

    private Answer ask(Request request) {
        Answer answer = driver.await(driver.send(request), PATIENCE);
        if (answer.status().equals("unsupported")) {
            throw new Violation(Violation.Kind.WRONG_ANSWER, "a driver that can do " + request.op(), "" + answer, "");
        }
        return answer;
    }
}
