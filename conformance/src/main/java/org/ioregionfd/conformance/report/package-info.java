// SPDX-License-Identifier: BSD-3-Clause
/**
 * Results as text: for the console, as JSON, as JUnit XML, as a page; and failures as files, written for {@code replay} and for
 * Wireshark, read as what strangers sent. It decides nothing, and writes nothing of the machine it runs on.
 */
@NullMarked
package org.ioregionfd.conformance.report;

import org.jspecify.annotations.NullMarked;
