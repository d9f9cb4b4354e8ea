// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.ioregionfd.conformance.interop.InteropResult.Pair;
import org.ioregionfd.conformance.peer.DevicePeer;
import org.ioregionfd.conformance.peer.KvmDriver;
import org.ioregionfd.conformance.peer.NotAttached;
import org.ioregionfd.conformance.peer.Patience;
import org.ioregionfd.conformance.peer.RunResources;
import org.ioregionfd.conformance.peer.Violation;

/** Runs every KVM side with every setting against every device side with every setting. */
public final class InteropMatrix {
    private final PeerPrograms programs;
    private final List<KvmSetting> settings = KvmSetting.all();
    private final RunResources resources;

    private InteropMatrix(PeerPrograms programs, RunResources resources) {
        this.programs = programs;
        this.resources = resources;
    }

    /**
     * The matrix of the programs that the suite has in it, and of those of {@code tree}.
     *
     * @throws NotAttached if a peer in C does not compile
     */
    public static InteropMatrix of(Optional<Path> tree, RunResources resources) throws NotAttached {
        return new InteropMatrix(PeerPrograms.find(tree, resources), resources);
    }

    /**
     * Runs all pairs, {@code jobs} devices at a time, and gives the results in a fixed order.
     *
     * @throws NotAttached if a program does not start
     */
    public InteropResult play(int jobs) throws NotAttached {
        ExecutorService workers = Executors.newFixedThreadPool(jobs);
        BlockingQueue<Kvms> idle = new ArrayBlockingQueue<>(jobs);
        for (int i = 0; i < jobs; i++) {
            idle.add(new Kvms());
        }
        try {
            List<Future<List<Pair>>> parts = new ArrayList<>();
            for (PeerPrograms.Device device : programs.devices()) {
                parts.add(workers.submit(() -> {
                    Kvms kvms = idle.take();
                    try {
                        return kvms.meet(device);
                    } finally {
                        idle.add(kvms);
                    }
                }));
            }
            List<Pair> pairs = new ArrayList<>();
            for (Future<List<Pair>> part : parts) {
                pairs.addAll(part.get());
            }
            return new InteropResult(pairs, programs.missing());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof NotAttached lost) {
                throw lost;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NotAttached("interrupted");
        } finally {
            workers.shutdownNow();
        }
    }

    /** The KVM sides of one worker. Each connects to one path, which is a link to the present device. */
    private final class Kvms {
        private final Path path = resources.socketPath();
        private final Map<String, KvmDriver> drivers = new LinkedHashMap<>();

        List<Pair> meet(PeerPrograms.Device device) throws NotAttached {
            DevicePeer listening = DevicePeer.startedBy(device.command(), resources, Patience.calibrated());
            try {
                listening.attach();
                Files.deleteIfExists(path);
                Files.createSymbolicLink(path, listening.path());
                List<Pair> pairs = new ArrayList<>();
                for (PeerPrograms.Kvm kvm : programs.kvms()) {
                    for (KvmSetting setting : settings) {
                        pairs.add(meet(kvm, setting, device));
                    }
                }
                return pairs;
            } catch (IOException e) {
                throw new NotAttached("no link to a socket: " + e.getMessage());
            } finally {
                listening.discard();
            }
        }

        private Pair meet(PeerPrograms.Kvm kvm, KvmSetting setting, PeerPrograms.Device device) throws NotAttached {
            PairOutcome expected = PairOutcome.of(setting, device.setting());
            String seen;
            try {
                seen = new PairSession(driver(kvm), device.registers()).play(setting, expected);
            } catch (Violation e) {
                seen = "expected " + e.expected() + ", seen " + e.seen();
                Optional.ofNullable(drivers.remove(kvm.name())).ifPresent(resources::drop);
            }
            return new Pair(kvm.name(), setting, device.name(), device.setting(), expected, seen);
        }

        private KvmDriver driver(PeerPrograms.Kvm kvm) throws NotAttached {
            KvmDriver running = drivers.get(kvm.name());
            if (running != null) {
                return running;
            }
            KvmDriver started = KvmDriver.started(kvm.command(), path, resources);
            drivers.put(kvm.name(), started);
            return started;
        }
    }
}
