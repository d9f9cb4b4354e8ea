// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.model;

/** The modem control and status registers of a serial port, MCR and MSR, and the lines between them. */
final class ModemLines {
    private static final int LOOP = 0x10;
    private static final int MCR_BITS = 0x1F;
    private static final int RI = 0x40;

    /** A peer that is there and ready: CTS, DSR, DCD. */
    private static final int PEER_READY = 0xB0;

    private int mcr;
    private int changes;

    boolean isLoop() {
        return (mcr & LOOP) != 0;
    }

    int control() {
        return mcr;
    }

    void setControl(int data) {
        int before = inputs();
        mcr = data & MCR_BITS;
        // of RI only the end of a ring counts
        changes |= ((before ^ inputs()) & ~(inputs() & RI)) >>> 4;
    }

    /** MSR; reading it takes the changes back. */
    int status() {
        int status = inputs() | changes;
        changes = 0;
        return status;
    }

    boolean hasChanges() {
        return changes != 0;
    }

    /** In loop-back the outputs RTS, DTR, OUT1, OUT2 are the inputs CTS, DSR, RI, DCD. */
    private int inputs() {
        return isLoop() ? (mcr & 2) << 3 | (mcr & 1) << 5 | (mcr & 4) << 4 | (mcr & 8) << 4 : PEER_READY;
    }
}
