// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.kvm;

import java.util.List;
import java.util.OptionalLong;
import org.ioregionfd.conformance.checks.kvm.Story.Sent;
import org.ioregionfd.conformance.peer.Conversation;
import org.ioregionfd.conformance.peer.Violation;
import org.ioregionfd.conformance.rules.Command;
import org.ioregionfd.conformance.rules.Command.Op;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Forge.Choice;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.Options;

/** The frames that K sends on the channel of a {@link Story}: each is taken, and required right in every byte that K does not choose. */
final class StoryFrames {
    /** In byte 1 of a READ in the byte-fields layout. */
    private static final int RESP = 0x10;

    private final Conversation wire;
    private final Options options;
    private OptionalLong resp = OptionalLong.empty();
    private Frame hello = Forge.blank("HELLO");
    private Frame offer = Forge.blank("OFFER");
    private Frame select = Forge.blank("SELECT");

    StoryFrames(Conversation wire, Options options) {
        this.wire = wire;
        this.options = options;
    }

    /** The HELLO that was taken. */
    Frame hello() {
        return hello;
    }

    /** The device has sent this OFFER. */
    void offered(Frame frame) {
        offer = frame;
    }

    /** The ACCEPT of the SELECT that was taken. */
    Frame accept() {
        return Forge.accept(hello, offer, select);
    }

    /** Takes a detached HELLO, which may name any region. */
    Frame takeHello() {
        Frame seen = wire.expect("HELLO");
        Frame wanted = Forge.detachedHello(options.dialect(), nonce(seen)).with("user_data", seen.get("user_data"));
        hello = requireRead("the HELLO", wanted, seen, options.dialect());
        return hello;
    }

    /** Takes the HELLO that the READ {@code command} becomes. */
    Frame takeHello(Command command) {
        Dialect layout = options.dialect();
        Frame seen = wire.next("of a command", layout.command());
        hello = requireRead("the command", Forge.attachedHello(layout, command.access(), nonce(seen)), seen, layout);
        return hello;
    }

    /** Takes {@code command}, with a tag that none of {@code outstanding} has. */
    Frame takeCommand(Command command, Dialect dialect, List<Sent> outstanding) {
        Frame seen = wire.next("of a command", dialect.command());
        Frame wanted = command.in(dialect);
        if (command.op() == Op.READ && dialect == Dialect.BYTE_FIELDS) {
            return requireRead("the command", wanted, seen, dialect);
        }
        if (dialect != Dialect.TAGGED || !command.isAnswered()) {
            return require("the command", wanted, seen);
        }
        if (!isFree(seen.get("tag"), outstanding)) {
            throw wire.violation("a tag that is not 0 and not outstanding", "tag " + seen.get("tag"))
                    .breaking("V2-002");
        }
        return require("the command", Dialect.tagged(wanted, seen.get("tag")), seen);
    }

    /** Takes the SELECT of {@code wanted}. */
    void takeSelect(Choice wanted) {
        Violation.breaking("SEL-001", () -> {
            select = wire.expect("SELECT");
            return require("version", wanted.version());
        });
        Violation.breaking("SEL-002", () -> require("features", wanted.features()));
        Violation.breaking("SEL-003", () -> require("max_inflight", wanted.maxInflight()));
        Violation.breaking(
                "DIG-001",
                () -> require("digest", Forge.sealed(hello, offer, select).get("digest")));
    }

    private Frame require(String field, long wanted) {
        wire.require(field, wanted, select.get(field));
        return select;
    }

    /** [V0-001] In the byte-fields layout with resp as K chooses it, alike on all READs, the HELLO among them. */
    private Frame requireRead(String what, Frame wanted, Frame seen, Dialect layout) {
        if (layout != Dialect.BYTE_FIELDS) {
            return require(what, wanted, seen);
        }
        require(what, Forge.withByte(wanted, 1, (wanted.at(1) & ~RESP) | (seen.at(1) & RESP)), seen);
        long seenResp = seen.at(1) & RESP;
        wire.require("resp of a READ (as before)", resp.orElse(seenResp), seenResp);
        resp = OptionalLong.of(seenResp);
        return seen;
    }

    private Frame require(String what, Frame wanted, Frame seen) {
        if (!wanted.equals(seen)) {
            throw wire.violation(what + '\n' + wanted, "\n" + seen);
        }
        return seen;
    }

    private long nonce(Frame seen) {
        boolean isChosen = options.nonce() < 0 && seen.shape().name().equals("HELLO");
        return isChosen ? seen.get("nonce") : Math.max(options.nonce(), 0);
    }

    private static boolean isFree(long tag, List<Sent> outstanding) {
        return tag != 0 && outstanding.stream().noneMatch(sent -> sent.frame().get("tag") == tag);
    }
}
