// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.run;

import java.util.Optional;
import java.util.function.Consumer;
import org.ioregionfd.conformance.peer.NotAttached;
import org.ioregionfd.conformance.peer.NotSupported;
import org.ioregionfd.conformance.peer.Violation;

/** Looks step by step whether a peer is attached right. A step needs all before it, so that the first that is wrong is the last. */
public final class Examination {
    private final Consumer<String> lines;
    private boolean isReached;
    private String remark = "";

    /** An examination that tells of each step on a line, or two where it is wrong. */
    public Examination(Consumer<String> lines) {
        this.lines = lines;
    }

    /** One look. */
    public interface Look {
        /**
         * Looks.
         *
         * @throws NotAttached with what is wrong
         * @throws Violation with what is wrong
         */
        void at() throws NotAttached;
    }

    /** A step has found what is wrong. */
    public static final class Ended extends Exception {
        private static final long serialVersionUID = 1;

        private final boolean isReached;

        Ended(boolean isReached) {
            super("a step is wrong");
            this.isReached = isReached;
        }

        /** Whether the suite reaches the peer, and what is wrong is what it does then. */
        public boolean isReached() {
            return isReached;
        }
    }

    /** Has {@code words} shown beside the step that is looked at, where it is right. */
    public void remark(String words) {
        remark = words;
    }

    /** Looks at one thing that the peer does once it is reached; the parameters are those of {@link #step}. */
    public void reached(String what, String mend, Look look) throws Ended {
        isReached = true;
        step(what, mend, look);
    }

    /**
     * Looks at one thing that the suite needs to reach the peer at all.
     *
     * @param what that is right, in words: {@code it is a socket}
     * @param mend what the user can do where it is not
     * @throws Ended if it is wrong
     */
    public void step(String what, String mend, Look look) throws Ended {
        Optional<String> wrong = Optional.empty();
        remark = "";
        try {
            look.at();
        } catch (NotSupported e) {
            remark = "not supported";
        } catch (NotAttached e) {
            wrong = Optional.of(String.valueOf(e.getMessage()));
        } catch (Violation e) {
            wrong = Optional.of("expected " + e.expected() + ", seen " + e.seen());
        }
        if (wrong.isPresent()) {
            lines.accept("wrong  " + what + ": " + wrong.get());
            lines.accept("       mend: " + mend);
            throw new Ended(isReached);
        }
        lines.accept("ok     " + what + (remark.isEmpty() ? "" : ": " + remark));
    }
}
