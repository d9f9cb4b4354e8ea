// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import org.ioregionfd.device.DeviceChannel;
import org.ioregionfd.device.DeviceModel;
import org.ioregionfd.device.DevicePolicy;
import org.ioregionfd.wire.Framing;
import org.ioregionfd.wire.Layout;
import org.ioregionfd.wire.LegacyCommand;
import org.ioregionfd.wire.ResponseWanted;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A serial port, through a channel of version 0, as a driver would use it. */
class Uart16550Test {
    private static final int DATA = 0;
    private static final int IER = 1;
    private static final int IIR_FCR = 2;
    private static final int LCR = 3;
    private static final int MCR = 4;
    private static final int LSR = 5;
    private static final int MSR = 6;
    private static final int SCR = 7;
    private static final int LOOP = 0x10;
    private static final int EMPTY = 0x60;

    private final List<Integer> line = new ArrayList<>();
    private final Queue<Integer> typed = new ArrayDeque<>();
    private boolean isLineReady = true;
    private final Uart16550.Line otherEnd = new Uart16550.Line() {
        @Override
        public void send(int data) {
            line.add(data);
        }

        @Override
        public boolean isReady() {
            return isLineReady;
        }
    };
    private final Uart16550 uart =
            new Uart16550(otherEnd, () -> Objects.requireNonNullElse(typed.poll(), Uart16550.NOTHING));
    private final DeviceChannel channel =
            new DeviceChannel(DevicePolicy.DEFAULT, Framing.STREAM, DeviceModel.of(1, Uart16550.LENGTH, () -> uart));

    @BeforeEach
    void eightBits() {
        write(LCR, 3);
    }

    private long answer(ByteBuf command) {
        ByteBuf out = Unpooled.buffer();
        channel.receive(command, out, 0);
        return out.getLongLE(0);
    }

    private int read(int register) {
        ByteBuf command = Unpooled.buffer();
        LegacyCommand.writeRead(command, Layout.INFO_WORD, 0, 1, register);
        return (int) answer(command);
    }

    private void write(int register, int data) {
        ByteBuf command = Unpooled.buffer();
        LegacyCommand.writeWrite(command, Layout.INFO_WORD, 0, ResponseWanted.YES, 1, register, data);
        assertEquals(0, answer(command));
    }

    @Test
    void showsThatItsLineTakesNoMore() {
        isLineReady = false;
        write(IER, 2);
        assertEquals(0, read(LSR));
        assertEquals(0x1, read(IIR_FCR));
        write(MCR, LOOP);
        assertEquals(EMPTY, read(LSR));
        write(MCR, 0);

        isLineReady = true;
        assertEquals(EMPTY, read(LSR));
        assertEquals(0x2, read(IIR_FCR));
    }

    @Test
    void sendsOverTheLine() {
        write(DATA, 'h');
        write(DATA, 'i');

        assertEquals(List.of((int) 'h', (int) 'i'), line);
        assertEquals(EMPTY, read(LSR));
    }

    @Test
    void receivesWhatTheLineBrings() {
        uart.receive('x');

        assertEquals(EMPTY | 1, read(LSR));
        assertEquals('x', read(DATA));
        assertEquals(EMPTY, read(LSR));
    }

    @Test
    void letsTheOtherEndWaitWhileThereIsNoRoom() {
        for (int i = 0; i < 20; i++) {
            typed.add('a' + i);
        }
        assertEquals(EMPTY | 1, read(LSR));
        assertEquals(19, typed.size(), "without a FIFO there is room for one");
        write(IIR_FCR, 1);
        assertEquals(EMPTY | 1, read(LSR));
        assertEquals(3, typed.size());
        for (int i = 1; i < 20; i++) {
            assertEquals('a' + i, read(DATA));
        }
        assertEquals(EMPTY, read(LSR), "nothing was lost but what the switch has thrown away");
    }

    @Test
    void doesNotListenInLoopBack() {
        write(MCR, LOOP);
        typed.add((int) 'x');
        assertEquals(EMPTY, read(LSR));
        assertEquals(1, typed.size());
    }

    @Test
    void keepsItsBytesToItselfInLoopBack() {
        write(MCR, LOOP);
        uart.receive('x');
        write(DATA, 'a');

        assertEquals(List.of(), line);
        assertEquals('a', read(DATA));
        assertEquals(EMPTY, read(LSR));
    }

    @Test
    void holdsSixteenBytesInItsFifoAndSaysWhatItLost() {
        write(IIR_FCR, 1);
        write(MCR, LOOP);
        for (int i = 0; i < 17; i++) {
            write(DATA, 'a' + i);
        }

        assertEquals(EMPTY | 3, read(LSR));
        assertEquals(EMPTY | 1, read(LSR), "the overrun is told once");
        for (int i = 0; i < 16; i++) {
            assertEquals('a' + i, read(DATA));
        }
        assertEquals(EMPTY, read(LSR));
    }

    @Test
    void holdsOneByteWithoutFifoAndWritesItOver() {
        write(MCR, LOOP);
        write(DATA, 'a');
        write(DATA, 'b');

        assertEquals(EMPTY | 3, read(LSR));
        assertEquals('b', read(DATA));
        assertEquals(EMPTY, read(LSR));
    }

    @Test
    void emptiesItsFifoWhenToldOrSwitched() {
        write(IIR_FCR, 1);
        uart.receive('a');
        write(IIR_FCR, 3);
        assertEquals(EMPTY, read(LSR));

        uart.receive('a');
        write(IIR_FCR, 0);
        assertEquals(EMPTY, read(LSR));
    }

    @Test
    void showsItsDivisorBehindDlab() {
        write(IER, 5);
        write(LCR, 0x83);
        write(DATA, 0x34);
        write(IER, 0x12);

        assertEquals(0x34, read(DATA));
        assertEquals(0x12, read(IER));
        write(LCR, 3);
        assertEquals(5, read(IER));
        assertEquals(List.of(), line);
    }

    /** The highest first: a lost byte, received bytes, an empty transmitter, the modem lines. */
    @Test
    void namesThePendingInterruptOfTheHighestPriority() {
        assertEquals(0x1, read(IIR_FCR));
        write(IIR_FCR, 0x41);
        write(MCR, LOOP);
        read(MSR);
        write(IER, 0x0F);
        write(MCR, LOOP | 2);
        for (int i = 0; i < 17; i++) {
            write(DATA, i);
        }

        assertEquals(0xC6, read(IIR_FCR));
        read(LSR);
        assertEquals(0xC4, read(IIR_FCR));
        for (int i = 0; i < 13; i++) {
            read(DATA);
        }
        assertEquals(0xCC, read(IIR_FCR), "fewer than the trigger level");
        for (int i = 0; i < 3; i++) {
            read(DATA);
        }
        assertEquals(0xC2, read(IIR_FCR));
        assertEquals(0xC0, read(IIR_FCR), "reading takes it back");
        read(MSR);
        assertEquals(0xC1, read(IIR_FCR));
    }

    @Test
    void tellsOfAnEmptyTransmitterToWhoBeginsToAsk() {
        write(IER, 2);

        assertEquals(0x2, read(IIR_FCR));
        assertEquals(0x1, read(IIR_FCR));
        write(DATA, 'x');
        assertEquals(0x2, read(IIR_FCR));
    }

    /** RTS, DTR, OUT1, OUT2 become CTS, DSR, RI, DCD; of RI only the end counts as a change. */
    @Test
    void loopsTheModemLines() {
        assertEquals(0xB0, read(MSR));
        write(MCR, LOOP);
        assertEquals(0x0B, read(MSR));
        write(MCR, LOOP | 2);
        assertEquals(0x11, read(MSR));
        write(MCR, LOOP | 1);
        assertEquals(0x23, read(MSR));
        write(MCR, LOOP | 4);
        assertEquals(0x42, read(MSR));
        write(MCR, LOOP | 8);
        assertEquals(0x8C, read(MSR));
        assertEquals(0x80, read(MSR));
        assertEquals(LOOP | 8, read(MCR));
    }

    @Test
    void cutsWordsToTheirLength() {
        write(LCR, 0);
        write(DATA, 0xFF);
        assertEquals(List.of(0x1F), line);
    }

    @Test
    void keepsItsScratchRegisterAndIgnoresWritesToStatus() {
        write(SCR, 0xA5);
        write(LSR, 0xFF);
        write(MSR, 0xFF);

        assertEquals(0xA5, read(SCR));
        assertEquals(EMPTY, read(LSR));
        assertEquals(0xB0, read(MSR));
    }

    @Test
    void hasRegistersOfOneByteOnly() {
        ByteBuf wide = Unpooled.buffer();
        LegacyCommand.writeRead(wide, Layout.INFO_WORD, 1, 1, SCR - 1);

        assertEquals(0xFFFF, answer(wide));
    }
}
