// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance;

import java.nio.charset.Charset;
import java.util.regex.Pattern;

/** A word of a command that the user may paste into a shell. */
public final class ShellWord {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");
    private static final Pattern PRINTABLE = Pattern.compile("[ -~]*");

    /** What {@code printf} takes as it is, wherever it stands. */
    private static final Pattern LITERAL = Pattern.compile("[A-Za-z0-9_ ./:=+,@]");

    private static final Pattern NEWLINES_AT_END = Pattern.compile("\n*\\z");

    /** In which the JVM has read the user's words, and names files. */
    private static final Charset OF_FILES = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));

    private ShellWord() {}

    /** {@code word} for a POSIX shell, in printable ASCII: bytes that are none are given by {@code printf}. */
    public static String quoted(String word) {
        if (PLAIN.matcher(word).matches()) {
            return word;
        }
        if (PRINTABLE.matcher(word).matches()) {
            return "'" + word.replace("'", "'\\''") + "'";
        }
        // A shell drops newlines at the end of what a command gives.
        String kept = NEWLINES_AT_END.matcher(word).replaceFirst("");
        StringBuilder text = new StringBuilder("\"$(printf '");
        for (byte octet : kept.getBytes(OF_FILES)) {
            String literal = String.valueOf((char) (octet & 0xff));
            text.append(LITERAL.matcher(literal).matches() ? literal : "\\%03o".formatted(octet & 0xff));
        }
        return text + "')" + word.substring(kept.length()) + "\"";
    }
}
