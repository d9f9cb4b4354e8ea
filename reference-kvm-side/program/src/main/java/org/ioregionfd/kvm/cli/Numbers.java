// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.cli;

import java.util.HexFormat;
import java.util.Locale;
import java.util.OptionalLong;

/** Numbers of 64 bits as users write and read them: unsigned, decimal or 0x and hexadecimal digits. */
final class Numbers {
    private static final String HEX_PREFIX = "0x";
    private static final int HEX_DIGITS_MAX = 16;

    private Numbers() {}

    /** A number in either form. */
    static OptionalLong parse(String text) {
        if (text.toLowerCase(Locale.ROOT).startsWith(HEX_PREFIX)) {
            return parseHex(text.toLowerCase(Locale.ROOT));
        }
        if (text.isEmpty() || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseUnsignedLong(text));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /** 0x and 1..16 hexadecimal digits. */
    static OptionalLong parseHex(String text) {
        String digits = text.startsWith(HEX_PREFIX) ? text.substring(HEX_PREFIX.length()) : "";
        boolean wellFormed = !digits.isEmpty()
                && digits.length() <= HEX_DIGITS_MAX
                && digits.chars().allMatch(HexFormat::isHexDigit);
        return wellFormed ? OptionalLong.of(HexFormat.fromHexDigitsToLong(digits)) : OptionalLong.empty();
    }

    /** 0x and hexadecimal digits. */
    static String hex(long number) {
        return HEX_PREFIX + Long.toHexString(number);
    }
}
