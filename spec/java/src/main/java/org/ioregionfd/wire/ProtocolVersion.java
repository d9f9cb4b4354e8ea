// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.wire;

import java.util.Optional;

/** The versions of commands and responses that can be agreed. The handshake itself has none. */
public enum ProtocolVersion {
    /** The protocol of legacy peers; its bit in an OFFER says "version 0 will do". */
    LEGACY(0, 1),
    /** The info-word layout made exact, one command in flight. */
    EXACT(1, 1),
    /** Tags, statuses and a window. */
    TAGGED(2, 0xFFFF);

    private static final ProtocolVersion[] VERSIONS = values();

    private final int number;
    private final int windowMax;

    ProtocolVersion(int number, int windowMax) {
        this.number = number;
        this.windowMax = windowMax;
    }

    /** The version's number, and its bit in a {@link VersionSet}. */
    public int number() {
        return number;
    }

    /** The largest max_inflight that this version allows, whatever the peers grant. */
    public int windowMax() {
        return windowMax;
    }

    /** The version with that number, if this revision knows it. */
    public static Optional<ProtocolVersion> of(int number) {
        return number >= 0 && number < VERSIONS.length ? Optional.of(VERSIONS[number]) : Optional.empty();
    }
}
