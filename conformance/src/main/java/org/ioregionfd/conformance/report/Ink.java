// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.report;

/** How words stand out on the console: by a terminal's colours, or not at all. */
public enum Ink {
    PLAIN("", ""),
    COLOURED("\u001B[", "\u001B[0m");

    private static final String BOLD = "1m";
    private static final String RED = "1;31m";
    private static final String GREEN = "1;32m";

    private final String begin;
    private final String end;

    Ink(String begin, String end) {
        this.begin = begin;
        this.end = end;
    }

    /** What a reader looks for. */
    public String strong(String text) {
        return in(BOLD, text);
    }

    /** What is wrong. */
    public String bad(String text) {
        return in(RED, text);
    }

    /** What is right. */
    public String good(String text) {
        return in(GREEN, text);
    }

    private String in(String colour, String text) {
        return this == PLAIN ? text : begin + colour + text + end;
    }
}
