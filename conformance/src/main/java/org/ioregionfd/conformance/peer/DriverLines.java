// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.peer;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * What a driver was told and said, for the report of a failure. The first line is kept whatever follows: it is the connect that
 * says how K was configured.
 */
final class DriverLines {
    /** Behind the first line: enough for the requests that matter and their answers; earlier ones are counted only. */
    private static final int LATER_MAX = 12;

    /** Longer than any line of a driver that keeps to the annex. */
    private static final int LENGTH_MAX = 600;

    private final Deque<String> later = new ArrayDeque<>();
    private String first = "";
    private int omitted;

    void told(String line) {
        add("driver was told " + cut(line));
    }

    void said(String line) {
        add("driver said     " + cut(line));
    }

    void clear() {
        first = "";
        later.clear();
        omitted = 0;
    }

    /** All lines that are kept, oldest first, and then {@code unread}, what the driver said and no check asked for. */
    String render(List<String> unread) {
        StringBuilder text = new StringBuilder(first);
        if (omitted > 0) {
            text.append("\n(").append(omitted).append(" lines left out)");
        }
        later.forEach(line -> text.append('\n').append(line));
        unread.stream()
                .limit(LATER_MAX)
                .forEach(line -> text.append("\ndriver said     ").append(cut(line)));
        return text.toString();
    }

    private void add(String line) {
        if (first.isEmpty()) {
            first = line;
            return;
        }
        if (later.size() == LATER_MAX) {
            later.removeFirst();
            omitted++;
        }
        later.addLast(line);
    }

    private static String cut(String line) {
        return line.length() <= LENGTH_MAX ? line : line.substring(0, LENGTH_MAX) + "...";
    }
}
