// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.peer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import org.ioregionfd.conformance.peer.Patience.Deadline;
import org.ioregionfd.conformance.peer.PeerProcess.PeerStart;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Registry;
import org.ioregionfd.conformance.rules.Sender;

/** The device side under test, as a check sees it: channels on which the suite plays K. */
public final class DevicePeer implements UnderTest {
    /** How many channels are tried to see whether a device lives, because one thread of several may hang. */
    private static final int SIGNS_OF_LIFE = 4;

    private static final String CONNECTION = "the device to accept a connection";

    private final Socket socket;
    private final Patience patience;
    private final List<Conversation> open = new ArrayList<>();
    private SplittableRandom random = new SplittableRandom(0);

    private DevicePeer(Socket socket, Patience patience) {
        this.socket = socket;
        this.patience = patience;
    }

    /**
     * A device that the suite has not started and that listens at {@code path}; {@code patience} ends each wait of a check.
     */
    public static DevicePeer at(Path path, RunResources resources, Patience patience) {
        return new DevicePeer(new Socket(resources, Optional.empty(), path), patience);
    }

    /** A device that {@code start} starts; {@code patience} ends each wait of a check. */
    public static DevicePeer startedBy(PeerStart start, RunResources resources, Patience patience) {
        return new DevicePeer(new Socket(resources, Optional.of(start), resources.socketPath()), patience);
    }

    /** Requires that the device accepts a connection; starts its process if that is the suite's task. */
    @Override
    public void attach() throws NotAttached {
        socket.attach();
    }

    /** Where it listens; each start of its process has a new path. */
    public Path path() {
        return socket.path;
    }

    /** Ends the device's process, if the suite has started it. */
    public void discard() {
        socket.discard();
    }

    /** A new channel. It is closed at the end of the check. */
    public Conversation connect() {
        try {
            return connectOnce();
        } catch (IOException e) {
            // A process that the try before has killed may have looked alive when this one began.
            if (open.isEmpty() && isStartedAgain()) {
                return connect();
            }
            String seen = (e.getMessage() + "; "
                            + socket.process.map(PeerProcess::howItEnded).orElse(""))
                    .replaceFirst("; $", "");
            throw new Violation(Violation.Kind.GONE, CONNECTION, seen, "");
        }
    }

    private Conversation connectOnce() throws IOException {
        Conversation conversation = new Conversation(
                Link.connect(socket.path, Deadline.in(patience.answer())), Sender.K, patience.answer());
        open.add(conversation);
        return conversation;
    }

    private boolean isStartedAgain() {
        socket.noteEndIfEnding();
        try {
            return socket.ensureRunning();
        } catch (NotAttached e) {
            return false;
        }
    }

    /** Random numbers of this check: the same for the same seed and check. */
    public SplittableRandom random() {
        return random;
    }

    /** The same peer with a longer wait, because the first answers of a new process are the slowest. */
    public DevicePeer patient() {
        return new DevicePeer(socket, Patience.exactly(patience.firstAnswer()));
    }

    @Override
    public void begin(long seed) throws NotAttached {
        random = new SplittableRandom(seed);
        if (socket.ensureRunning() && !patient().isAnswering(SIGNS_OF_LIFE)) {
            throw new NotAttached("the device was started again and answers nothing");
        }
    }

    @Override
    public Optional<String> death() {
        lookForDeath();
        return socket.death();
    }

    @Override
    public boolean explain(Violation violation) {
        // A dead process has closed its channels; a silent one is alive, and the check would wait for it again.
        if (violation.kind() == Violation.Kind.NO_ANSWER) {
            return false;
        }
        lookForDeath();
        Optional<String> how = socket.process.isPresent() ? Optional.empty() : socket.death;
        how.ifPresent(words -> violation.addEnd("the device's process: " + words));
        if (socket.isLeft()) {
            violation.addEnd("the device: nobody listens at its path any more");
        }
        return violation.isEnd();
    }

    @Override
    public Optional<String> misfit() {
        return socket.misfit();
    }

    @Override
    public void end() {
        open.forEach(Conversation::close);
        open.clear();
    }

    @Override
    public void revive() throws NotAttached {
        if (!isAnswering(SIGNS_OF_LIFE) && !socket.discard()) {
            throw new NotAttached("the device answers no more");
        }
    }

    /** Whether a HELLO was answered as the READ that it is. */
    private static boolean isPlain(Violation violation) {
        return violation.seen().endsWith(" " + Dialect.INFO_WORD.response().name());
    }

    /** What a device is told that knows nothing of a HELLO. */
    public static String helloAdvice() {
        byte[] marker = Registry.standard().marker();
        int first = Registry.standard().markerOffset(Sender.K);
        return "a HELLO is a READ whose bytes %d to %d are \"%s\", and the OFFER its response (section 5 of the document)"
                .formatted(first, first + marker.length - 1, new String(marker, StandardCharsets.US_ASCII));
    }

    @Override
    public void keptSilent() {
        patience.lose();
    }

    @Override
    public Optional<Violation> signOfLife() {
        DevicePeer asked = patient();
        try {
            asked.beginHandshake();
            return Optional.empty();
        } catch (Violation e) {
            if (e.isClose()) {
                socket.process.ifPresent(PeerProcess::isEndingEarly);
            }
            asked.explain(e);
            return Optional.of(isPlain(e) ? advised(e) : e);
        } finally {
            asked.end();
        }
    }

    private void beginHandshake() {
        try {
            Conversation channel = connectOnce();
            channel.send(Forge.detachedHello(Dialect.INFO_WORD, 0));
            Violation.breaking("OFR-001", () -> channel.expect("OFFER"));
        } catch (IOException e) {
            throw new Violation(Violation.Kind.GONE, CONNECTION, String.valueOf(e.getMessage()), "");
        }
    }

    private static Violation advised(Violation plain) {
        String seen = plain.seen() + ": a legacy device; " + helloAdvice();
        return new Violation(plain.kind(), plain.expected(), seen, plain.trace()).breaking(plain.broken());
    }

    @Override
    public void requireStay() throws NotAttached {
        socket.ensureRunning();
        Optional<PeerProcess> leaving = socket.process.filter(PeerProcess::isLeaving);
        if (leaving.isPresent()) {
            throw new NotAttached("the device does not stay: " + leaving.get().howItEnded());
        }
    }

    /** A dying process closes its channels first, and looks well for a moment: only an answer proves that it lives. */
    private void lookForDeath() {
        if (socket.process.isPresent() && !isOffering()) {
            socket.noteEndIfEnding();
        }
    }

    /** Whether a HELLO on each of some new channels has any effect at all: an OFFER, as it must, or at least a close. */
    private boolean isAnswering(int count) {
        return isEachAfterHello(count, channel -> channel.hasNewsWithin(patience.answer()));
    }

    /** Whether a HELLO on a new channel is answered with a frame. */
    private boolean isOffering() {
        return isEachAfterHello(1, channel -> {
            channel.next("OFFER", Dialect.INFO_WORD.response());
            return true;
        });
    }

    private boolean isEachAfterHello(int count, Predicate<Conversation> wanted) {
        try {
            List<Conversation> channels = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                channels.add(connectOnce());
            }
            channels.forEach(channel -> channel.send(Forge.detachedHello(Dialect.INFO_WORD, 0)));
            return channels.stream().allMatch(wanted);
        } catch (IOException | Violation e) {
            return false;
        } finally {
            end();
        }
    }

    /**
     * Where the device side under test listens: a path from the user, or one for which the suite starts a process, as often
     * as necessary. Confined to one thread.
     */
    private static final class Socket {
        /** How long a device that already listens may take to accept. */
        private static final Duration ACCEPT_WITHIN = Duration.ofSeconds(2);

        private final RunResources resources;
        private final Optional<PeerStart> start;
        private Path path;
        private Optional<PeerProcess> process = Optional.empty();
        private Optional<String> death = Optional.empty();
        private Optional<String> misfit = Optional.empty();

        private Socket(RunResources resources, Optional<PeerStart> start, Path path) {
            this.resources = resources;
            this.start = start;
            this.path = path;
        }

        void attach() throws NotAttached {
            if (ensureRunning()) {
                return; // it has accepted a connection
            }
            try {
                Link.connect(path, Deadline.in(ACCEPT_WITHIN)).close();
            } catch (IOException e) {
                throw new NotAttached("no device listens at " + path + ": " + e.getMessage());
            }
        }

        /** Whether a device that the suite has not started is there no more. */
        boolean isLeft() {
            return start.isEmpty() && !new SocketPath(path).isListening();
        }

        /** Starts the device's process if it does not run and the suite must start it; true if it was started. */
        boolean ensureRunning() throws NotAttached {
            if (misfit().isPresent()) {
                throw new NotAttached(misfit.get());
            }
            boolean isMissing = start.isPresent() && process.isEmpty();
            if (isMissing) {
                start(start.get());
            }
            return isMissing;
        }

        /** What is wrong with a device whose socket is served on when its process has ended as if all were well. */
        Optional<String> misfit() {
            process.filter(running -> !running.isAlive()).ifPresent(this::noteEnd);
            return misfit;
        }

        /** Notes the end of a process that no longer answers, if it has ended or is about to. */
        void noteEndIfEnding() {
            process.filter(PeerProcess::isEnding).ifPresent(this::noteEnd);
        }

        /** How a process ended that the suite did not end; told once. */
        Optional<String> death() {
            Optional<String> said = death;
            death = Optional.empty();
            return said;
        }

        private void noteEnd(PeerProcess dead) {
            death = Optional.of(dead.howItEnded());
            if (dead.exitCode() == 0 && new SocketPath(path).isListening()) {
                misfit = Optional.of("the device: its process ended with exit code 0, and its socket is served on: "
                        + PeerProcess.FOREGROUND);
            }
            discard();
        }

        /**
         * Ends the device's process, so that the next check gets a new one. False if the suite did not start it, and so
         * cannot.
         */
        boolean discard() {
            process.ifPresent(resources::drop);
            process = Optional.empty();
            return start.isPresent();
        }

        private void start(PeerStart program) throws NotAttached {
            path = resources.socketPath();
            PeerProcess started;
            try {
                started = resources.keep(PeerProcess.started(program, path).ignoringOutput());
            } catch (IOException e) {
                throw new NotAttached("the device could not be started: " + e.getMessage());
            }
            process = Optional.of(started);
            new SocketPath(path).awaitListener("the device", started);
        }
    }
}
