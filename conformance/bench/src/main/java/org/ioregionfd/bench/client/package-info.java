// SPDX-License-Identifier: BSD-3-Clause
/** The suite's own fast K: prepared frames, direct buffers, no object for a command. */
@NullMarked
package org.ioregionfd.bench.client;

import org.jspecify.annotations.NullMarked;
