// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.cli;

import java.nio.file.Path;
import java.util.function.Consumer;
import org.ioregionfd.bench.figure.Subject;
import org.ioregionfd.bench.measure.CommandTemplate;
import org.ioregionfd.bench.measure.EchoProgram;
import org.ioregionfd.bench.measure.FastChannel.Waiting;
import org.ioregionfd.bench.measure.Listener;
import org.ioregionfd.bench.measure.LoadDriver;
import org.ioregionfd.bench.measure.LoadGenerator;
import org.ioregionfd.bench.measure.Pinning;
import org.ioregionfd.bench.measure.Schedule;
import org.ioregionfd.bench.measure.StartBench;
import org.ioregionfd.conformance.peer.KvmDriver;
import org.ioregionfd.conformance.peer.NotAttached;
import org.ioregionfd.conformance.peer.PeerCommand;
import org.ioregionfd.conformance.peer.RunResources;

/**
 * The place and the way of a measurement.
 *
 * @param echo the baseline
 * @param resources what ends with the run
 * @param subjects takes each finished subject, for the output and the reports
 */
record Bench(Schedule schedule, Pinning pinning, EchoProgram echo, RunResources resources, Consumer<Subject> subjects) {
    boolean isPolling() {
        return schedule.settings().waiting() == Waiting.POLLING;
    }

    /** Measures starts. */
    StartBench start() {
        return new StartBench(schedule, resources::socketPath);
    }

    /** Starts a device side on the peer's processor. */
    Listener startDevice(PeerCommand command) throws NotAttached {
        Path path = resources.socketPath();
        return Listener.started("the device", command.with(path), path, pinning.peer(), resources);
    }

    /** Starts a KVM side's driver, for a device side that listens at {@code path}, on the suite's processor. */
    LoadDriver startDriver(PeerCommand command, Path path) throws NotAttached {
        PeerCommand pinned = new PeerCommand(Pinning.pinned(command.words(), pinning.suite()));
        return new LoadDriver(KvmDriver.started(pinned, path, resources));
    }

    /** The baseline of a driver: it sends READs of the highest version, like a KVM side, to the listener at {@code path}. */
    LoadGenerator client(Path path) {
        return echo.client(path, CommandTemplate.reading(2).echoed(), pinning.suite());
    }
}
