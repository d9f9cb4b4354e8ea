// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.simulation;

import java.util.Optional;
import org.ioregionfd.conformance.rules.Access;
import org.ioregionfd.conformance.rules.Command;
import org.ioregionfd.conformance.rules.Command.Op;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.Sending;
import org.ioregionfd.conformance.rules.Setup;
import org.ioregionfd.conformance.rules.Setup.Hello;
import org.ioregionfd.kvm.HelloMode;
import org.ioregionfd.kvm.KvmCommand;
import org.ioregionfd.kvm.KvmPolicy;
import org.ioregionfd.kvm.Policy;
import org.ioregionfd.wire.Agreement;
import org.ioregionfd.wire.Layout;
import org.ioregionfd.wire.ProtocolVersion;
import org.ioregionfd.wire.ResponseWanted;

/** The requests to the machines, and those in bytes, in the terms of the rules. */
final class Asked {
    /** A version-0 command of a legacy K, by its number. */
    private static final Op[] OPS = {Op.READ, Op.WRITE};

    private static final Op[] TAGGED_OPS = {null, null, Op.READ, Op.WRITE, Op.FENCE};

    private Asked() {}

    static Command of(KvmCommand command) {
        Access access = new Access(command.region(), command.offset(), command.sizeExponent());
        boolean isPosted = command.wanted() == ResponseWanted.NO;
        return new Command(isPosted ? Op.POSTED : Op.valueOf(command.op().name()), access, command.value());
    }

    /**
     * The request in a frame of version 0; its size may be invalid [V0-014]. Empty if it is no command [V0-010 to V0-017].
     */
    static Optional<Command> version0(Frame frame) {
        boolean isWord = frame.shape().equals(Dialect.INFO_WORD.command());
        long cmd = isWord ? frame.get("info", "cmd") : frame.get("cmd");
        long exponent = isWord ? frame.get("info", "size_exponent") : frame.get("head", "size_exponent");
        long resp = isWord ? frame.get("info", "resp") : frame.get("head", "resp");
        if (cmd >= OPS.length) {
            return Optional.empty();
        }
        Op op = cmd == 1 && resp == 0 ? Op.POSTED : OPS[(int) cmd];
        return Optional.of(command(frame, op, exponent));
    }

    /** The request in a frame that K sends by these terms; empty if K must not send it [VIO-001 to VIO-005]. */
    static Optional<Command> agreed(Sending terms, Frame frame) {
        return (terms.dialect() == Dialect.TAGGED ? version2(frame) : version0(frame))
                .filter(command -> terms.knows(command.op()))
                .filter(command -> frame.equals(sent(command, terms.dialect(), frame)));
    }

    private static Optional<Command> version2(Frame frame) {
        long op = frame.get("op");
        long exponent = frame.get("size_exponent");
        if (op < 2 || op >= TAGGED_OPS.length || exponent > 3) {
            return Optional.empty();
        }
        boolean isPosted = op == 3 && frame.get("flags") == 0;
        return Optional.of(command(frame, isPosted ? Op.POSTED : TAGGED_OPS[(int) op], exponent))
                .filter(command -> command.isAnswered() == (frame.get("tag") != 0));
    }

    /** The required frame, with the tag of {@code seen} and, in a WRITE, its bits that do not count [ACE-003]. */
    private static Frame sent(Command command, Dialect dialect, Frame seen) {
        Frame frame = command.in(dialect);
        boolean isWrite = command.op() == Op.WRITE || command.op() == Op.POSTED;
        Frame written = isWrite ? frame.with("data", seen.get("data")) : frame;
        return dialect == Dialect.TAGGED ? Dialect.tagged(written, seen.get("tag")) : written;
    }

    private static Command command(Frame frame, Op op, long exponent) {
        return new Command(
                op, new Access(frame.get("user_data"), frame.get("offset"), (int) exponent), frame.get("data"));
    }

    /** The terms by which K sends under the agreement. */
    static Sending terms(Agreement agreement) {
        return agreement.version() == ProtocolVersion.LEGACY
                ? Sending.version0(layout(agreement.layout()))
                : Sending.agreed(
                        agreement.version().number(), agreement.features().bits(), agreement.maxInflight());
    }

    static Dialect layout(Layout layout) {
        return Dialect.valueOf(layout.name());
    }

    /** The configuration of K by its user; a pin of version 0 leaves out what no check needs [POL-001]. */
    static Setup setup(KvmPolicy policy) {
        Optional<Agreement> pin = policy.pin();
        return new Setup(
                policy.layout() == Layout.BYTE_FIELDS,
                policy.policy() == Policy.REQUIRE
                        ? Hello.REQUIRE
                        : policy.hello() == HelloMode.DETACHED ? Hello.PREFER_DETACHED : Hello.PREFER_ATTACHED,
                policy.versions().bits(),
                policy.features().bits(),
                policy.requiredFeatures().bits(),
                policy.maxInflight(),
                pin.map(terms -> terms.version().number()).orElse(0),
                pin.map(terms -> terms.features().bits()).orElse(0L),
                pin.map(Agreement::maxInflight).orElse(0));
    }

    /** [POL-001] */
    static boolean negotiates(KvmPolicy policy) {
        boolean pinsVersion0 = policy.pin()
                .filter(pin -> pin.version() == ProtocolVersion.LEGACY)
                .isPresent();
        return policy.policy() != Policy.OFF && !pinsVersion0;
    }

    /** [HEL-010] */
    static Optional<Layout> layoutOfHello(byte[] frame) {
        return Octets.isFromK(frame, Octets.HELLO)
                ? Octets.REGISTRY.readHeads().stream()
                        .filter(head -> head.byte0() == Octets.u8(frame, 0) && head.byte1() == Octets.u8(frame, 1))
                        .map(head -> Layout.valueOf(head.layout()))
                        .findFirst()
                : Optional.empty();
    }
}
