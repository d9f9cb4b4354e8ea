// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.model;

import java.util.function.IntSupplier;
import org.ioregionfd.device.Device;
import org.ioregionfd.device.DeviceAccess;
import org.ioregionfd.device.DeviceModel;

/**
 * A serial port like the 16550A: eight registers of one byte, FIFOs of 16, loop-back. Bytes are sent at once, as fast as the
 * line takes them; there are no breaks and no parity errors. It raises no interrupt line; IIR shows the pending interrupt.
 *
 * <p>By offset: RBR and THR (with DLAB the divisor's low byte), IER (its high byte), IIR and FCR, LCR, MCR, LSR, MSR, SCR.
 */
public final class Uart16550 implements Device {
    /** Bytes of its region: one for each register. */
    public static final long LENGTH = 8;

    /** Given where the line's other end has sent no more. */
    public static final int NOTHING = -1;

    private static final int[] TRIGGERS = {1, 4, 8, 14};
    private static final int DLAB = 0x80;
    private static final int TRANSMITTER_EMPTY = 0x60;

    private final Line line;
    private final IntSupplier otherEnd;
    private final ReceiveFifo received = new ReceiveFifo();
    private final ModemLines modem = new ModemLines();
    private int divisorLow;
    private int divisorHigh;
    private int ier;
    private int fcr;
    private int lcr;
    private int scr;
    private boolean emptied;

    /** Where the port sends to. Called on the channel's thread, which it must not hold. */
    @FunctionalInterface
    public interface Line {
        /** Takes a byte; loses it if it is not ready. */
        void send(int data);

        /** Whether it takes a byte now. Until then LSR shows that the transmitter is not empty. */
        default boolean isReady() {
            return true;
        }
    }

    /** @param line takes each byte that is sent */
    public Uart16550(Line line) {
        this(line, () -> NOTHING);
    }

    /**
     * A port whose other end waits while there is no room, so that nothing is lost.
     *
     * @param line takes each byte that is sent
     * @param otherEnd gives the next byte for the port, or NOTHING, at once; asked on the channel's thread
     */
    public Uart16550(Line line, IntSupplier otherEnd) {
        this.line = line;
        this.otherEnd = otherEnd;
    }

    /** A port for each channel, in the region of that name; all send to the same line. */
    public static DeviceModel model(long userData, Line line) {
        return model(userData, line, () -> NOTHING);
    }

    /** The same, and what the other end sends goes to the port that asks first. */
    public static DeviceModel model(long userData, Line line, IntSupplier otherEnd) {
        return DeviceModel.of(userData, LENGTH, () -> new Uart16550(line, otherEnd));
    }

    /** A byte has come over the line; from any thread. In loop-back nobody listens to the line. */
    public synchronized void receive(int data) {
        if (!modem.isLoop()) {
            received.take(data & wordMask());
        }
    }

    @Override
    public synchronized void perform(DeviceAccess access) {
        if (access.size() != 1) {
            access.fault();
        } else if (access.isWrite()) {
            write((int) access.offset(), (int) access.data());
            access.done();
        } else {
            listen();
            access.answer(read((int) access.offset()));
        }
    }

    private void listen() {
        while (!modem.isLoop() && !received.isFull()) {
            int data = otherEnd.getAsInt();
            if (data == NOTHING) {
                return;
            }
            received.take(data & wordMask());
        }
    }

    private int read(int register) {
        boolean divisorShown = (lcr & DLAB) != 0;
        return switch (register) {
            case 0 -> divisorShown ? divisorLow : received.next();
            case 1 -> divisorShown ? divisorHigh : ier;
            case 2 -> identification();
            case 3 -> lcr;
            case 4 -> modem.control();
            case 5 -> lineStatus();
            case 6 -> modem.status();
            default -> scr;
        };
    }

    private void write(int register, int data) {
        boolean divisorShown = (lcr & DLAB) != 0;
        switch (register) {
            case 0 -> divisorLow = divisorShown ? data : send(data & wordMask());
            case 1 -> divisorHigh = divisorShown ? data : enable(data & 0x0F);
            case 2 -> control(data);
            case 3 -> lcr = data;
            case 4 -> modem.setControl(data);
            case 7 -> scr = data;
            default -> {} // LSR and MSR are read only
        }
    }

    private int send(int data) {
        emptied = true;
        if (modem.isLoop()) {
            received.take(data);
        } else {
            line.send(data);
        }
        return divisorLow;
    }

    private int enable(int interrupts) {
        // an empty transmitter is a new event once this interrupt is enabled
        emptied |= (interrupts & ~ier & 2) != 0;
        ier = interrupts;
        return divisorHigh;
    }

    private void control(int data) {
        if (((data ^ fcr) & 1) != 0) {
            received.setRoom((data & 1) != 0 ? ReceiveFifo.ROOM_MAX : 1);
        }
        if ((data & 2) != 0) {
            received.clear();
        }
        fcr = (data & 1) != 0 ? data & 0xC1 : 0;
    }

    private int lineStatus() {
        int status = (isTransmitterEmpty() ? TRANSMITTER_EMPTY : 0)
                | (received.count() > 0 ? 1 : 0)
                | (received.hasOverrun() ? 2 : 0);
        received.forgetOverrun();
        return status;
    }

    /** The pending interrupt of the highest priority. Bytes below the trigger level count as timed out: there is no time. */
    private int identification() {
        int fifos = (fcr & 1) != 0 ? 0xC0 : 0;
        if ((ier & 4) != 0 && received.hasOverrun()) {
            return fifos | 0x6;
        }
        if ((ier & 1) != 0 && received.count() > 0) {
            return fifos | (received.count() >= TRIGGERS[fcr >>> 6] ? 0x4 : 0xC);
        }
        if ((ier & 2) != 0 && emptied && isTransmitterEmpty()) {
            // reading IIR clears it
            emptied = false;
            return fifos | 0x2;
        }
        return fifos | ((ier & 8) != 0 && modem.hasChanges() ? 0x0 : 0x1);
    }

    private boolean isTransmitterEmpty() {
        return modem.isLoop() || line.isReady();
    }

    private int wordMask() {
        return 0xFF >>> (3 - (lcr & 3));
    }
}
