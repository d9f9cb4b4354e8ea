// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.peer;

import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.ioregionfd.conformance.peer.Patience.Deadline;
import org.ioregionfd.conformance.peer.PeerProcess.PeerStart;
import org.ioregionfd.conformance.rules.Sender;

/**
 * The KVM side under test, as a check sees it: a driver that gets requests, and channels on which the suite plays D. The
 * driver is started once and serves all checks, until one ends its input; between checks its channel is closed. Confined to
 * one thread.
 */
public final class KvmPeer implements UnderTest {
    /** Between two looks whether the driver has answered instead of connecting. */
    private static final Duration LOOK_EVERY = Duration.ofMillis(10);

    private final PeerStart start;
    private final RunResources resources;
    private final Patience patience;
    private final Path path;
    private final List<Conversation> open = new ArrayList<>();
    private Optional<ServerSocketChannel> listener = Optional.empty();
    private Optional<KvmDriver> driver = Optional.empty();
    private Optional<String> death = Optional.empty();
    private Optional<String> misfit = Optional.empty();
    private SplittableRandom random = new SplittableRandom(0);

    /** A driver that {@code start} starts; {@code patience} ends each wait of a check. */
    public KvmPeer(PeerStart start, RunResources resources, Patience patience) {
        this.start = start;
        this.resources = resources;
        this.patience = patience;
        this.path = resources.socketPath();
    }

    /** A request that was sent; its answer is still to come. */
    public record Ticket(int id, String op) {}

    /** A channel that K has connected; the suite is D on it. {@code connect} is the request for it. */
    public record Channel(Conversation wire, Ticket connect) {}

    /** Listens, starts the driver and requires that it answers. */
    @Override
    public void attach() throws NotAttached {
        if (listener.isEmpty()) {
            listener = Optional.of(resources.keep(Link.listen(path)));
        }
        if (driver.filter(KvmDriver::isAlive).isPresent()) {
            return;
        }
        driver.ifPresent(dead -> noteEnd(dead, dead.howItEnded()));
        if (misfit.isPresent()) {
            throw new NotAttached(misfit.get());
        }
        driver = Optional.of(KvmDriver.started(start, path, resources));
    }

    /**
     * Asks the driver to connect and takes its connection. {@code members} is a {@code connect} request. With an attached
     * HELLO it is done at once; with a detached one, when the suite has played D's part of the handshake.
     */
    public Channel connect(Request members) {
        Ticket connect = ask(members);
        Conversation wire = new Conversation(accept(connect), Sender.D, patience.answer());
        open.add(wire);
        return new Channel(wire, connect);
    }

    private Link accept(Ticket connect) {
        Deadline deadline = Deadline.in(patience.answer());
        while (true) {
            // A driver that has answered may have connected before, and has nothing more to do.
            boolean isAnswered = driver().isAnswered(connect.id());
            boolean isOver = isAnswered || !driver().isAlive() || deadline.isOver();
            try {
                return Link.accept(listener.orElseThrow(), Deadline.in(isOver ? Duration.ZERO : LOOK_EVERY));
            } catch (IOException e) {
                if (isOver) {
                    throw noConnection(connect, isAnswered);
                }
            }
        }
    }

    private Violation noConnection(Ticket connect, boolean isAnswered) {
        String wanted = "the driver to connect";
        if (isAnswered) {
            return wrong(wanted, await(connect));
        }
        return driver().isAlive()
                ? new Violation(Violation.Kind.NO_ANSWER, wanted, "no connection", "")
                : new Violation(Violation.Kind.GONE, wanted, driver().howItEnded(), "");
    }

    /** Sends a request and does not wait for its answer. DRV-002 */
    public Ticket ask(Request request) {
        return new Ticket(driver().send(request), request.op());
    }

    /** Sends a line that may be anything but a request with an id, without its end. */
    public void sendLine(String line) {
        driver().sendLine(line);
    }

    /** Ends the driver's input. Another driver serves the next check. */
    public void endInput() {
        endInput("");
    }

    /** The same behind a last line that has no end. */
    public void endInput(String lastLine) {
        driver().endInput(lastLine);
    }

    /**
     * Requires that the driver, whose input was ended, ends with exit code 0. A process takes longer to end than to answer, also
     * where other answers were left out.
     */
    public void expectEnd() {
        KvmDriver ending = driver();
        int exitCode = ending.awaitEnd(patience.full());
        if (exitCode != 0) {
            throw new Violation(
                    Violation.Kind.WRONG_ANSWER, "the driver to end with exit code 0", ending.howItEnded(), "");
        }
        resources.drop(ending);
        driver = Optional.empty();
    }

    /**
     * Waits until the driver has read all lines: it begins them in order, and an unknown op waits for none of them. DRV-002
     */
    public void awaitRead() {
        driver().await(driver().send(KvmDriver.UNKNOWN), patience.answer());
    }

    /** The answer to a line that was no request. */
    public Answer awaitWithoutId() {
        return driver().awaitWithoutId(patience.answer());
    }

    /** Waits for the answer. One with status {@code unsupported} ends the check as not supported. */
    public Answer await(Ticket ticket) {
        Answer answer = driver().await(ticket.id(), patience.answer());
        if (answer.status().equals("unsupported")) {
            throw new NotSupported("the driver does not support this " + ticket.op());
        }
        return answer;
    }

    /** Waits for the answer and requires {@code done}. */
    public Answer expectDone(Ticket ticket) {
        Answer answer = await(ticket);
        if (!answer.status().equals("done")) {
            throw wrong(ticket.op() + " to be done", answer);
        }
        return answer;
    }

    /** Waits for the answer and requires an {@code error} with this word. */
    public Answer expectError(Ticket ticket, String word) {
        Answer answer = await(ticket);
        if (!answer.status().equals("error") || !answer.error().equals(word)) {
            throw wrong(ticket.op() + " to end with error " + word, answer);
        }
        return answer;
    }

    /** Waits for the answer and requires {@code unsupported}. DRV-004 */
    public Answer expectUnsupported(Ticket ticket) {
        Answer answer = driver().await(ticket.id(), patience.answer());
        if (!answer.status().equals("unsupported")) {
            throw wrong(ticket.op() + " to be unsupported", answer);
        }
        return answer;
    }

    /** Waits for the answer: whether it is another one than {@code unsupported}. */
    public boolean isSupported(Ticket ticket) {
        return !driver().await(ticket.id(), patience.answer()).status().equals("unsupported");
    }

    /** Waits for {@code done} and requires this value. */
    public Answer expectValue(Ticket ticket, long value) {
        Answer answer = expectDone(ticket);
        if (answer.value().isEmpty() || answer.value().getAsLong() != value) {
            throw wrong(ticket.op() + " with value " + Request.hex(value), answer);
        }
        return answer;
    }

    /**
     * Whether the answer comes within {@code wait}; a later call can still wait for it. Only for answers that need not come.
     */
    public boolean isAnsweredWithin(Ticket ticket, Duration wait) {
        return driver().isAnsweredWithin(ticket.id(), wait);
    }

    /** Random numbers of this check: the same for the same seed and check. */
    public SplittableRandom random() {
        return random;
    }

    /** A fault in an answer of the driver. */
    public static Violation wrong(String expected, Answer seen) {
        return new Violation(Violation.Kind.WRONG_ANSWER, expected, "the answer " + seen, "");
    }

    @Override
    public void begin(long seed) throws NotAttached {
        random = new SplittableRandom(seed);
        attach();
        driver().forgetLines();
    }

    @Override
    public boolean explain(Violation violation) {
        driver.filter(running -> !running.isAlive())
                .ifPresent(dead -> violation.addEnd("the driver's process: " + dead.howItEnded()));
        driver.ifPresent(running -> violation.addCircumstances(running.account()));
        if (violation.trace().isEmpty() && !open.isEmpty()) {
            violation.addTrace(open.get(open.size() - 1).trace());
        }
        return driver.filter(KvmDriver::isAlive).isEmpty();
    }

    @Override
    public Optional<String> death() {
        driver.filter(running -> !running.isAlive()).ifPresent(dead -> noteEnd(dead, dead.howItEnded()));
        Optional<String> said = death;
        death = Optional.empty();
        return said;
    }

    @Override
    public Optional<String> misfit() {
        return misfit;
    }

    @Override
    public void end() {
        open.forEach(Conversation::close);
        open.clear();
        driver.filter(KvmDriver::isAlive).ifPresent(this::closeChannel);
        // The next check must not get connections that this one did not take.
        listener.ifPresent(Link::dropConnections);
    }

    /** A driver that has answered its {@code close} lives and has let go of what it did not answer; another one is gone by now. */
    @Override
    public void revive() throws NotAttached {
        attach();
    }

    @Override
    public void keptSilent() {
        patience.lose();
    }

    @Override
    public Optional<Violation> signOfLife() {
        try {
            attach();
            connect(Request.of("connect").with("hello", "detached")).wire().expect("HELLO");
            return Optional.empty();
        } catch (NotSupported e) {
            return Optional.empty(); // It answers, and names what it lacks.
        } catch (NotAttached e) {
            String seen = String.valueOf(e.getMessage());
            return Optional.of(new Violation(Violation.Kind.GONE, "a driver that answers", seen, ""));
        } catch (Violation e) {
            if (e.isClose()) {
                driver.ifPresent(ending -> ending.process().isEndingEarly());
            }
            explain(e);
            return Optional.of(e);
        } finally {
            end();
        }
    }

    @Override
    public void requireStay() throws NotAttached {
        attach();
        PeerProcess started = driver().process();
        if (started.isLeaving()) {
            throw new NotAttached("the driver does not stay: " + started.howItEnded());
        }
    }

    /** How the driver's process fares, for a person; empty where none was started. */
    public Optional<String> process() {
        return driver.map(KvmDriver::howItEnded);
    }

    /**
     * Brings the driver back to the state without a channel. A driver that does not answer is replaced before the next check.
     */
    private void closeChannel(KvmDriver running) {
        try {
            running.await(running.send(Request.of("close")), patience.answer());
            running.forgetAnswers();
        } catch (Violation e) {
            noteEnd(running, "no answer to close, but " + e.seen());
        }
    }

    private void noteEnd(KvmDriver dead, String how) {
        death = Optional.of(how);
        misfit = misfit.or(() -> dead.process().leftForeground().map(left -> "the driver: " + left));
        resources.drop(dead);
        driver = Optional.empty();
    }

    private KvmDriver driver() {
        return driver.orElseThrow(() -> new Violation(Violation.Kind.GONE, "the driver to run", "it does not", ""));
    }
}
