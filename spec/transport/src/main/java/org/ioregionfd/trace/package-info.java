// SPDX-License-Identifier: BSD-3-Clause
/**
 * Gets the frames of channels, and writes them to files for Wireshark. It takes all bytes as they are, and decodes nothing. No
 * channel waits for it.
 */
@NullMarked
package org.ioregionfd.trace;

import org.jspecify.annotations.NullMarked;
