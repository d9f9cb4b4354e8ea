// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Alters the frames of one direction, like a hostile channel. */
final class Bender {
    /** The sender of the frames. */
    enum From {
        K,
        D
    }

    private static final int KINDS = 7;

    /** There are few of them, and each counts. */
    private static final int HANDSHAKE_RATE_MAX = 6;

    private final From from;
    private final Seals seals;
    private final Dice dice;
    private final int rate;
    private Optional<byte[]> swapped = Optional.empty();
    private Optional<byte[]> earlier = Optional.empty();

    Bender(From from, Seals seals, Dice dice, int rate) {
        this.from = from;
        this.seals = seals;
        this.dice = dice;
        this.rate = rate;
    }

    /** The bytes that go on instead of a frame. */
    List<byte[]> pass(byte[] frame) {
        List<byte[]> passed = new ArrayList<>();
        boolean isHandshake = (from == From.K ? Octets.kindFromK(frame) : Octets.kindFromD(frame)) != Octets.UNMARKED;
        boolean falls = dice.oneIn(isHandshake ? Math.min(rate, HANDSHAKE_RATE_MAX) : rate);
        switch (falls ? dice.below(KINDS) : KINDS) {
            case 0 -> {}
            case 1 -> {
                add(frame, frame, passed);
                add(frame, frame, passed);
            }
            case 2 -> {
                swapped = Optional.of(frame);
                return passed;
            }
            case 3 -> {
                passed.add(junk());
                add(frame, frame, passed);
            }
            case 4 -> {
                add(stranger(), stranger(), passed);
                add(frame, frame, passed);
            }
            case 5, 6 -> add(frame, bent(frame), passed);
            default -> add(frame, frame, passed);
        }
        swapped.ifPresent(late -> add(late, late, passed));
        swapped = Optional.empty();
        earlier = Optional.of(frame);
        return passed;
    }

    /** The bytes that were kept back, at the end. */
    List<byte[]> flush() {
        List<byte[]> rest = swapped.map(List::of).orElse(List.of());
        swapped = Optional.empty();
        return rest;
    }

    private void add(byte[] original, byte[] altered, List<byte[]> passed) {
        passed.add(seals.seal(from, original, altered.clone()));
    }

    private byte[] junk() {
        byte[] junk = new byte[dice.between(1, 2 * Octets.LENGTH)];
        if (dice.percent(70)) {
            dice.fill(junk);
        }
        return junk;
    }

    /** A frame that might be one: an earlier one, or one with the marker, or zeros. */
    private byte[] stranger() {
        if (earlier.isPresent() && dice.percent(40)) {
            return earlier.get().clone();
        }
        if (dice.percent(50)) {
            byte[] frame = from == From.K ? Octets.markedByK(dice.below(10)) : Octets.markedByD(dice.below(10));
            frame[0] = (byte) (from == From.K ? dice.pick(0, 0x40, 0x0F, 0x61) : 0);
            return frame;
        }
        byte[] frame = new byte[Octets.LENGTH];
        frame[dice.below(Octets.LENGTH)] = (byte) dice.below(5);
        return frame;
    }

    private byte[] bent(byte[] frame) {
        byte[] altered = frame.clone();
        for (int i = dice.between(1, 3); i > 0; i--) {
            int at = dice.percent(40) ? dice.pick(0, 1, 2, 8, 10, 12, 14, 16, 24) : dice.below(Octets.LENGTH);
            altered[at] = (byte)
                    switch (dice.below(5)) {
                        case 0 -> 0;
                        case 1 -> 0xFF;
                        case 2 -> altered[at] + 1;
                        case 3 -> altered[at] ^ 1 << dice.below(8);
                        default -> dice.below(8);
                    };
        }
        return altered;
    }
}
