// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.cli;

import java.util.OptionalLong;

/** The numbers of an access as they stand on the command line. */
final class AccessArguments {
    private AccessArguments() {}

    static long number(String name, String text) {
        OptionalLong number = Numbers.parse(text);
        if (number.isEmpty()) {
            throw new UsageException(name + " is a number of 64 bits, decimal or 0x and hexadecimal, not " + text);
        }
        return number.getAsLong();
    }

    static int size(String text) {
        return switch (text) {
            case "1", "2", "4", "8" -> Integer.parseInt(text);
            default -> throw new UsageException("SIZE is 1, 2, 4 or 8 bytes, not " + text);
        };
    }

    /** A value that fits the size: what does not would be written as something else. */
    static long value(String text, int size) {
        long value = number("VALUE", text);
        if (size < Long.BYTES && value >>> (Byte.SIZE * size) != 0) {
            throw new UsageException("VALUE " + text + " does not fit into " + size + " bytes");
        }
        return value;
    }
}
