// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.wire;

import java.util.Optional;

/** The kinds of marked frames; 7, 8 and 0x53 are kept. */
public enum FrameKind {
    HELLO(1),
    OFFER(2),
    SELECT(3),
    ACCEPT(4),
    REJECT(5),
    ABORT(6),
    RECORD(9);

    private static final FrameKind[] KINDS = values();

    private final int code;

    FrameKind(int code) {
        this.code = code;
    }

    /** The byte after the marker. */
    public int code() {
        return code;
    }

    /** The kind with that code, if there is one. */
    public static Optional<FrameKind> of(int code) {
        for (FrameKind kind : KINDS) {
            if (kind.code == code) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }
}
