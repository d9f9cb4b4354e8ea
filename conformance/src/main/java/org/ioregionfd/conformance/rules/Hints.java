// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.rules;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;

/** Where a wrong value comes from, in words to be put behind it; an empty text where nobody knows. */
public final class Hints {
    private static final long U32 = 0xffff_ffffL;

    private Hints() {}

    /** Of any number. */
    public static String of(long wanted, long actual) {
        for (int width : new int[] {Short.BYTES, Integer.BYTES, Long.BYTES}) {
            boolean fits = width == Long.BYTES || ((wanted | actual) >>> (width * Byte.SIZE)) == 0;
            if (fits && (Long.reverseBytes(wanted) >>> (Long.SIZE - width * Byte.SIZE)) == actual) {
                return said("the right one with its bytes swapped");
            }
        }
        return "";
    }

    /** Of a number that may have come out of {@code field} of {@code frame}, which need not have such a field. */
    public static String ifSame(long actual, Frame frame, String field) {
        return frame.shape()
                .find(field)
                .filter(same -> same.read(frame.bytes()) == actual)
                .map(same -> said("that of the " + frame.shape().name()))
                .orElse("");
    }

    /**
     * Of a digest; nothing where it is right.
     *
     * @param frames what the right one runs over, as it was on the wire; the last one holds the digest that is wrong
     */
    public static String ofDigest(List<Frame> frames, long actual) {
        byte[] all = bytes(frames);
        if (crc(new CRC32C(), all) == actual) {
            return "";
        }
        Map<String, Long> mistakes = new LinkedHashMap<>();
        for (int i = 0; i < frames.size(); i++) {
            byte[] unzeroed = all.clone();
            Frame frame = frames.get(i);
            if (i < frames.size() - 1 && frame.shape().find("digest").isPresent()) {
                System.arraycopy(frame.bytes(), 0, unzeroed, i * Registry.FRAME_LENGTH, Registry.FRAME_LENGTH);
                mistakes.put(
                        "the field digest of the " + frame.shape().name() + " is not taken as zero",
                        crc(new CRC32C(), unzeroed));
                mistakes.put("that of the " + frame.shape().name(), frame.get("digest"));
            }
            List<Frame> others = new ArrayList<>(frames);
            others.remove(i);
            mistakes.put("the " + frame.shape().name() + " is left out", crc(new CRC32C(), bytes(others)));
        }
        mistakes.put(
                "of the last frame alone", crc(new CRC32C(), bytes(frames.subList(frames.size() - 1, frames.size()))));
        mistakes.put("the CRC-32 of Ethernet, not CRC-32C", crc(new CRC32(), all));
        mistakes.put("not inverted at the end", crc(new CRC32C(), all) ^ U32);
        mistakes.put("zero", 0L);
        return mistakes.entrySet().stream()
                .filter(mistake -> mistake.getValue() == actual)
                .map(mistake -> said(mistake.getKey()))
                .findFirst()
                .orElse("");
    }

    /** The frames one after the other, each digest in them taken as zero. DIG-001 */
    private static byte[] bytes(List<Frame> frames) {
        byte[] all = new byte[frames.size() * Registry.FRAME_LENGTH];
        for (int i = 0; i < frames.size(); i++) {
            int begin = i * Registry.FRAME_LENGTH;
            System.arraycopy(frames.get(i).bytes(), 0, all, begin, Registry.FRAME_LENGTH);
            frames.get(i)
                    .shape()
                    .find("digest")
                    .ifPresent(field ->
                            Arrays.fill(all, begin + field.offset(), begin + field.offset() + field.width(), (byte) 0));
        }
        return all;
    }

    private static long crc(Checksum crc, byte[] bytes) {
        crc.update(bytes, 0, bytes.length);
        return crc.getValue();
    }

    private static String said(String what) {
        return " (" + what + ")";
    }
}
