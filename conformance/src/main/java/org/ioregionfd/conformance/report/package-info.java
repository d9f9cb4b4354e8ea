// SPDX-License-Identifier: BSD-3-Clause
/** Results as text: for the console, as JSON, as JUnit XML. It decides nothing, and writes nothing of the machine it runs on. */
@NullMarked
package org.ioregionfd.conformance.report;

import org.jspecify.annotations.NullMarked;
