// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.run;

/** How a check ended, from good to bad. */
public enum Verdict {
    PASSED("passed"),
    /** The peer says that it lacks what the check needs. */
    NOT_SUPPORTED("not supported"),
    /** The peer was lost before; nothing is known. */
    NOT_RUN("not run"),
    /** A MUST or SHOULD is violated, and the user knows of it. */
    KNOWN("known failure"),
    /** It passed, and the user has listed it as failing. */
    FIXED("listed as a known failure and passed"),
    /** A SHOULD is violated. */
    WARNED("warned"),
    /** A MUST is violated. */
    FAILED("failed"),
    /** The suite itself is at fault. */
    ERROR("error");

    private final String text;

    Verdict(String text) {
        this.text = text;
    }

    /** The verdict in words. */
    public String text() {
        return text;
    }
}
