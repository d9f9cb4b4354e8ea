// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.wire;

import java.util.Arrays;
import java.util.Optional;

/** The two layouts of a version-0 command. Nothing in an unmarked command tells its layout. */
public enum Layout {
    /** A u32 with cmd, size exponent and resp as bit fields: API text of November 2020, RFC v1 and v2, vmsh. */
    INFO_WORD(1, "info-word"),
    /** cmd in byte 0, size exponent and resp in byte 1: RFC v3 of February 2021, the QEMU series. */
    BYTE_FIELDS(2, "byte-fields");

    private final int code;
    private final String label;

    Layout(int code, String label) {
        this.code = code;
        this.label = label;
    }

    /** The layout's number in a record. */
    public int code() {
        return code;
    }

    /** The layout's name on command lines and in messages. */
    public String label() {
        return label;
    }

    /** The layout with that label, if there is one. */
    public static Optional<Layout> of(String label) {
        return Arrays.stream(values())
                .filter(layout -> layout.label.equals(label))
                .findFirst();
    }
}
