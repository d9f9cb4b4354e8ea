// SPDX-License-Identifier: BSD-3-Clause
/**
 * handshake.md as one HTML file that needs nothing else. This package does not know the protocol: it shows what the document
 * says.
 */
@NullMarked
package org.ioregionfd.spec.html;

import org.jspecify.annotations.NullMarked;
