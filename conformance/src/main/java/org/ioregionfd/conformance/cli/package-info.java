// SPDX-License-Identifier: BSD-3-Clause
/**
 * The command line of the conformance suite. It turns arguments into a run of the suite, and the verdict into an exit code.
 * It judges nothing itself.
 */
@NullMarked
package org.ioregionfd.conformance.cli;

import org.jspecify.annotations.NullMarked;
