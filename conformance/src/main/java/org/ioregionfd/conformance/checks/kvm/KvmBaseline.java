// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.kvm;

import java.util.List;
import java.util.Optional;
import org.ioregionfd.conformance.peer.Answer;
import org.ioregionfd.conformance.peer.Conversation;
import org.ioregionfd.conformance.peer.DriverlessPeer;
import org.ioregionfd.conformance.peer.KvmPeer;
import org.ioregionfd.conformance.peer.NotSupported;
import org.ioregionfd.conformance.peer.Request;
import org.ioregionfd.conformance.peer.Violation;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Forge.Terms;
import org.ioregionfd.conformance.rules.Frame;

/**
 * The Open of version 1 that section 13 asks of every KVM side. A driver that supports nothing, and a KVM side that aborts by its
 * user's will, break no clause, and show nothing.
 */
final class KvmBaseline {
    /** Nothing but version 1, so that nothing else can be opened. */
    private static final Terms VERSION_1 = new Terms(0b010, 0, 1);

    private KvmBaseline() {}

    /** Why no Open of version 1 was seen; empty where one was, in a detached handshake or else in one attached to a READ. */
    static Optional<String> missing(KvmPeer kvm) {
        try {
            open(kvm);
            return Optional.empty();
        } catch (NotSupported e) {
            return missing(String.valueOf(e.getMessage()));
        } catch (Violation e) {
            return missing("it gave " + e.seen());
        } finally {
            kvm.end();
        }
    }

    /** Whether the driver says that its host allows K no policy but OFF [DRV-008]. */
    static boolean isOffOnly(KvmPeer kvm) {
        try {
            return isOffOnly(kvm.expectUnsupported(kvm.ask(KvmSession.connect())));
        } catch (Violation e) {
            return false;
        } finally {
            kvm.end();
        }
    }

    static boolean isOffOnly(Answer answer) {
        return answer.policies().equals(List.of("off"));
    }

    private static void open(KvmPeer kvm) {
        try {
            KvmSession.opened(kvm, VERSION_1);
        } catch (NotSupported e) {
            kvm.end();
            KvmSession talk = KvmSession.attached(kvm);
            Frame offer = talk.offer(VERSION_1);
            talk.wire().send(offer);
            // A K may keep its SELECT for the next use of the channel, and one that opens sends the command.
            kvm.ask(Request.read(KvmSession.MEMORY));
            talk.wire().send(Forge.accept(talk.hello(), offer, talk.wire().expect("SELECT")));
            talk.wire().expect(Dialect.INFO_WORD.command());
        }
    }

    /**
     * The same for a program that nobody can ask how it is configured: an Open of any version from 1 on shows that it can open.
     */
    static Optional<String> missing(DriverlessPeer kvm) {
        try {
            Conversation channel = kvm.connect();
            Frame hello = channel.expect("HELLO");
            channel.send(Forge.offer(hello, KvmSession.ALL));
            Frame answer = channel.next("SELECT", Dialect.INFO_WORD.command());
            return answer.shape().name().equals("SELECT")
                    ? Optional.empty()
                    : missing("a frame " + answer.shape().name() + " answers the OFFER");
        } catch (Violation e) {
            return missing("it gave " + e.seen());
        } finally {
            kvm.end();
        }
    }

    private static Optional<String> missing(String why) {
        return Optional.of("no Open of version 1 was seen: " + why);
    }
}
