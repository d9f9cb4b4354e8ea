// SPDX-License-Identifier: BSD-3-Clause
/** handshake.md as one HTML file that needs nothing else. Nothing here knows the protocol: what is shown is what the document says. */
@NullMarked
package org.ioregionfd.spec.html;

import org.jspecify.annotations.NullMarked;
