// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.peer;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Supplier;
import org.ioregionfd.conformance.peer.Trace.Transfer;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.Sender;

/** Collects what goes over one channel. Entries are made only when the trace is asked for: most are never looked at. */
final class Transcript {
    /** The longest run of commands of any check, so that a channel can be played again whole; earlier ones are counted only. */
    private static final int ENTRIES_MAX = 4096;

    private final Deque<Supplier<Trace.Entry>> entries = new ArrayDeque<>();
    private int omitted;

    void frame(Sender sender, Frame frame, Transfer transfer) {
        frame(sender, frame, transfer, List.of());
    }

    void frame(Sender sender, Frame frame, Transfer transfer, List<Integer> cuts) {
        add(() -> new Trace.Bytes(sender, frame.shape().name(), hex(frame.bytes()), transfer, cuts));
    }

    void fragment(Sender sender, byte[] bytes, Transfer transfer) {
        byte[] kept = bytes.clone();
        add(() -> new Trace.Bytes(sender, "", hex(kept), transfer, List.of()));
    }

    void ended(Sender sender, String how) {
        add(() -> new Trace.Ended(sender, sender + how));
    }

    void note(String text) {
        add(() -> new Trace.Note(text));
    }

    Trace trace() {
        return new Trace(entries.stream().map(Supplier::get).toList(), omitted);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private void add(Supplier<Trace.Entry> entry) {
        if (entries.size() == ENTRIES_MAX) {
            entries.removeFirst();
            omitted++;
        }
        entries.addLast(entry);
    }
}
