// SPDX-License-Identifier: BSD-3-Clause
/**
 * Builds and bends frames: right ones, wrong ones, and ones that a typed binding would refuse to build. Knows the registry
 * through the oracle and nothing else; no sockets.
 */
@NullMarked
package org.ioregionfd.conformance.forge;

import org.jspecify.annotations.NullMarked;
