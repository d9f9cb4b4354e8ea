// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.replay;

import io.netty.buffer.ByteBuf;
import java.util.HashMap;
import java.util.Map;
import org.ioregionfd.wire.Access;
import org.ioregionfd.wire.Frame;
import org.ioregionfd.wire.Layout;
import org.ioregionfd.wire.LegacyCommand;
import org.ioregionfd.wire.LegacyResponse;
import org.ioregionfd.wire.ResponseWanted;
import org.ioregionfd.wire.Status;
import org.ioregionfd.wire.TaggedCommand;
import org.ioregionfd.wire.TaggedResponse;

/**
 * The bytes of the model's commands and responses on one channel. The access with id n has 8 bytes at offset 8 n, and a READ
 * of it gives {@link #valueAt}, so that bytes identify the access. An id does not show its op, nor the tag that K gave it;
 * {@link #note} and {@link #tag} set these.
 */
final class AccessBytes {
    /** The user_data of the one region. */
    static final long REGION = 1;

    static final int SIZE = 8;
    /** Of a detached HELLO and of a SELECT, which are no accesses. */
    static final int HANDSHAKE_ID = 0;

    static final int SIZE_EXPONENT = 3;
    private static final int FENCE_CMD = 4;
    private static final int ANSWERS_NOTHING = 99;

    private final Map<Integer, Long> answers = new HashMap<>();
    private final Map<Integer, Integer> tags = new HashMap<>();

    /** The result of a READ at an offset. */
    static long valueAt(long offset) {
        return 0xA0_0000_0000L + offset;
    }

    static long offset(int id) {
        return (long) SIZE * id;
    }

    static int id(long offset) {
        return Math.toIntExact(offset / SIZE);
    }

    /** The value that a WRITE with that id writes. */
    static long written(int id) {
        return 0xD0_0000L + id;
    }

    /** Keeps the content of a response to this frame of K. */
    void note(TlaValue request) {
        switch (request.field("kind").text()) {
            case "READ", "HELLO" -> answers.put(request.field("id").number(), answerToRead(request));
            case "WRITE", "FENCE" -> answers.put(request.field("id").number(), 0L);
            default -> {}
        }
    }

    /** Keeps the tag that K gave to the command with an id. */
    void tag(int id, int tag) {
        tags.put(id, tag);
    }

    /** The value that the response to the command with an id holds. */
    long answer(int id) {
        return answers.getOrDefault(id, valueAt(offset(id)));
    }

    /** Whether a HELLO or a READ is at HELLO_OFFSET. */
    static boolean isDetached(TlaValue frame) {
        return frame.field("at").text().equals("HELLO_OFFSET");
    }

    void response(TlaValue frame, ByteBuf out) {
        int id = frame.field("id").number();
        switch (frame.field("version").number()) {
            case 0, 1 -> LegacyResponse.write(out, answer(id));
            case 2 -> TaggedResponse.write(out, answer(id), tags.getOrDefault(id, tagOf(id)), Status.OK);
            default -> throw new IllegalArgumentException("no version: " + frame);
        }
    }

    void command(TlaValue frame, ByteBuf out) {
        switch (frame.field("version").number()) {
            case 0, 1 -> legacyCommand(frame, out);
            case 2 -> taggedCommand(frame, out);
            default -> throw new IllegalArgumentException("no version: " + frame);
        }
    }

    private static void legacyCommand(TlaValue frame, ByteBuf out) {
        Layout layout = Settings.layout(frame.field("layout"));
        int id = frame.field("id").number();
        long offset = isDetached(frame) ? Frame.HELLO_OFFSET : offset(id);
        switch (frame.field("kind").text()) {
            case "READ" -> LegacyCommand.writeRead(out, layout, SIZE_EXPONENT, REGION, offset);
            case "WRITE" ->
                LegacyCommand.writeWrite(out, layout, SIZE_EXPONENT, ResponseWanted.YES, REGION, offset, written(id));
            case "POSTED" ->
                LegacyCommand.writeWrite(out, layout, SIZE_EXPONENT, ResponseWanted.NO, REGION, offset, written(id));
            // a cmd that versions 0 and 1 do not have
            case "FENCE" -> out.writeZero(Frame.LENGTH).setByte(0, FENCE_CMD);
            default -> throw new IllegalArgumentException("no command: " + frame);
        }
    }

    private void taggedCommand(TlaValue frame, ByteBuf out) {
        int id = frame.field("id").number();
        int tag = tags.getOrDefault(id, tagOf(id));
        switch (frame.field("kind").text()) {
            case "READ" -> TaggedCommand.writeRead(out, SIZE_EXPONENT, tag, REGION, offset(id));
            case "WRITE" -> TaggedCommand.writeWrite(out, SIZE_EXPONENT, tag, REGION, offset(id), written(id));
            case "POSTED" -> TaggedCommand.writeWrite(out, SIZE_EXPONENT, 0, REGION, offset(id), written(id));
            case "FENCE" -> TaggedCommand.writeFence(out, tag);
            default -> throw new IllegalArgumentException("no command: " + frame);
        }
    }

    /** The tag of a command that was not sent by a K under replay: any number but 0 [V2-001]. */
    private static int tagOf(int id) {
        return id == HANDSHAKE_ID ? ANSWERS_NOTHING : id;
    }

    private static long answerToRead(TlaValue request) {
        if (!isDetached(request)) {
            return valueAt(offset(request.field("id").number()));
        }
        // [ACE-002] no region reaches that far; a detached HELLO is a READ of one byte
        return Access.ones(request.field("kind").text().equals("HELLO") ? 0 : SIZE_EXPONENT);
    }
}
