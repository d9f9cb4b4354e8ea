// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.ioregionfd.bench.figure.GoalSet;
import org.ioregionfd.bench.figure.Subject;
import org.ioregionfd.bench.measure.Baselines;
import org.ioregionfd.bench.measure.DeviceBench;
import org.ioregionfd.bench.measure.FastChannel;
import org.ioregionfd.bench.measure.KvmBench;
import org.ioregionfd.bench.measure.Listener;
import org.ioregionfd.bench.measure.LoadGenerator;
import org.ioregionfd.bench.measure.OrderBench;
import org.ioregionfd.bench.measure.ScaleBench;
import org.ioregionfd.conformance.peer.NotAttached;
import org.ioregionfd.conformance.peer.PeerCommand;
import org.ioregionfd.conformance.peer.ReferencePrograms;

/** The reference peers of one transport, as they are measured. */
record ReferencePeers(Bench bench, Transport transport) {
    /** How a reference peer moves bytes, by the name that its option has. */
    enum Transport {
        /** A thread for each channel. */
        DIRECT,
        /** Event loops. */
        NETTY
    }

    /** The device side, to which the suite is K. */
    Subject device(Baselines<Path> echoes) throws IOException, NotAttached {
        String polling = bench.isPolling() ? "-polling" : "";
        Listener device = bench.startDevice(program());
        Subject subject = new DeviceBench(bench.schedule(), echoes)
                .run("device-" + id() + polling, "reference device side, " + id() + polling.replace("-", ", "), device)
                .withGoals(GoalSet.valueOf(bench.isPolling() ? transport + "_POLLING" : transport.name()));
        end(device);
        return subject;
    }

    /** Both sides together. */
    Subject pair(Baselines<Path> echoes) throws IOException, NotAttached {
        Listener device = bench.startDevice(program());
        String name = bench.echo().clientName() + " and " + bench.echo().name();
        Baselines<LoadGenerator> clients = new Baselines<>(name, echoes.one(), echoes.many()).map(bench::client);
        Subject subject = new KvmBench(bench.schedule(), clients)
                .run(
                        "pair-" + id(),
                        "both reference peers, " + id(),
                        bench.startDriver(programs().kvm(options()), device.path()),
                        device.process())
                .withGoals(transport == Transport.DIRECT ? GoalSet.PAIR_DIRECT : GoalSet.PAIR_NETTY);
        end(device);
        return subject;
    }

    /** A slow register beside fast ones, read by {@code driver}, or by the reference KVM side. */
    Subject order(Optional<PeerCommand> driver) throws IOException, NotAttached {
        Listener device = bench.startDevice(program("--device", "mailbox"));
        PeerCommand command = driver.isPresent() ? driver.get() : programs().kvm(options());
        return new OrderBench(bench.schedule())
                .run(
                        "order-" + id(),
                        "a slow register beside fast ones, " + id(),
                        bench.startDriver(command, device.path()),
                        device.process());
    }

    /** Many channels on one device side. */
    Subject scale(int channelsMax) throws IOException, NotAttached {
        // the suite opens one more to learn what the device offers
        PeerCommand command = program("--max-channels", String.valueOf(channelsMax + 1));
        List<Listener> started = new ArrayList<>();
        Subject subject = new ScaleBench(bench.schedule(), channelsMax)
                .run("scale-" + id(), "many channels, reference device side, " + id(), () -> {
                    Listener device = bench.startDevice(command);
                    started.add(device);
                    return device;
                })
                .withGoals(GoalSet.valueOf("SCALE_" + transport));
        started.forEach(this::end);
        return subject;
    }

    /** How long a device side takes to start, as the suite starts it for its checks. */
    Subject start() throws IOException, NotAttached {
        return bench.start()
                .device(
                        "start-" + id(),
                        "reference device side, " + id(),
                        new ReferencePrograms(bench.resources()).device(options()),
                        PinnedProgram.jvm());
    }

    private void end(Listener device) {
        device.process().ifPresent(bench.resources()::drop);
    }

    private PeerCommand program(String... more) {
        List<String> options = new ArrayList<>(options());
        if (bench.isPolling()) {
            options.add("--busy-poll");
        }
        options.addAll(List.of(more));
        return programs().device(options);
    }

    private List<String> options() {
        return List.of("--transport", id(), "--max-inflight", String.valueOf(FastChannel.WINDOW_MAX));
    }

    private String id() {
        return transport.name().toLowerCase(Locale.ROOT);
    }

    private ReferencePrograms programs() {
        return ReferencePrograms.atFullSpeed(bench.resources());
    }
}
