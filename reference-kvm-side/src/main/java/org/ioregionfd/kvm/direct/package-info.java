// SPDX-License-Identifier: BSD-3-Clause
/**
 * The transport for low latency: the calling thread writes its command and reads its response itself, asleep in the kernel or
 * polling. There is no event loop and no hand-over, and nothing is allocated for an access. It makes no decision of the
 * protocol.
 */
@NullMarked
package org.ioregionfd.kvm.direct;

import org.jspecify.annotations.NullMarked;
