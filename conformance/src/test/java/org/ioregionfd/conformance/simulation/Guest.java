// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.simulation;

import org.ioregionfd.conformance.rules.AnnexDevice;
import org.ioregionfd.kvm.KvmCommand;
import org.ioregionfd.wire.Op;

/** The actions of a guest's vCPUs: mostly sensible, sometimes not, but never a READ that holds up everything for ever. */
final class Guest {
    private static final int[] SIZES = {1, 2, 4, 8};

    /** A window with room for a held READ in each region and for the WRITEs that release them. */
    private static final int WINDOW_OF_BOTH = 4;

    private final Dice dice;
    /** The smallest window that may come out of the negotiation: a held READ needs room for its RELEASE. */
    private final int windowMin;

    private final int holdRegion;
    /** Regions with held READs, as bits. */
    private int held;

    private int sinceHold;

    Guest(Dice dice, int windowMin) {
        this.dice = dice;
        this.windowMin = windowMin;
        holdRegion = dice.between(1, 2);
    }

    /** The next of so many more. */
    KvmCommand next(int more) {
        if (held != 0 && (sinceHold >= windowMin - 2 || more <= 2 || dice.oneIn(6))) {
            int region = held == 3 ? dice.between(1, 2) : held;
            held &= ~region;
            sinceHold++;
            return write(region, AnnexDevice.RELEASE);
        }
        KvmCommand command = any();
        if (command.op() == Op.READ && command.offset() == AnnexDevice.HOLD) {
            if (windowMin < 2 || more <= 2) {
                return read(holdRegion, AnnexDevice.COUNTER);
            }
            sinceHold = held == 0 ? 0 : sinceHold;
            held |= (int) command.region();
        }
        sinceHold++;
        return command;
    }

    private KvmCommand any() {
        int kind = dice.below(100);
        int region = dice.between(1, 2);
        if (kind < 30) {
            return read(region, memory());
        }
        if (kind < 50) {
            return write(region, memory());
        }
        if (kind < 60) {
            return write(region, memory()).posted();
        }
        if (kind < 72) {
            return read(region, dice.pickOf(AnnexDevice.COUNTER, AnnexDevice.READS, AnnexDevice.WRITES));
        }
        if (kind < 80) {
            return read(windowMin < WINDOW_OF_BOTH ? holdRegion : region, AnnexDevice.HOLD);
        }
        if (kind < 86) {
            return KvmCommand.fence();
        }
        return kind < 93 ? odd(region) : write(region, AnnexDevice.READS + 8L * dice.below(7));
    }

    /** Accesses that fail, or that K must not send. */
    private KvmCommand odd(int region) {
        KvmCommand read = read(region, memory());
        return switch (dice.below(8)) {
            case 0 -> read(region, AnnexDevice.FAULT);
            case 1 -> write(region, AnnexDevice.FAULT);
            case 2 -> KvmCommand.read(dice.anyLong() | 4, read.offset(), 4);
            case 3 -> KvmCommand.read(region, AnnexDevice.LENGTH - dice.below(9), 8);
            case 4 -> KvmCommand.read(region, -1L - dice.below(9), 8);
            case 5 ->
                KvmCommand.write(region, dice.anyLong(), 4, dice.anyLong()).posted();
            case 6 -> KvmCommand.read(region, Octets.HELLO_OFFSET, size());
            default -> KvmCommand.write(region, Octets.HELLO_OFFSET, size(), dice.anyLong());
        };
    }

    /** Sometimes beyond its end. */
    private long memory() {
        return dice.percent(95) ? dice.below(0xF8) : 0xF0 + dice.below(0x18);
    }

    private int size() {
        return SIZES[dice.below(SIZES.length)];
    }

    private KvmCommand read(int region, long offset) {
        return KvmCommand.read(region, offset, size());
    }

    private KvmCommand write(int region, long offset) {
        return KvmCommand.write(region, offset, size(), dice.anyLong());
    }
}
