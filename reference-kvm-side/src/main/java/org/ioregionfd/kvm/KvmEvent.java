// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

/** Something that happened on a channel, for counting or showing. */
public sealed interface KvmEvent {
    /** An event that happens often and has no content of its own. */
    enum Occasion implements KvmEvent {
        CHANNEL_OPENED("channels opened"),
        CHANNEL_CLOSED("channels closed"),
        /** Ended with an answer; WRITE and FENCE too. */
        READ("READs answered"),
        WRITE("WRITEs answered"),
        /** Ended by being written. */
        POSTED_WRITE("WRITEs posted"),
        FENCE("FENCEs answered"),
        /** Answered with another status than OK; also counted as READ or WRITE. */
        ACCESS_ERROR("access errors"),
        NOT_SENT("accesses not sent"),
        MAYBE_EXECUTED("accesses that may have been executed"),
        /** Given up by its caller; also counted as one of the two above. */
        ABANDONED("accesses abandoned");

        private final String label;

        Occasion(String label) {
            this.label = label;
        }

        /** The event's name in the plural. */
        public String label() {
            return label;
        }
    }

    /** A negotiation ended. */
    record Negotiated(Outcome outcome) implements KvmEvent {}

    /** A channel failed, or its user closed it, which counts as a failure too. */
    record Failed(Failure failure) implements KvmEvent {}
}
