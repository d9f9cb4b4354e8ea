// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.rules;

/** Who sent a frame. */
public enum Sender {
    /** The KVM side: commands, and HELLO, SELECT, ABORT. */
    K,
    /** The device side: responses, and OFFER, ACCEPT, REJECT. */
    D
}
