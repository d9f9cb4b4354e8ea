// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.suite.device;

import java.util.List;
import org.ioregionfd.conformance.forge.Forge;
import org.ioregionfd.conformance.forge.Forge.Choice;
import org.ioregionfd.conformance.oracle.Digest;
import org.ioregionfd.conformance.oracle.Frame;
import org.ioregionfd.conformance.oracle.Registry;
import org.ioregionfd.conformance.peer.Conversation;

/** A channel on which a HELLO was answered by an OFFER: the device is in Offered. */
record Negotiation(Conversation channel, Frame hello, Frame offer) {

    /** Sends {@code hello} and takes the OFFER that has to answer it. OFR-001, OFR-002 */
    static Negotiation start(Conversation channel, Frame hello) {
        channel.send(hello);
        return answered(channel, hello);
    }

    /** Takes the OFFER that has to answer {@code hello}, which was sent. */
    static Negotiation answered(Conversation channel, Frame hello) {
        Frame offer = channel.expect("OFFER");
        channel.require("the nonce of the HELLO,", hello.get("nonce"), offer.get("nonce"));
        return new Negotiation(channel, hello, offer);
    }

    /** A SELECT of {@code choice} with the right digest. */
    Frame select(Choice choice) {
        return Forge.select(hello, offer, choice);
    }

    /** {@code select} with its digest made right again after it was bent. */
    Frame sealed(Frame select) {
        return Forge.sealed(hello, offer, select);
    }

    /** Sends a SELECT of {@code choice} and requires the ACCEPT that repeats it. ACC-001, DIG-002 */
    void accept(Choice choice) {
        Frame select = select(choice);
        channel.send(select);
        expectAcceptOf(select);
    }

    /** Requires the ACCEPT that repeats {@code select}, which was sent. */
    void expectAcceptOf(Frame select) {
        Frame accept = channel.expect("ACCEPT");
        for (String field : List.of("version", "features", "max_inflight")) {
            channel.require("as in SELECT: " + field, select.get(field), accept.get(field));
        }
        channel.require("digest", Digest.of(List.of(hello, offer, select, accept)), accept.get("digest"));
    }

    /** Sends {@code frame} and requires this REJECT, and then the end of the stream. REJ-001 */
    void refuses(Frame frame, String reason, long detail) {
        channel.send(frame);
        expectReject(reason, detail);
    }

    /** Requires this REJECT, and then the end of the stream. */
    void expectReject(String reason, long detail) {
        Frame reject = channel.expect("REJECT");
        Registry registry = Registry.standard();
        if (reject.get("reason") != registry.code("reasons", reason)) {
            throw channel.violation("REJECT " + reason, "REJECT " + registry.name("reasons", reject.get("reason")));
        }
        channel.require("REJECT " + reason + " with detail", detail, reject.get("detail"));
        channel.expectClosed();
    }
}
