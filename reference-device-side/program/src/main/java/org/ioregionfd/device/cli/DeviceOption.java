// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.cli;

import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.ioregionfd.device.DeviceModel;
import org.ioregionfd.device.model.ConformanceDevice;
import org.ioregionfd.device.model.Mailbox;
import org.ioregionfd.device.model.Uart16550;
import picocli.CommandLine.TypeConversionException;

/**
 * One of the devices that the program can serve, by the name that its user gives it.
 *
 * @param printed what the device prints, if it does
 */
@SuppressWarnings("FutureReturnValueIgnored") // a task of the mailbox neither fails nor is cancelled
record DeviceOption(DeviceModel model, Optional<PrintedBytes> printed) {
    static final DeviceOption CONFORMANCE = without(ConformanceDevice.MODEL);

    static final String NAMES = "conformance, uart, mailbox";

    /** The region of the devices that have only one. */
    private static final long REGION = 1;

    private static final long MAILBOX_DELAY_MICROS = 1000;

    static DeviceOption of(String name) {
        return switch (name) {
            case "conformance" -> CONFORMANCE;
            case "uart" -> uart(new PrintedBytes());
            case "mailbox" -> without(Mailbox.model(REGION, timer(), MAILBOX_DELAY_MICROS));
            default -> throw new TypeConversionException("there is no device '" + name + "'; there are: " + NAMES);
        };
    }

    private static DeviceOption uart(PrintedBytes printed) {
        return new DeviceOption(Uart16550.model(REGION, printed, new TypedBytes()), Optional.of(printed));
    }

    private static DeviceOption without(DeviceModel model) {
        return new DeviceOption(model, Optional.empty());
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
