// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.client;

import java.io.IOException;

/** A peer that does not answer as the document says, so that it cannot be measured. The message is for the user. */
public final class WrongAnswer extends IOException {
    private static final long serialVersionUID = 1;

    /** {@code message} says what came. */
    public WrongAnswer(String message) {
        super(message);
    }
}
