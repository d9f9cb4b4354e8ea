/**
 * Frames and commands of the ioregionfd data plane over {@code ByteBuf}: the Java binding of {@code
 * spec/handshake.md}. Decoding turns what a peer sent into a value or a named fault and never throws for it;
 * encoding refuses what no frame may be. No state of a channel, no policy and no I/O lives here, and neither
 * side of the protocol is known here.
 */
@NullMarked
package org.ioregionfd.wire;

import org.jspecify.annotations.NullMarked;
