// SPDX-License-Identifier: BSD-3-Clause
/** What the dissector takes from the registry, and its sample captures, which are made of the vectors. */
@NullMarked
package org.ioregionfd.spec.wireshark;

import org.jspecify.annotations.NullMarked;
