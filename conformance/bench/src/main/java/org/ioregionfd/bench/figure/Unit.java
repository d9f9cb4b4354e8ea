// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.figure;

/** What a figure counts. */
public enum Unit {
    /** Nanoseconds; less is better. */
    NANOS("ns"),
    /** So many in a second; more is better. */
    PER_SECOND("1/s"),
    /** Round trips of the same socket; less is better. */
    ROUND_TRIPS("round trips"),
    /** Bytes; less is better. */
    BYTES("bytes");

    private final String label;

    Unit(String label) {
        this.label = label;
    }

    /** As reports have it. */
    public String label() {
        return label;
    }
}
