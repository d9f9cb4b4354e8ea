// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.rules;

import java.util.List;
import java.util.Locale;

/** The three forms of a command, and the form of their responses. Little-endian. */
public enum Dialect {
    /** Versions 0 and 1: command, size and resp in one 32-bit word. */
    INFO_WORD("COMMAND_INFO_WORD", "RESPONSE"),
    /** Version 0 only: command and size in a byte each. */
    BYTE_FIELDS("COMMAND_BYTE_FIELDS", "RESPONSE"),
    /** Version 2. Tags are 0 until {@link #tagged} sets one. */
    TAGGED("COMMAND_TAGGED", "RESPONSE_TAGGED");

    /** Those of version 0. */
    public static final List<Dialect> LAYOUTS = List.of(INFO_WORD, BYTE_FIELDS);

    private static final int READ = 0;
    private static final int WRITE = 1;
    private static final int TAGGED_READ = 2;
    private static final int TAGGED_WRITE = 3;
    private static final int TAGGED_FENCE = 4;

    private final String command;
    private final String response;

    Dialect(String command, String response) {
        this.command = command;
        this.response = response;
    }

    /** The name of a layout, as options and drivers spell it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The shape of a response. */
    public FrameShape response() {
        return Registry.standard().shape(response);
    }

    /** The shape of a command. */
    public FrameShape command() {
        return Registry.standard().shape(command);
    }

    /** The response of {@code command}, successful. */
    public Frame response(Frame command, long data) {
        return answer(command, new AnnexDevice.End("OK", data));
    }

    /** A READ that asks for its response. */
    public Frame read(Access access) {
        return answered(command(this == TAGGED ? TAGGED_READ : READ, access));
    }

    /** A WRITE that asks for its response. */
    public Frame write(Access access, long data) {
        return answered(posted(access, data));
    }

    /** A WRITE that asks for no response. */
    public Frame posted(Access access, long data) {
        return command(this == TAGGED ? TAGGED_WRITE : WRITE, access).with("data", data);
    }

    /** A FENCE with this tag, in {@link #TAGGED}. */
    public static Frame fence(long tag) {
        return tagged(TAGGED.answered(TAGGED.command().blank().with("op", TAGGED_FENCE)), tag);
    }

    /** A command of {@link #TAGGED} with another tag. */
    public static Frame tagged(Frame command, long tag) {
        return command.with("tag", tag);
    }

    /** A command with any operation and size, without resp or the flag of a wanted response. */
    public Frame command(int operation, Access access) {
        Frame blank = command().blank().with("user_data", access.userData()).with("offset", access.offset());
        return switch (this) {
            case INFO_WORD -> blank.with("info", "cmd", operation).with("info", "size_exponent", access.sizeExponent());
            case BYTE_FIELDS -> blank.with("cmd", operation).with("head", "size_exponent", access.sizeExponent());
            case TAGGED -> blank.with("op", operation).with("size_exponent", access.sizeExponent());
        };
    }

    /** The response of {@code command}, which ended with {@code end}. */
    public Frame answer(Frame command, AnnexDevice.End end) {
        Frame answer = response().blank().with("data", end.data());
        return this != TAGGED
                ? answer
                : answer.with("tag", command.get("tag"))
                        .with("status", Registry.standard().code("statuses", end.status()));
    }

    /** {@code command} with its wish for a response set. */
    public Frame answered(Frame command) {
        return withWish(command, 1);
    }

    /** {@code command} with its wish for a response cleared. */
    public Frame unanswered(Frame command) {
        return withWish(command, 0);
    }

    private Frame withWish(Frame command, int wish) {
        return switch (this) {
            case INFO_WORD -> command.with("info", "resp", wish);
            case BYTE_FIELDS -> command.with("head", "resp", wish);
            case TAGGED -> command.with("flags", "response_wanted", wish);
        };
    }
}
