// SPDX-License-Identifier: BSD-3-Clause
/** The dissector's tables, which come from the registry, and its sample captures, which come from the vectors. */
@NullMarked
package org.ioregionfd.spec.wireshark;

import org.jspecify.annotations.NullMarked;
