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
 * A KVM side without a driver, as a check sees it: a program that connects and acts by itself. The suite starts it anew for
 * each channel. Confined to one thread.
 */
public final class DriverlessPeer implements UnderTest {
    /** How long a started program may take until it connects: a JVM on a busy machine takes seconds. */
    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(20);

    /** Between two looks whether the program has ended. */
    private static final Duration LOOK_EVERY = Duration.ofMillis(20);

    private final PeerStart start;
    private final RunResources resources;
    private final Patience patience;
    private final Path path;
    private final List<Conversation> open = new ArrayList<>();
    private Optional<ServerSocketChannel> listener = Optional.empty();
    private Optional<PeerProcess> program = Optional.empty();
    private SplittableRandom random = new SplittableRandom(0);

    /** The program that {@code start} starts; {@code patience} ends each wait of a check but the one for the connection. */
    public DriverlessPeer(PeerStart start, RunResources resources, Patience patience) {
        this.start = start;
        this.resources = resources;
        this.patience = patience;
        this.path = resources.socketPath();
    }

    /** Listens, and requires that the program connects. */
    @Override
    public void attach() throws NotAttached {
        if (listener.isEmpty()) {
            listener = Optional.of(resources.keep(Link.listen(path)));
        }
        try {
            connect();
        } catch (Violation e) {
            throw new NotAttached("the program did not connect: " + e.seen());
        } finally {
            end();
        }
    }

    /**
     * A channel to the program, which was started for it. At the end of the check the channel is closed and the program
     * ended.
     */
    public Conversation connect() {
        end();
        PeerProcess started;
        try {
            started = resources.keep(PeerProcess.started(start, path).ignoringOutput());
        } catch (IOException e) {
            throw new Violation(Violation.Kind.GONE, "the program to start", String.valueOf(e.getMessage()), "");
        }
        program = Optional.of(started);
        Conversation channel = new Conversation(accept(started), Sender.D, patience.answer());
        open.add(channel);
        return channel;
    }

    private Link accept(PeerProcess started) {
        Deadline deadline = Deadline.in(CONNECT_WITHIN);
        while (true) {
            // A program that has ended may have connected before.
            boolean hasEnded = started.hasEndedWithin(Duration.ZERO);
            try {
                return Link.accept(listener.orElseThrow(), Deadline.in(LOOK_EVERY));
            } catch (IOException e) {
                if (hasEnded || deadline.isOver()) {
                    throw new Violation(Violation.Kind.GONE, "the program to connect", started.howItEnded(), "");
                }
            }
        }
    }

    /** Random numbers of this check: the same for the same seed and check. */
    public SplittableRandom random() {
        return random;
    }

    @Override
    public void begin(long seed) {
        random = new SplittableRandom(seed);
    }

    @Override
    public Optional<Violation> signOfLife() {
        try {
            connect().expect("HELLO");
            return Optional.empty();
        } catch (Violation e) {
            explain(e);
            return Optional.of(e);
        } finally {
            end();
        }
    }

    /** The program may end when it has finished. */
    @Override
    public Optional<String> death() {
        return Optional.empty();
    }

    @Override
    public boolean explain(Violation violation) {
        program.ifPresent(running -> violation.addCircumstances("the program: " + running.howItEnded()));
        return false;
    }

    @Override
    public void end() {
        open.forEach(Conversation::close);
        open.clear();
        program.ifPresent(resources::drop);
        program = Optional.empty();
        // A connection that nobody took must not be taken for that of the next program.
        listener.ifPresent(Link::dropConnections);
    }

    /** The next channel has a new program anyhow. */
    @Override
    public void revive() {}

    @Override
    public void keptSilent() {
        patience.lose();
    }
}
