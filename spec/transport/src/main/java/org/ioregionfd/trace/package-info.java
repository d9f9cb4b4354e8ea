// SPDX-License-Identifier: BSD-3-Clause
/**
 * Hears the frames of channels, and writes them to files that Wireshark reads. It takes bytes as they are, whether they make
 * sense or not, and decodes nothing; no channel ever waits for it longer than a write to a file takes.
 */
@NullMarked
package org.ioregionfd.trace;

import org.jspecify.annotations.NullMarked;
