// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec.html;

/** Text with HTML's escapes. */
final class Markup {
    private Markup() {}

    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    /** A name that may be broken after its underscores in a narrow cell. */
    static String breakable(String name) {
        return escaped(name).replace("_", "_<wbr/>");
    }
}
