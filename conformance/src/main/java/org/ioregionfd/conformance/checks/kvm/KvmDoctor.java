// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.kvm;

import java.util.Optional;
import org.ioregionfd.conformance.peer.KvmPeer;
import org.ioregionfd.conformance.peer.KvmPeer.Channel;
import org.ioregionfd.conformance.peer.KvmPeer.Ticket;
import org.ioregionfd.conformance.peer.NotSupported;
import org.ioregionfd.conformance.peer.Patience;
import org.ioregionfd.conformance.peer.PeerProcess.PeerStart;
import org.ioregionfd.conformance.peer.Request;
import org.ioregionfd.conformance.peer.RunResources;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Forge.Terms;
import org.ioregionfd.conformance.run.Examination;

/** Finds out whether a KVM side can be reached and judged through its driver. */
public final class KvmDoctor {
    private static final Terms VERSION_1 = new Terms(0b011, 0, 1);
    private static final long VALUE = 0x1234;

    private final Examination examination;
    private final KvmPeer kvm;
    private boolean isAttached;

    /** Examines the driver that {@code start} starts. */
    public KvmDoctor(Examination examination, PeerStart start, RunResources resources) {
        this.examination = examination;
        this.kvm = new KvmPeer(start, resources, Patience.calibrated());
    }

    /** Runs all steps. */
    public void examine() throws Examination.Ended {
        examination.step(
                "the command starts a driver that answers",
                "a driver reads one JSON object per line from stdin and answers each by one line on stdout, and an unknown op"
                        + " by \"unsupported\" (annex A of the document); all other output belongs on stderr; stdout must be flushed"
                        + " after each line; no shell reads the command",
                () -> kvm.attach());
        examination.watch(kvm::process);
        KvmSession[] talk = new KvmSession[1];
        examination.needed(
                "it connects on request",
                "\"connect\" connects to the path of {socket}, anew each time; without \"hello\": \"detached\" or \"attached\" there is no"
                        + " handshake to judge, but for a K that can only be OFF on its host (DRV-008)",
                () -> talk[0] = connected());
        examination.needed(
                "it sends a HELLO",
                "\"hello\": \"detached\" asks for the handshake before the first access, \"attached\" for a HELLO on the first READ;"
                        + " compare each field with the table of HELLO in the document",
                () -> {
                    talk[0] = isAttached ? talk[0].attached(KvmSession.MEMORY) : detached(talk[0].channel());
                    examination.remark("nonce " + talk[0].hello().get("nonce"));
                });
        examination.needed(
                "it selects from an OFFER, and takes the ACCEPT",
                "the SELECT's digest is over HELLO and OFFER as they were sent; \"connect\" is done when the ACCEPT has come, and"
                        + " its answer describes the channel",
                () -> talk[0].open(VERSION_1));
        examination.reached(
                "it reads on request",
                "\"read\" sends one command in the agreed version and gives the response's value as \"0x\" and hexadecimal digits",
                () -> {
                    Ticket read = kvm.ask(Request.read(KvmSession.MEMORY));
                    talk[0].wire().expect(Dialect.INFO_WORD.command());
                    talk[0].wire().send(Dialect.INFO_WORD.response().blank().with("data", VALUE));
                    kvm.expectValue(read, VALUE);
                });
        examination.reached("it closes on request", "\"close\" closes the channel and is answered by \"done\"", () -> {
            kvm.expectDone(kvm.ask(Request.of("close")));
            talk[0].wire().expectClosed();
        });
        examination.reached(
                "it ends with its input",
                "at the end of stdin the driver answers what is open and ends with exit code 0",
                () -> {
                    kvm.endInput();
                    kvm.expectEnd();
                });
    }

    /** A channel for a detached handshake, or, for a driver that cannot have that, for one that is attached to a READ. */
    private KvmSession connected() {
        try {
            return new KvmSession(
                    kvm, kvm.connect(KvmSession.connectDetached()), Forge.blank("HELLO"), Optional.empty());
        } catch (NotSupported e) {
            kvm.end();
            isAttached = true;
            examination.remark("a detached HELLO is not supported; from here on it is attached to a READ");
            return KvmSession.withoutHello(kvm, KvmSession.connect().with("hello", "attached"));
        }
    }

    private KvmSession detached(Channel channel) {
        return new KvmSession(kvm, channel, channel.wire().expect("HELLO"), Optional.empty());
    }
}
