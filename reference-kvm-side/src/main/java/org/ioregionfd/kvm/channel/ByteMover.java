// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.channel;

/** Moves the bytes of one channel, with threads of its own or with those of the callers. */
public interface ByteMover {
    /** There may be something to send, to read or to close: does it. From any thread that does not hold the core. */
    void turn();

    /** Does the same, and waits until the call has ended or is given up. From the call's thread, without holding the core. */
    void await(Call call);
}
