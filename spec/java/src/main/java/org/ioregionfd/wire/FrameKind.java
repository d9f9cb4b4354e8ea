// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.wire;

import java.util.Arrays;
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

    private final int code;

    FrameKind(int code) {
        this.code = code;
    }

    /** The kind with that code, if there is one. */
    public static Optional<FrameKind> of(int code) {
        return Arrays.stream(values()).filter(kind -> kind.code == code).findFirst();
    }

    /** The byte after the marker. */
    public int code() {
        return code;
    }
}
