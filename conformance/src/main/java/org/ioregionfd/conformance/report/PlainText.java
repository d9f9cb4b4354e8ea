// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.report;

import java.util.regex.Pattern;

/** What a peer has said, fit for a terminal. */
public final class PlainText {
    /**
     * Characters that a reader cannot see, or that change what is around them: control characters but for tab and newline, halves
     * of surrogate pairs, and those that turn the direction of text.
     */
    private static final Pattern UNSEEN = Pattern.compile(
            "[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ufeff\\ufffe\\uffff]|\\p{Cs}");

    private PlainText() {}

    /** {@code text} with each such character as a backslash, {@code u} and its number in four hexadecimal digits. */
    public static String of(String text) {
        return UNSEEN.matcher(text)
                .replaceAll(found -> "\\\\u%04x".formatted((int) found.group().charAt(0)));
    }
}
