// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.measure;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.ioregionfd.bench.figure.Figure;
import org.ioregionfd.bench.figure.Subject;
import org.ioregionfd.conformance.peer.NotAttached;
import org.ioregionfd.conformance.peer.PeerProcess;

/**
 * Measures one device process with 1, 10, 100 and 1000 channels, of which up to eight always have a READ under way: the cost
 * of a channel, and the cost of idle channels for busy ones. Each number has its own process, so that all are measured in
 * every round.
 */
public record ScaleBench(Schedule schedule) {
    /** The second, the busy channels alone, is the baseline of the others. */
    private static final List<Integer> COUNTS = List.of(1, LoadedDevice.BUSY, 10, 100, 1000);

    private static final List<String> REMARKS = List.of(
            "a busy channel always has a READ under way; an idle one is open and says nothing",
            "memory is what the process's share (Pss) grew by, stacks and all, divided by the idle channels",
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
                devices.add(new LoadedDevice(schedule, start.device(), count));
            }
            warmUp(title, devices);
            // The growth of a process by its warm-up is no cost of a channel.
            schedule.progress().accept(title + ": opening channels");
            for (LoadedDevice device : devices) {
                device.openIdle();
            }
            warmUp(title, devices);
            schedule.rounds(title, round -> {
                for (LoadedDevice device : devices) {
                    device.take(schedule.settings().slice(), device.samples());
                }
            });
        } finally {
            for (LoadedDevice device : devices) {
                device.close();
            }
        }
        Samples alone = devices.get(1).samples();
        List<Figure> figures = devices.stream()
                .flatMap(device -> device.figures(alone).stream())
                .toList();
        return new Subject(id, title, "eight busy channels alone", REMARKS, figures, List.of());
    }

    private void warmUp(String title, List<LoadedDevice> devices) throws IOException, NotAttached {
        List<PeerProcess> processes = devices.stream()
                .flatMap(device -> device.device().process().stream())
                .toList();
        schedule.warmUp(title, processes, time -> {
            for (LoadedDevice device : devices) {
                device.take(time, new Samples());
            }
        });
    }
}
