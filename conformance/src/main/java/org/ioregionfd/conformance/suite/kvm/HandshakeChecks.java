// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.suite.kvm;

import java.util.List;
import org.ioregionfd.conformance.engine.Clause;
import org.ioregionfd.conformance.forge.Forge;
import org.ioregionfd.conformance.forge.Forge.Terms;
import org.ioregionfd.conformance.oracle.Frame;
import org.ioregionfd.conformance.oracle.Registry;
import org.ioregionfd.conformance.peer.Answer;
import org.ioregionfd.conformance.peer.KvmPeer;
import org.ioregionfd.conformance.peer.KvmPeer.Channel;
import org.ioregionfd.conformance.peer.Request;
import org.ioregionfd.conformance.suite.Checks;
import org.junit.jupiter.api.Test;

/** HELLO, SELECT and ABORT of a KVM side. */
@Checks
public class HandshakeChecks {
    private static final Request DETACHED = Request.of("connect").with("hello", "detached");

    @Test
    @Clause({"SEL-001", "DIG-001", "HEL-005"})
    void selectsTheHighestVersionThatBothSidesList(KvmPeer kvm) {
        Channel channel = kvm.connect(DETACHED.with("versions", List.of(1, 2)));
        Frame hello = channel.wire().expect("HELLO");
        channel.wire().require("HELLO_OFFSET,", Registry.standard().helloOffset(), hello.get("offset"));
        Frame offer = Forge.offer(hello, new Terms(0b111, 0, 1));
        channel.wire().send(offer);
        Frame select = channel.wire().expect("SELECT");
        channel.wire().require("version", 2, select.get("version"));
        channel.wire().require("digest", Forge.sealed(hello, offer, select).get("digest"), select.get("digest"));
        channel.wire().send(Forge.accept(hello, offer, select));
        Answer answer = kvm.expectDone(channel.connect());
        if (!answer.state().equals("open") || answer.version().orElse(0) != 2) {
            throw KvmPeer.wrong("version 2 open", answer);
        }
    }
}
