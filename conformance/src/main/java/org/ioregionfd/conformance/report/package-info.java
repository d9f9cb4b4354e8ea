// SPDX-License-Identifier: BSD-3-Clause
/**
 * Results as text: for the console, as JSON, as JUnit XML, as a page; and failures as files for {@code replay} and for
 * Wireshark. It reads such files with the caution for strangers' input. It decides nothing, and writes nothing about its
 * machine.
 */
@NullMarked
package org.ioregionfd.conformance.report;

import org.jspecify.annotations.NullMarked;
