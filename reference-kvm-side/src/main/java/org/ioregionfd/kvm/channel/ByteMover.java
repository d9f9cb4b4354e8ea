// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.channel;

/** Moves the bytes of one channel, with threads of its own or with those of the callers. */
public interface ByteMover {
    /** Something may be to send, to read or to close: sees to it. From any thread, which does not hold the core. */
    void turn();

    /** Does the same, and waits until the call has ended or is given up. From the call's thread, which does not hold the core. */
    void await(Call call);
}
