// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.peer;

import java.io.IOException;
import java.nio.file.Path;

/** Starts the process of a peer under test, as often as it takes. */
@FunctionalInterface
public interface PeerStart {
    /** A new process that listens at {@code socket}, or connects to it. IOException: there is no such program. */
    Process at(Path socket) throws IOException;
}
