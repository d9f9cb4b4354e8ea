// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.peer;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.ioregionfd.conformance.forge.Dialect;
import org.ioregionfd.conformance.forge.Forge;
import org.ioregionfd.conformance.oracle.Sender;

/** The device side under test, as a check sees it: channels on which the suite plays K. */
public final class DevicePeer implements UnderTest {
    private final DeviceSocket socket;
    private final Duration answerWithin;
    private final List<Conversation> open = new ArrayList<>();
    private SplittableRandom random = new SplittableRandom(0);

    /** A peer at {@code socket}; each wait of a check ends after {@code answerWithin}. */
    public DevicePeer(DeviceSocket socket, Duration answerWithin) {
        this.socket = socket;
        this.answerWithin = answerWithin;
    }

    /** A new channel. It is closed at the end of the check. */
    public Conversation connect() {
        try {
            Conversation conversation =
                    new Conversation(socket.connect(Deadline.in(answerWithin)), Sender.K, answerWithin);
            open.add(conversation);
            return conversation;
        } catch (IOException e) {
            String seen = (e.getMessage() + "; " + socket.epitaph()).replaceFirst("; $", "");
            throw new Violation(Violation.Kind.GONE, "the device to accept a connection", seen, "");
        }
    }

    /** Random numbers of this check: the same for the same seed and check. */
    public SplittableRandom random() {
        return random;
    }

    /** How long each wait lasts at most. */
    public Duration answerWithin() {
        return answerWithin;
    }

    @Override
    public void begin(long seed) throws NotAttached {
        random = new SplittableRandom(seed);
        socket.ensureRunning();
    }

    @Override
    public void end() {
        open.forEach(Conversation::close);
        open.clear();
    }

    @Override
    public void revive() throws NotAttached {
        if (!isAnswering() && !socket.restart()) {
            throw new NotAttached("the device answers no more");
        }
    }

    /** Whether a HELLO on a new channel has any effect at all: an OFFER, as it must, or at least a close. */
    private boolean isAnswering() {
        try {
            Conversation conversation = connect();
            conversation.send(Forge.detachedHello(Dialect.INFO_WORD, 1 << 1, 0));
            return conversation.hasNewsWithin(answerWithin);
        } catch (Violation e) {
            return false;
        } finally {
            end();
        }
    }
}
