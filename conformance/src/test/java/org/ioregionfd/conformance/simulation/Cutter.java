// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.simulation;

import java.util.Arrays;
import java.util.function.Consumer;

/** Cuts a stream of bytes into frames. */
final class Cutter {
    private final byte[] partial = new byte[Octets.LENGTH];
    private int held;

    void cut(byte[] bytes, Consumer<byte[]> frames) {
        for (byte octet : bytes) {
            partial[held++] = octet;
            if (held == Octets.LENGTH) {
                held = 0;
                frames.accept(partial.clone());
            }
        }
    }

    /** How many bytes of an unfinished frame there are. */
    int held() {
        return held;
    }

    /** Hands on these bytes. */
    byte[] rest() {
        byte[] rest = Arrays.copyOf(partial, held);
        held = 0;
        return rest;
    }
}
