// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.peer;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.ioregionfd.conformance.oracle.Frame;
import org.ioregionfd.conformance.oracle.HexDump;
import org.ioregionfd.conformance.oracle.Sender;

/** What went over one channel, for the report of a failure. Text is made only when it is asked for. */
final class Transcript {
    /** Enough for a whole handshake and the commands that matter; earlier ones are counted only. */
    private static final int ENTRIES_MAX = 12;

    private final Deque<Supplier<String>> entries = new ArrayDeque<>();
    private int omitted;

    void frame(Sender sender, Frame frame) {
        add(() -> sender + " sent " + frame.shape().name() + '\n'
                + HexDump.of(frame).indent(2));
    }

    void fragment(Sender sender, byte[] bytes) {
        add(() -> sender + " sent " + bytes.length + " bytes: " + HexDump.ofFragment(bytes));
    }

    void event(String text) {
        add(() -> text);
    }

    String render() {
        String shown =
                entries.stream().map(Supplier::get).map(String::stripTrailing).collect(Collectors.joining("\n"));
        return omitted == 0 ? shown : "(" + omitted + " earlier entries left out)\n" + shown;
    }

    private void add(Supplier<String> entry) {
        if (entries.size() == ENTRIES_MAX) {
            entries.removeFirst();
            omitted++;
        }
        entries.addLast(entry);
    }
}
