// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec.html;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Frames that were sent, each a line with sender and name and a line of bytes, which may be broken after every eight. */
final class Transcript {
    private static final Pattern FRAME = Pattern.compile("([KD])  ([A-Za-z]+)\n +((?:[0-9a-f]{2} +){31}[0-9a-f]{2})\n");
    private static final Pattern FRAMES = Pattern.compile("(?:" + FRAME.pattern() + ")+");

    private Transcript() {}

    /** The picture, if the text is a transcript. */
    static Optional<String> of(String text) {
        if (!FRAMES.matcher(text).matches()) {
            return Optional.empty();
        }
        StringBuilder frames = new StringBuilder("<div class=\"transcript\">");
        Matcher frame = FRAME.matcher(text);
        while (frame.find()) {
            frames.append(
                    "<p><span class=\"side %1$s\">%1$s</span> %2$s<br/>".formatted(frame.group(1), frame.group(2)));
            for (String eight : frame.group(3).split(" {2,}", -1)) {
                frames.append("<code>").append(eight).append("</code> ");
            }
            frames.append("</p>\n");
        }
        return Optional.of(frames.append("</div>").toString());
    }
}
