// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.cli;

import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.ioregionfd.device.DeviceModel;
import org.ioregionfd.device.model.ConformanceDevice;
import org.ioregionfd.device.model.Mailbox;
import org.ioregionfd.device.model.Uart16550;
import picocli.CommandLine.TypeConversionException;

/** The devices that the program can serve, by the names that its user gives them. */
@SuppressWarnings("FutureReturnValueIgnored") // a task of the mailbox neither fails nor is cancelled
final class DeviceOption {
    static final String NAMES = "conformance, uart, mailbox";

    /** The region of the devices that have only one. */
    private static final long REGION = 1;

    private static final long MAILBOX_DELAY_MICROS = 1000;

    private DeviceOption() {}

    static DeviceModel model(String name) {
        return switch (name) {
            case "conformance" -> ConformanceDevice.MODEL;
            case "uart" -> Uart16550.model(REGION, DeviceOption::print, new TypedBytes());
            case "mailbox" -> Mailbox.model(REGION, timer(), MAILBOX_DELAY_MICROS);
            default -> throw new TypeConversionException("there is no device '" + name + "'; there are: " + NAMES);
        };
    }

    /** The bytes that a guest sends to its serial port are the program's output. */
    private static void print(int data) {
        System.out.write(data);
        System.out.flush();
    }

    private static Mailbox.Timer timer() {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "mailbox");
            thread.setDaemon(true);
            return thread;
        });
        return (delayNanos, task) -> executor.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
    }
}
