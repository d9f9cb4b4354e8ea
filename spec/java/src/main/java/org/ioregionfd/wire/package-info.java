/**
 * Frames and commands of the ioregionfd data plane over {@code ByteBuf}: the Java binding of {@code spec/handshake.md}.
 * Decoding turns a peer's bytes into a value or a named fault, and never throws because of them. Encoding refuses values that
 * no frame may have. This package has no state of a channel, no policy and no I/O, and does not know the two sides of the
 * protocol.
 */
@NullMarked
package org.ioregionfd.wire;

import org.jspecify.annotations.NullMarked;
