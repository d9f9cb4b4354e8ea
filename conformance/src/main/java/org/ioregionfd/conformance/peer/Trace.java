// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.peer;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.HexDump;
import org.ioregionfd.conformance.rules.Registry;
import org.ioregionfd.conformance.rules.Sender;

/**
 * What went over one channel, oldest first. Immutable.
 *
 * @param entries what is kept
 * @param omitted how many earlier ones are not
 */
public record Trace(List<Entry> entries, int omitted) {
    /** Nothing is known. */
    public static final Trace NONE = new Trace(List.of(), 0);

    public Trace {
        entries = List.copyOf(entries);
    }

    /** One thing that was seen. */
    public sealed interface Entry permits Bytes, Ended, Note {
        /** The entry for a person; a frame takes a line for each field. */
        String text();
    }

    /** How bytes got on or off the channel. */
    public enum Transfer {
        /** The suite wrote them, in a write of their own. */
        WRITTEN,
        /** The suite wrote them in one write with the bytes before. */
        JOINED,
        /** The suite read them. */
        READ
    }

    /**
     * Bytes that one side has sent.
     *
     * @param frame the name of the shape in which they were read; empty if they are no whole frame
     * @param hex the bytes, two lower-case digits each
     * @param cuts where the later writes began, if the suite wrote them in pieces; ascending
     */
    public record Bytes(Sender from, String frame, String hex, Transfer transfer, List<Integer> cuts) implements Entry {
        public Bytes {
            cuts = List.copyOf(cuts);
        }

        /** The bytes; IllegalArgumentException if {@code hex} is none. */
        public byte[] bytes() {
            return HexFormat.of().parseHex(hex);
        }

        /** The bytes as a frame of that shape; empty if the registry does not know it. */
        public Optional<Frame> asFrame() {
            return hex.length() == 2 * Registry.FRAME_LENGTH
                    ? Registry.standard().find(frame).map(shape -> new Frame(shape, bytes()))
                    : Optional.empty();
        }

        @Override
        public String text() {
            String pieces = cuts.isEmpty() ? "" : "\n(in pieces, cut before bytes " + cuts + ")";
            return asFrame()
                            .map(whole -> from + " sent " + frame + '\n'
                                    + HexDump.of(whole).indent(2).stripTrailing())
                            .orElseGet(() -> from + " sent " + hex.length() / 2 + " bytes: "
                                    + HexFormat.ofDelimiter(" ").formatHex(bytes()))
                    + pieces;
        }
    }

    /**
     * The end of one side's stream.
     *
     * @param text how it came
     */
    public record Ended(Sender by, String text) implements Entry {}

    /** Anything else, in words. */
    public record Note(String text) implements Entry {}

    /** Whether nothing went over the channel. */
    public boolean isEmpty() {
        return entries.isEmpty();
    }

    /** The last {@code count} entries. */
    public Trace last(int count) {
        int dropped = Math.max(0, entries.size() - count);
        return dropped == 0 ? this : new Trace(entries.subList(dropped, entries.size()), omitted + dropped);
    }

    /** The trace for a person, without a newline at the end. */
    public String text() {
        String shown = entries.stream().map(Entry::text).collect(Collectors.joining("\n"));
        return omitted == 0 ? shown : "(" + omitted + " earlier entries left out)\n" + shown;
    }

    /**
     * Collects what goes over one channel. Entries are made only when the trace is asked for, because most are never used.
     */
    static final class Recorder {
        /**
         * Enough for the longest run of commands of any check, so that a whole channel can be played again; earlier entries
         * are only counted.
         */
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
}
