// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

/** Hears what happens on the channels of a transport. */
@FunctionalInterface
public interface KvmObserver {
    /**
     * Something happened. Called by whatever thread serves the channel, for several channels at a time, and while the channel
     * is held up for it: it is to be short, must not throw and must not use the channel.
     */
    void happened(KvmEvent event);
}
