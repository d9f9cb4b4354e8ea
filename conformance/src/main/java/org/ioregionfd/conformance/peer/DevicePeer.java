// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.peer;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Sender;

/** The device side under test, as a check sees it: channels on which the suite plays K. */
public final class DevicePeer implements UnderTest {
    /** On how many channels a device is asked whether it lives: one thread of several may be what hangs. */
    private static final int SIGNS_OF_LIFE = 4;

    private final DeviceSocket socket;
    private final Patience patience;
    private final List<Conversation> open = new ArrayList<>();
    private SplittableRandom random = new SplittableRandom(0);

    /** A peer at {@code socket}; {@code patience} ends each wait of a check. */
    public DevicePeer(DeviceSocket socket, Patience patience) {
        this.socket = socket;
        this.patience = patience;
    }

    /** A new channel. It is closed at the end of the check. */
    public Conversation connect() {
        try {
            return connectOnce();
        } catch (IOException e) {
            // A process that the try before has brought down may have looked alive when this one began.
            if (open.isEmpty() && isStartedAgain()) {
                return connect();
            }
            String seen = (e.getMessage() + "; " + socket.epitaph()).replaceFirst("; $", "");
            throw new Violation(Violation.Kind.GONE, "the device to accept a connection", seen, "");
        }
    }

    private Conversation connectOnce() throws IOException {
        Conversation conversation =
                new Conversation(socket.connect(Deadline.in(patience.answer())), Sender.K, patience.answer());
        open.add(conversation);
        return conversation;
    }

    private boolean isStartedAgain() {
        socket.buryIfEnding();
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

    /** The same peer for somebody who waits longer: the first answers of a new process are slower than all others. */
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
    public Optional<String> obituary() {
        lookForDeath();
        return socket.obituary();
    }

    @Override
    public Life explain(Violation violation) {
        // A dead process has closed its channels; one that says nothing is alive, and would be waited for again.
        if (violation.kind() == Violation.Kind.NO_ANSWER) {
            return Life.ALIVE;
        }
        lookForDeath();
        Optional<String> how = socket.hasProcess() ? Optional.empty() : socket.lastObituary();
        how.ifPresent(words -> violation.addCircumstances("the device's process: " + words));
        return how.isPresent() ? Life.ENDED : Life.ALIVE;
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

    @Override
    public Optional<String> signOfLife() {
        DevicePeer asked = patient();
        try {
            Conversation channel = asked.connectOnce();
            channel.send(Forge.detachedHello(Dialect.INFO_WORD, 0));
            channel.expect("OFFER");
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("no connection, but " + e.getMessage());
        } catch (Violation e) {
            return Optional.of("no OFFER, but " + e.seen());
        } finally {
            asked.end();
        }
    }

    /** A process that is going down closes its channels first, and for a moment looks well: only an answer proves it is. */
    private void lookForDeath() {
        if (socket.hasProcess() && !isOffering()) {
            socket.buryIfEnding();
        }
    }

    /** Whether a HELLO on each of some new channels has any effect at all: an OFFER, as it must, or at least a close. */
    private boolean isAnswering(int count) {
        return isEachAfterHello(count, channel -> channel.hasNewsWithin(patience.answer()));
    }

    /** Whether a HELLO on a new channel is answered with a frame. */
    private boolean isOffering() {
        return isEachAfterHello(1, channel -> {
            channel.next(Dialect.INFO_WORD.response());
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
}
