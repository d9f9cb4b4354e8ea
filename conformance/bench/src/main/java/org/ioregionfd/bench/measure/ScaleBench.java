// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.measure;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ioregionfd.bench.figure.Figure;
import org.ioregionfd.bench.figure.Subject;
import org.ioregionfd.conformance.peer.NotAttached;
import org.ioregionfd.conformance.peer.PeerProcess;

/**
 * Measures one device process with 1, 10, 100, 1000 and 10,000 channels, of which up to eight always have a READ under way: the cost
 * of a channel, and the cost of idle channels for busy ones. Each number has its own process, so that all are measured in
 * every round.
 *
 * @param channelsMax the largest of these numbers that is measured
 */
public record ScaleBench(Schedule schedule, int channelsMax) {
    /** The second, the busy channels alone, is the baseline of the others. */
    private static final List<Integer> COUNTS = List.of(1, LoadedDevice.BUSY, 10, 100, 1000, 10_000);

    /** The largest of all. */
    public static final int CHANNELS_MAX = 10_000;

    /** The largest for a device of which nobody said that it serves more. */
    public static final int CHANNELS_MAX_OF_ANY = 1000;

    /** What a device keeps for channels that were busy a moment ago is no cost of an idle one. */
    private static final Duration IDLE_FOR = Duration.ofSeconds(5);

    private static final List<String> REMARKS = List.of(
            "a busy channel always has a READ under way; an idle one is open and says nothing",
            "memory is what the process's share (Pss) grew by, stacks and all, divided by the idle channels, idle for 5 s",
            "a process for each number, all of them in every round",
            "warmed up twice, before and after the idle ones were opened");

    /** Starts another device process of the same kind. */
    public interface Start {
        /** A process that has no channel yet. */
        Listener device() throws NotAttached;
    }

    /** Measures devices that {@code start} starts. */
    public Subject run(String id, String title, Start start) throws IOException, NotAttached {
        List<LoadedDevice> devices = new ArrayList<>();
        try {
            for (int count : COUNTS) {
                if (count <= channelsMax) {
                    devices.add(new LoadedDevice(schedule, start.device(), count));
                }
            }
            List<String> remarks = new ArrayList<>(REMARKS);
            warmUp(title, devices).ifPresent(remarks::add);
            // The growth of a process by its warm-up is no cost of a channel.
            schedule.progress().accept(title + ": opening channels");
            for (LoadedDevice device : devices) {
                device.openIdle();
            }
            IdleCheck.pause(IDLE_FOR);
            devices.forEach(LoadedDevice::lookAtMemory);
            warmUp(title, devices).ifPresent(remarks::add);
            schedule.rounds(title, round -> {
                for (LoadedDevice device : devices) {
                    device.take(schedule.settings().slice(), device.samples());
                }
            });
            Samples alone = devices.get(1).samples();
            List<Figure> figures = devices.stream()
                    .flatMap(device -> device.figures(alone).stream())
                    .toList();
            return new Subject(id, title, "eight busy channels alone", remarks, figures, List.of());
        } finally {
            for (LoadedDevice device : devices) {
                device.close();
            }
        }
    }

    private Optional<String> warmUp(String title, List<LoadedDevice> devices) throws IOException, NotAttached {
        List<PeerProcess> processes = devices.stream()
                .flatMap(device -> device.device().process().stream())
                .toList();
        return schedule.warmUp(title, processes, time -> {
            for (LoadedDevice device : devices) {
                device.take(time, new Samples());
            }
        });
    }
}
