// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.channel;

/** Moves the bytes of one channel, with threads of its own or with those of the callers. */
public interface ByteMover {
    /** There may be something to send, to read or to close: does it. From the thread that holds the core. */
    void move();

    /** Makes another thread do that soon, and end the hold as any thread does. From the thread that holds the core. */
    void handOver();

    /** Moves, and waits until the call has ended or is given up. From the call's thread, without holding the core. */
    void await(Call call);
}
