// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.simulation;

/** A command that arrived at a device side, and what it has to come to there. */
final class Performed {
    static final int READ = 2;
    static final int WRITE = 3;
    static final int FENCE = 4;
    static final int OK = 1;
    static final int BAD_REGION = 2;
    static final int BAD_OFFSET = 3;
    static final int DEVICE_FAULT = 4;

    /** By the numbers of version 2, whatever the version. */
    final int op;

    final long region;
    final long offset;
    final int sizeExponent;
    final long data;

    int status;
    long value;
    boolean held;
    /** Not completed when it was started: its device has deferred it, or it is a FENCE that waits. */
    boolean late;

    /** Answered before an earlier command was. */
    boolean overtook;

    /** Version 2 only. */
    int tag;

    /** In what it came: a version, or an attached HELLO. */
    String by = "";

    Performed(int op, long region, long offset, int sizeExponent, long data) {
        this.op = op;
        this.region = region;
        this.offset = offset;
        this.sizeExponent = sizeExponent;
        // [ACE-003] bits above the access size do not count; of a READ none do
        this.data = op == WRITE ? data & Octets.ones(sizeExponent) : 0;
    }

    void ok(long newValue) {
        status = OK;
        value = newValue & Octets.ones(sizeExponent);
        held = false;
    }

    /** [ACE-002] */
    void failed(int newStatus) {
        status = newStatus;
        held = false;
        value = Octets.ones(sizeExponent);
    }

    /** Its op. */
    String inWords() {
        return op == READ ? "READ" : op == WRITE ? "WRITE" : "FENCE";
    }

    @Override
    public String toString() {
        return inWords() + " " + region + ":" + Long.toHexString(offset) + "/" + sizeExponent + " data "
                + Long.toHexString(data);
    }
}
