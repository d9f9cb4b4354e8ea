// SPDX-License-Identifier: BSD-3-Clause
/**
 * The transport for latency: the thread that calls writes its command and reads its response itself, asleep in the kernel
 * or polling. No event loop and no hand-over in between, and nothing is allocated for an access. No protocol is decided here.
 */
@NullMarked
package org.ioregionfd.kvm.direct;

import org.jspecify.annotations.NullMarked;
