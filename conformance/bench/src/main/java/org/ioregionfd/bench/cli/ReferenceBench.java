// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.cli;

import java.io.IOException;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.ioregionfd.bench.client.FastChannel;
import org.ioregionfd.bench.client.FastChannel.Waiting;
import org.ioregionfd.bench.figure.GoalSet;
import org.ioregionfd.bench.figure.Subject;
import org.ioregionfd.bench.host.Listener;
import org.ioregionfd.bench.measure.DeviceBench;
import org.ioregionfd.bench.measure.Echoes;
import org.ioregionfd.bench.measure.KvmBench;
import org.ioregionfd.bench.measure.OrderBench;
import org.ioregionfd.bench.measure.ScaleBench;
import org.ioregionfd.conformance.cli.Program;
import org.ioregionfd.conformance.peer.NotAttached;
import org.ioregionfd.conformance.peer.PeerCommand;
import org.ioregionfd.conformance.peer.ReferencePrograms;

/** The reference peers as they are measured, by their transports. */
final class ReferenceBench {
    private final Benching.Setting setting;
    private final ReferencePrograms programs;

    ReferenceBench(Benching.Setting setting) throws NotAttached {
        this.setting = setting;
        try {
            this.programs = ReferencePrograms.atFullSpeed(Program.home());
        } catch (URISyntaxException e) {
            throw new NotAttached("the reference peers cannot be found: " + e.getMessage());
        }
    }

    /** How a reference peer moves bytes, by the name that its option has. */
    enum Transport {
        /** A thread for each channel. */
        DIRECT,
        /** Event loops. */
        NETTY;

        /** The one, or where there is none both. */
        static List<Transport> of(Optional<Transport> chosen) {
            return chosen.map(List::of).orElse(List.of(values()));
        }

        String id() {
            return name().toLowerCase(Locale.ROOT);
        }

        private GoalSet goals(Waiting waiting) {
            return switch (this) {
                case DIRECT -> waiting == Waiting.ASLEEP ? GoalSet.DIRECT : GoalSet.DIRECT_POLLING;
                case NETTY -> waiting == Waiting.ASLEEP ? GoalSet.NETTY : GoalSet.NETTY_POLLING;
            };
        }
    }

    /** The device side, to which the suite is K. */
    Subject device(Transport transport, Echoes echoes) throws IOException, NotAttached {
        Waiting waiting = setting.settings().waiting();
        String polling = waiting == Waiting.POLLING ? ", polling" : "";
        Listener device = setting.start(program(transport, List.of()));
        Subject subject = new DeviceBench(setting.settings(), echoes, setting.progress())
                .run(
                        "device-" + transport.id() + (waiting == Waiting.POLLING ? "-polling" : ""),
                        "reference device side, " + transport.id() + polling,
                        device)
                .withGoals(transport.goals(waiting));
        device.process().ifPresent(setting.resources()::drop);
        return subject;
    }

    /** Both sides together. */
    Subject pair(Transport transport, Echoes echoes) throws IOException, NotAttached {
        Listener device = setting.start(program(transport, List.of()));
        KvmBench.Compared compared = new KvmBench.Compared(
                setting.baseline().clientName() + " and " + setting.baseline().name(),
                setting.baseline()
                        .client(
                                echoes.one(),
                                BenchKvmCommand.READS.echoed(),
                                setting.placement().suite()),
                setting.baseline()
                        .client(
                                echoes.many(),
                                BenchKvmCommand.READS.echoed(),
                                setting.placement().suite()));
        Subject subject = new KvmBench(setting.settings(), setting.progress())
                .run(
                        "pair-" + transport.id(),
                        "both reference peers, " + transport.id(),
                        setting.startDriver(kvm(transport), device.path()),
                        device.process(),
                        compared)
                .withGoals(transport == Transport.DIRECT ? GoalSet.PAIR : GoalSet.NONE);
        device.process().ifPresent(setting.resources()::drop);
        return subject;
    }

    /** A slow register beside fast ones, read by {@code driver}, or by the reference KVM side. */
    Subject order(Transport transport, Optional<PeerCommand> driver) throws IOException, NotAttached {
        Listener device = setting.start(program(transport, List.of("--device", "mailbox")));
        PeerCommand command = driver.isPresent() ? driver.get() : kvm(transport);
        return new OrderBench(setting.settings(), setting.progress())
                .run(
                        "order-" + transport.id(),
                        "a slow register beside fast ones, " + transport.id(),
                        setting.startDriver(command, device.path()),
                        device.process());
    }

    /** Many channels on one device side. */
    Subject scale(Transport transport) throws IOException, NotAttached {
        PeerCommand command = program(transport, List.of());
        List<Listener> started = new ArrayList<>();
        Subject subject = new ScaleBench(setting.settings(), setting.progress())
                .run("scale-" + transport.id(), "many channels, reference device side, " + transport.id(), () -> {
                    started.add(setting.start(command));
                    return started.get(started.size() - 1);
                })
                .withGoals(GoalSet.SCALE);
        started.forEach(device -> device.process().ifPresent(setting.resources()::drop));
        return subject;
    }

    private PeerCommand program(Transport transport, List<String> more) throws NotAttached {
        List<String> options = new ArrayList<>(options(transport));
        if (setting.settings().waiting() == Waiting.POLLING) {
            options.add("--busy-poll");
        }
        options.addAll(more);
        return programs.device(options);
    }

    private PeerCommand kvm(Transport transport) throws NotAttached {
        return programs.kvm(options(transport));
    }

    private static List<String> options(Transport transport) {
        return List.of("--transport", transport.id(), "--max-inflight", String.valueOf(FastChannel.WINDOW_MAX));
    }
}
