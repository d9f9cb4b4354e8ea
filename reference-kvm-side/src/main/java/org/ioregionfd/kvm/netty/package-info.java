// SPDX-License-Identifier: BSD-3-Clause
/**
 * Carries the KVM side over Netty channels. It moves bytes between a channel and the state machine and drives
 * its deadlines; it takes no decision of the protocol by itself.
 */
@NullMarked
package org.ioregionfd.kvm.netty;

import org.jspecify.annotations.NullMarked;
