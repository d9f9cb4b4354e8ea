// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

/** Something that happened on a channel, for whoever counts or shows it. */
public sealed interface KvmEvent {
    /** What happens often, and is the same each time. */
    enum Occasion implements KvmEvent {
        CHANNEL_OPENED("channels opened"),
        CHANNEL_CLOSED("channels closed"),
        /** Ended with an answer; so are WRITE and FENCE. */
        READ("READs answered"),
        WRITE("WRITEs answered"),
        /** Ended by being written. */
        POSTED_WRITE("WRITEs posted"),
        FENCE("FENCEs answered"),
        /** Answered with another status than OK; counted besides as READ or WRITE. */
        ACCESS_ERROR("access errors"),
        NOT_SENT("accesses not sent"),
        MAYBE_EXECUTED("accesses that may have been executed"),
        /** Given up by its caller; counted besides as one of the two above. */
        ABANDONED("accesses abandoned");

        private final String label;

        Occasion(String label) {
            this.label = label;
        }

        /** What is counted, in the plural. */
        public String label() {
            return label;
        }
    }

    /** A negotiation ended. */
    record Negotiated(Outcome outcome) implements KvmEvent {}

    /** A channel failed, or was closed by its user, which is a failure too. */
    record Failed(Failure failure) implements KvmEvent {}
}
