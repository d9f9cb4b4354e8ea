// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.measure;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.FrameShape;
import org.ioregionfd.conformance.rules.Registry;

/**
 * A command that is sent again and again, and the places in its response that show that it is the right one: of a tag, of two
 * bytes that must be as stated, and of a value, which is 0. Immutable.
 */
public final class CommandTemplate {
    /** [V2-001] The lowest version with tags. */
    private static final int TAGGED_SINCE = 2;

    /** No tag is sent. */
    private static final int NO_TAG = -1;

    private final byte[] command;
    private final int tagAt;
    private final int tagBackAt;
    private final int stateAt;
    private final short state;
    private final int dataAt;

    private CommandTemplate(byte[] command, int tagAt, int tagBackAt, int stateAt, int state, int dataAt) {
        this.command = command;
        this.tagAt = tagAt;
        this.tagBackAt = tagBackAt;
        this.stateAt = stateAt;
        this.state = (short) state;
        this.dataAt = dataAt;
    }

    /** READs in {@code version} (1 or 2) of a place with value 0: memory is zero at first, and each channel has its own. */
    public static CommandTemplate reading(int version) {
        Dialect dialect = version < TAGGED_SINCE ? Dialect.INFO_WORD : Dialect.TAGGED;
        byte[] command = dialect.read(PreparedHandshake.READ).bytes();
        FrameShape response = dialect.response();
        int dataAt = response.field("data").offset();
        if (dialect == Dialect.INFO_WORD) {
            return new CommandTemplate(
                    command, NO_TAG, NO_TAG, response.field("padding").offset(), 0, dataAt);
        }
        return new CommandTemplate(
                command,
                dialect.command().field("tag").offset(),
                response.field("tag").offset(),
                response.field("status").offset(),
                Registry.standard().code("statuses", "OK"),
                dataAt);
    }

    /** The same commands for a baseline that sends back what it gets, with checks at as many places. */
    public CommandTemplate echoed() {
        // Bytes 0 and 1 are the same in every command, and its data is what a READ has: 0.
        int head = (command[0] & 0xff) | ((command[1] & 0xff) << 8);
        return new CommandTemplate(
                command,
                tagAt,
                tagAt,
                0,
                head,
                Dialect.TAGGED.command().field("data").offset());
    }

    /** A copy of the command, with a tag of 0 if it has one. */
    public byte[] command() {
        return command.clone();
    }

    /** Whether every command has a tag of its own. */
    boolean isTagged() {
        return tagAt != NO_TAG;
    }

    /** Appends the command with this tag, which is ignored if the command has none. */
    void put(ByteBuffer out, int tag) {
        int start = out.position();
        out.put(command);
        if (tagAt != NO_TAG) {
            out.putInt(start + tagAt, tag);
        }
    }

    /** The tag of the response that begins at {@code start}; 0 if there is none. Throws if the response is wrong. */
    int check(ByteBuffer in, int start) throws IOException {
        if (in.getShort(start + stateAt) != state || in.getLong(start + dataAt) != 0) {
            byte[] bytes = new byte[Registry.FRAME_LENGTH];
            in.get(start, bytes);
            throw new IOException("an unexpected response:\n"
                    + new Frame(tagAt == NO_TAG ? Dialect.INFO_WORD.response() : Dialect.TAGGED.response(), bytes));
        }
        return tagBackAt == NO_TAG ? 0 : in.getInt(start + tagBackAt);
    }
}
