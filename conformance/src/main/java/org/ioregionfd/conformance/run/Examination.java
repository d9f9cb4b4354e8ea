// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.run;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.ioregionfd.conformance.peer.NotAttached;
import org.ioregionfd.conformance.peer.NotSupported;
import org.ioregionfd.conformance.peer.Violation;

/**
 * Checks step by step whether a peer is attached correctly. A step needs all steps before it, so that the first wrong step is
 * the last.
 */
public final class Examination {
    private static final String MEND = "       mend: ";
    private static final String PROCESS = "       its process: ";

    private final Consumer<String> lines;
    private boolean isReached;
    private String remark = "";
    private Supplier<Optional<String>> process = Optional::empty;

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

    /** How an examination can end before its last step. */
    public enum End {
        /** The peer cannot be reached. */
        NOT_REACHED,
        /** It is reached, and behaves wrongly. */
        WRONG,
        /** It is reached, and says that it lacks what all later steps need. */
        LACKING
    }

    /** The last step was not right. */
    public static final class Ended extends Exception {
        private static final long serialVersionUID = 1;

        private final End end;

        Ended(End end) {
            super("a step is wrong");
            this.end = end;
        }

        /** How it has ended. */
        public End end() {
            return end;
        }
    }

    /** From now on a wrong step also shows how the peer's process fares, in the words of {@code told}, where there are any. */
    public void watch(Supplier<Optional<String>> told) {
        process = told;
    }

    /** Shows {@code words} beside the present step if it is right. */
    public void remark(String words) {
        remark = words;
    }

    /** Checks one action of the peer after it is reached, which all later steps need; the parameters are those of {@link #step}. */
    public void needed(String what, String mend, Look look) throws Ended {
        if (!reached(what, mend, look)) {
            lines.accept(MEND + mend);
            throw new Ended(End.LACKING);
        }
    }

    /** Checks one action of the peer after it is reached; the rest is that of {@link #step}. */
    public boolean reached(String what, String mend, Look look) throws Ended {
        isReached = true;
        return step(what, mend, look);
    }

    /**
     * Checks one condition for reaching the peer at all.
     *
     * @param what the condition in words: {@code it is a socket}
     * @param mend what the user can do if it is wrong
     * @return false if the peer says that it does not support this
     * @throws Ended if it is wrong
     */
    public boolean step(String what, String mend, Look look) throws Ended {
        Optional<String> wrong = Optional.empty();
        remark = "";
        try {
            look.at();
        } catch (NotSupported e) {
            lines.accept("lacks  " + what + ": " + e.getMessage());
            return false;
        } catch (NotAttached e) {
            wrong = Optional.of(String.valueOf(e.getMessage()));
        } catch (Violation e) {
            wrong = Optional.of(e.getMessage() + (e.broken().isEmpty() ? "" : " (" + e.broken() + ")"));
        }
        if (wrong.isPresent()) {
            lines.accept("wrong  " + what + ": " + wrong.get());
            String said = wrong.get();
            process.get().filter(how -> !said.contains(how)).ifPresent(how -> lines.accept(PROCESS + how));
            lines.accept(MEND + mend);
            throw new Ended(isReached ? End.WRONG : End.NOT_REACHED);
        }
        lines.accept("ok     " + what + (remark.isEmpty() ? "" : ": " + remark));
        return true;
    }
}
