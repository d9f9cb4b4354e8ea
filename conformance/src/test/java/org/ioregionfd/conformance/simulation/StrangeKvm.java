// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.simulation;

import org.ioregionfd.conformance.rules.Command;
import org.ioregionfd.conformance.rules.Command.Op;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.kvm.KvmCommand;
import org.ioregionfd.wire.Agreement;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.Layout;
import org.ioregionfd.wire.ProtocolVersion;

/** A K that is not ours: a legacy K, or one that sends anything, handshakes included. */
final class StrangeKvm extends Stranger {
    enum Manner {
        /** Plain version 0, one command at a time, with garbage in ignored bytes. */
        LEGACY,
        /** Anything. */
        ODD
    }

    private static final int TAGS = 12;

    private final Guest guest;
    private int left;
    private byte[] hello = new byte[0];
    private byte[] offer = new byte[0];
    private Agreement terms;
    private int awaited;
    /** A frame of the handshake has no answer yet, and this K waits for one. */
    private boolean asks;

    StrangeKvm(Scenario scenario, Wires wires, Dice dice, Trace trace) {
        super(scenario, dice, trace, wires.toK(), wires.toD());
        guest = new Guest(dice, Integer.MAX_VALUE);
        left = scenario.accesses();
        terms = new Agreement(ProtocolVersion.LEGACY, FeatureSet.NONE, 1, scenario.legacyLayout());
    }

    @Override
    boolean write(long nowNanos) {
        if (isClosed() || (unwritten.length == 0 && !make())) {
            return false;
        }
        return writes(keepsRecords() ? unwritten.length : dice.between(1, unwritten.length));
    }

    private boolean make() {
        boolean waits = scenario.manner() == Manner.LEGACY ? awaited > 0 : asks;
        if (left == 0 || waits) {
            return false;
        }
        left--;
        unwritten = scenario.manner() == Manner.LEGACY ? legacy() : odd();
        trace.note(() -> "strange K sends " + Octets.hex(unwritten));
        return true;
    }

    private byte[] legacy() {
        KvmCommand command = guest.next(left);
        if (command.op() == org.ioregionfd.wire.Op.FENCE || command.offset() == Octets.HELLO_OFFSET) {
            command = KvmCommand.read(1, 0, 4);
        }
        byte[] frame = frame(command);
        awaited += Asked.of(command).isAnswered() ? 1 : 0;
        if (dice.percent(40)) {
            // [V0-013] no document ever asked for zeros
            int from = terms.layout() == Layout.INFO_WORD ? 1 : 2;
            for (int at = from; at < 8; at++) {
                frame[at] = (byte) dice.anyInt();
            }
        }
        return frame;
    }

    private byte[] frame(KvmCommand command) {
        Dialect dialect = Asked.terms(terms).dialect();
        Command asked = Asked.of(command);
        // Without FENCE, this K reads
        boolean isUnknown = asked.op() == Op.FENCE && dialect != Dialect.TAGGED;
        return (isUnknown ? new Command(Op.READ, asked.access(), 0) : asked)
                .in(dialect)
                .bytes();
    }

    private byte[] odd() {
        if (offer.length > 0) {
            byte[] select = select();
            offer = new byte[0];
            asks = dice.percent(85);
            return select;
        }
        int kind = dice.below(100);
        if ((hello.length == 0 && kind < 75) || kind < 2) {
            return hello();
        }
        byte[] frame = kind < 4 ? marked() : command();
        if (kind > 95) {
            frame[dice.below(Octets.LENGTH)] ^= (byte) (1 << dice.below(8));
        }
        return frame;
    }

    private byte[] hello() {
        byte[] frame = Octets.markedByK(Octets.HELLO);
        frame[0] = (byte) dice.pick(0x40, 0x50, 0x60, 0x70, 0, 0, 0, dice.percent(5) ? 0x41 : 0x70);
        frame[1] = (byte) (frame[0] == 0 ? dice.pick(0, 1, 2, 3, 0x10, 0x13, dice.percent(5) ? 4 : 0x12) : 0);
        Octets.set64(frame, 8, dice.pick(1, 1, 2, 3));
        boolean detached = dice.percent(30);
        Octets.set64(frame, 16, detached ? Octets.HELLO_OFFSET : dice.pick(0x10, 0x100, 0x110, 0x120, 0x128, 0xFFD));
        Octets.set64(frame, 24, dice.percent(80) ? 0 : dice.anyLong());
        frame[7] = (byte) dice.below(256);
        hello = frame;
        asks = dice.percent(92);
        return frame;
    }

    private byte[] marked() {
        byte[] frame = Octets.markedByK(dice.oneIn(10) ? 0x53 : dice.below(10));
        frame[0] = (byte) dice.pick(0, 0x40, 0x0F, 0x0F, 0x41);
        return frame;
    }

    /** What could be selected, or nearly. */
    private byte[] select() {
        byte[] frame = Octets.markedByK(Octets.SELECT);
        frame[0] = Octets.HANDSHAKE_OP;
        int version = dice.percent(70) ? 2 : dice.pick(0, 1, 2, 3, 23, 24, 31, 0x102);
        int window = Octets.u16(offer, 14);
        Octets.set16(frame, 8, version);
        Octets.set16(frame, 10, version == 2 ? Math.min(window, dice.pick(1, 2, 3, 4, window)) : 1);
        long features = Octets.u64(offer, 16) & Octets.REGISTRY.featuresFor(version);
        Octets.set64(frame, 16, dice.percent(85) ? features : dice.pick(0, 1, 2, 4, 7, 8) | features);
        if (dice.percent(15)) {
            Octets.set16(frame, 10, dice.pick(0, 1, 2, window, window + 1, window - 1, 0xFFFF));
        }
        if (dice.percent(4)) {
            Octets.set64(frame, 16, Octets.u64(offer, 16));
        }
        if (dice.percent(4)) {
            frame[dice.pick(1, 7, 12, 13, 15, 24, 27)] = 1;
        }
        Octets.set32(frame, Octets.DIGEST, dice.percent(97) ? Octets.digest(hello, offer, frame) : dice.anyInt());
        int taken = Octets.u16(frame, 10);
        if (version <= 2 && taken > 0) {
            terms = new Agreement(
                    ProtocolVersion.of(version).orElseThrow(),
                    new FeatureSet(features),
                    version == 2 ? taken : 1,
                    Asked.layoutOfHello(hello).orElse(Layout.INFO_WORD));
        }
        return frame;
    }

    private byte[] command() {
        byte[] frame = frame(guest.next(left));
        if (terms.version() == ProtocolVersion.TAGGED && (frame[2] != 0 || dice.oneIn(20))) {
            // Few tags: some come again while they are in use
            Octets.set32(frame, 4, dice.percent(60) ? 1000 + left : dice.below(TAGS));
        }
        return frame;
    }

    @Override
    void take(byte[] frame) {
        awaited--;
        asks = false;
        if (Octets.kindFromD(frame) == Octets.OFFER && dice.percent(95)) {
            offer = frame;
        }
    }

    @Override
    void finish(long nowNanos) {
        close();
    }
}
