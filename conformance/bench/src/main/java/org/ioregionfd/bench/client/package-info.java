// SPDX-License-Identifier: BSD-3-Clause
/** The suite's own K where nothing may cost time: prepared frames, direct buffers, no object for a command. */
@NullMarked
package org.ioregionfd.bench.client;

import org.jspecify.annotations.NullMarked;
