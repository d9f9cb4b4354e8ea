// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.run;

import java.util.Optional;
import java.util.function.Consumer;
import org.ioregionfd.conformance.peer.NotAttached;
import org.ioregionfd.conformance.peer.NotSupported;
import org.ioregionfd.conformance.peer.Violation;

/**
 * Checks step by step whether a peer is attached correctly. A step needs all steps before it, so that the first wrong step is
 * the last.
 */
public final class Examination {
    private final Consumer<String> lines;
    private boolean isReached;
    private String remark = "";

    /** An examination that prints each step on a line, or on two if it is wrong. */
    public Examination(Consumer<String> lines) {
        this.lines = lines;
    }

    /** One step. */
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

        /** Whether the suite has reached the peer, so that the fault is in the peer's behaviour. */
        public boolean isReached() {
            return isReached;
        }
    }

    /** Shows {@code words} beside the present step if it is right. */
    public void remark(String words) {
        remark = words;
    }

    /** Checks one action of the peer after it is reached; the parameters are those of {@link #step}. */
    public void reached(String what, String mend, Look look) throws Ended {
        isReached = true;
        step(what, mend, look);
    }

    /**
     * Checks one condition for reaching the peer at all.
     *
     * @param what the condition in words: {@code it is a socket}
     * @param mend what the user can do if it is wrong
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
