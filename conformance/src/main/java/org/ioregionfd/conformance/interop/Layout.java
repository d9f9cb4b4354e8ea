// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.interop;

/** A layout of version-0 commands, section 4 of the document. */
enum Layout {
    INFO_WORD("info-word"),
    BYTE_FIELDS("byte-fields");

    private final String word;

    Layout(String word) {
        this.word = word;
    }

    /** As options and drivers spell it. */
    String word() {
        return word;
    }
}
