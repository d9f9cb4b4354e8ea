// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.wire;

/**
 * Where each field of each frame begins. For the reserved fields of a frame there is a mask, whose bit n
 * stands for byte n. {@code HELLO_OFFSET} is the place of a HELLO's offset, and not its value {@link
 * Frame#HELLO_OFFSET}. Generated from spec/registry.
 */
public final class Fields {
    public static final int COMMAND_MARKER = 2;
    public static final int COMMAND_KIND = 6;

    public static final int RESPONSE_MARKER = 8;
    public static final int RESPONSE_KIND = 12;

    public static final int HELLO_READ_HEAD = 0;
    public static final int HELLO_NONCE = 7;
    public static final int HELLO_USER_DATA = 8;
    public static final int HELLO_OFFSET = 16;
    public static final int HELLO_DATA = 24;

    public static final int OFFER_VALUE = 0;
    public static final int OFFER_NONCE = 13;
    public static final int OFFER_MAX_INFLIGHT = 14;
    public static final int OFFER_FEATURES = 16;
    public static final int OFFER_VERSIONS = 24;
    public static final int OFFER_RESERVED = 28;

    public static final int SELECT_OP = 0;
    public static final int SELECT_RESERVED = 0x0F00F082;
    public static final int SELECT_VERSION = 8;
    public static final int SELECT_MAX_INFLIGHT = 10;
    public static final int SELECT_FEATURES = 16;
    public static final int SELECT_DIGEST = 28;

    public static final int ACCEPT_RESERVED = 0x0C0020FF;
    public static final int ACCEPT_MAX_INFLIGHT = 14;
    public static final int ACCEPT_FEATURES = 16;
    public static final int ACCEPT_VERSION = 24;
    public static final int ACCEPT_DIGEST = 28;

    public static final int REJECT_RESERVED = 0xFF0020FF;
    public static final int REJECT_REASON = 14;
    public static final int REJECT_DETAIL = 16;

    public static final int ABORT_OP = 0;
    public static final int ABORT_RESERVED = 0xFF00FC82;
    public static final int ABORT_REASON = 8;
    public static final int ABORT_DETAIL = 16;

    public static final int RECORD_MARKER = 0;
    public static final int RECORD_KIND = 4;
    public static final int RECORD_RESERVED = 0x0F00F020;
    public static final int RECORD_FORMAT = 6;
    public static final int RECORD_LAYOUT = 7;
    public static final int RECORD_VERSION = 8;
    public static final int RECORD_MAX_INFLIGHT = 10;
    public static final int RECORD_FEATURES = 16;
    public static final int RECORD_DIGEST = 28;

    public static final int COMMAND_INFO_WORD_INFO = 0;
    public static final int COMMAND_INFO_WORD_PADDING = 4;
    public static final int COMMAND_INFO_WORD_USER_DATA = 8;
    public static final int COMMAND_INFO_WORD_OFFSET = 16;
    public static final int COMMAND_INFO_WORD_DATA = 24;

    public static final int COMMAND_BYTE_FIELDS_CMD = 0;
    public static final int COMMAND_BYTE_FIELDS_HEAD = 1;
    public static final int COMMAND_BYTE_FIELDS_PADDING = 2;
    public static final int COMMAND_BYTE_FIELDS_USER_DATA = 8;
    public static final int COMMAND_BYTE_FIELDS_OFFSET = 16;
    public static final int COMMAND_BYTE_FIELDS_DATA = 24;

    public static final int RESPONSE_DATA = 0;
    public static final int RESPONSE_PADDING = 8;

    public static final int COMMAND_TAGGED_OP = 0;
    public static final int COMMAND_TAGGED_SIZE_EXPONENT = 1;
    public static final int COMMAND_TAGGED_FLAGS = 2;
    public static final int COMMAND_TAGGED_TAG = 4;
    public static final int COMMAND_TAGGED_USER_DATA = 8;
    public static final int COMMAND_TAGGED_OFFSET = 16;
    public static final int COMMAND_TAGGED_DATA = 24;

    public static final int RESPONSE_TAGGED_DATA = 0;
    public static final int RESPONSE_TAGGED_TAG = 8;
    public static final int RESPONSE_TAGGED_STATUS = 12;
    public static final int RESPONSE_TAGGED_RESERVED = 14;

    private Fields() {}
}
