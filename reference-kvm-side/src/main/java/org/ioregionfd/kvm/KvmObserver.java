// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

/** Gets the events of the channels of a transport. */
@FunctionalInterface
public interface KvmObserver {
    /**
     * Takes an event. The thread that serves the channel calls it, for several channels at a time, and the channel waits for
     * it. So it should be short; it must not throw and must not use the channel.
     */
    void happened(KvmEvent event);

    /** The same for an event that happened so often in a row. */
    default void happened(KvmEvent event, int times) {
        for (int i = 0; i < times; i++) {
            happened(event);
        }
    }
}
