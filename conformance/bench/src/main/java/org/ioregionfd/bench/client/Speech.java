// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.client;

import java.nio.ByteBuffer;
import org.ioregionfd.conformance.rules.Access;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.FrameShape;
import org.ioregionfd.conformance.rules.Registry;

/**
 * A command that is sent again and again, and where in its response to look for what makes it the right one: the places of a
 * tag, of two bytes that must be as stated, and of a value. Immutable.
 */
public final class Speech {
    private static final Registry REGISTRY = Registry.standard();

    /** [V2-001] The lowest version with tags. */
    private static final int TAGGED_SINCE = 2;

    /** No tag is sent. */
    private static final int NO_TAG = -1;

    private final byte[] command;
    private final int tagAt;
    private final int tagBackAt;
    private final int stateAt;
    private final short state;
    private final int valueAt;
    private final long value;

    private Speech(byte[] command, int tagAt, int tagBackAt, int stateAt, int state, int valueAt, long value) {
        this.command = command;
        this.tagAt = tagAt;
        this.tagBackAt = tagBackAt;
        this.stateAt = stateAt;
        this.state = (short) state;
        this.valueAt = valueAt;
        this.value = value;
    }

    /** READs of {@code access} in {@code version} (1 or 2) from a device that holds {@code value} there. */
    public static Speech reading(Access access, int version, long value) {
        if (version < TAGGED_SINCE) {
            FrameShape response = Dialect.INFO_WORD.response();
            return new Speech(
                    Dialect.INFO_WORD.read(access).bytes(),
                    NO_TAG,
                    NO_TAG,
                    response.field("padding").offset(),
                    0,
                    response.field("data").offset(),
                    value);
        }
        FrameShape response = Dialect.TAGGED.response();
        return new Speech(
                Dialect.TAGGED.read(access).bytes(),
                Dialect.TAGGED.command().field("tag").offset(),
                response.field("tag").offset(),
                response.field("status").offset(),
                REGISTRY.code("statuses", "OK"),
                response.field("data").offset(),
                value);
    }

    /** The same commands towards somebody who sends back what he gets: looked at in as many places. */
    public Speech echoed() {
        // Bytes 0 and 1 are the same in every command, and its data is what a READ has: 0.
        int head = (command[0] & 0xff) | ((command[1] & 0xff) << 8);
        int dataAt = Dialect.TAGGED.command().field("data").offset();
        return new Speech(command, tagAt, tagAt, 0, head, dataAt, 0);
    }

    /** A copy of the command, with a tag of 0 where it has one. */
    public byte[] command() {
        return command.clone();
    }

    /** Whether every command has a tag of its own. */
    boolean isTagged() {
        return tagAt != NO_TAG;
    }

    /** Appends the command with this tag, which is ignored where there is none. */
    void put(ByteBuffer out, int tag) {
        int start = out.position();
        out.put(command);
        if (tagAt != NO_TAG) {
            out.putInt(start + tagAt, tag);
        }
    }

    /** The tag of the response that begins at {@code start}; 0 where there is none. Throws where it is not a right one. */
    int check(ByteBuffer in, int start) throws WrongAnswer {
        if (in.getShort(start + stateAt) != state || in.getLong(start + valueAt) != value) {
            byte[] bytes = new byte[Registry.FRAME_LENGTH];
            in.get(start, bytes);
            throw new WrongAnswer("an unexpected response:\n"
                    + new Frame(tagAt == NO_TAG ? Dialect.INFO_WORD.response() : Dialect.TAGGED.response(), bytes));
        }
        return tagBackAt == NO_TAG ? 0 : in.getInt(start + tagBackAt);
    }
}
