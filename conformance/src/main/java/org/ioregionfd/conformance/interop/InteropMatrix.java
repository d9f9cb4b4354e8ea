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
import org.ioregionfd.conformance.peer.DevicePeer;
import org.ioregionfd.conformance.peer.KvmDriver;
import org.ioregionfd.conformance.peer.NotAttached;
import org.ioregionfd.conformance.peer.Patience;
import org.ioregionfd.conformance.peer.Scratch;
import org.ioregionfd.conformance.peer.Violation;

/** Lets every KVM side with every setting meet every device side with every setting. */
public final class InteropMatrix {
    private final Programs programs;
    private final List<KvmSetting> settings = KvmSetting.all();
    private final Scratch scratch;

    private InteropMatrix(Programs programs, Scratch scratch) {
        this.programs = programs;
        this.scratch = scratch;
    }

    /**
     * The matrix of the programs that are found from {@code home}, the directory of the suite's jar.
     *
     * @throws NotAttached if the Java peers are not there, or a peer in C does not compile
     */
    public static InteropMatrix of(Path home, Scratch scratch) throws NotAttached {
        return new InteropMatrix(Programs.find(home, scratch), scratch);
    }

    /**
     * Plays all pairs, {@code jobs} devices at a time, and gives what came of them in a fixed order.
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
            for (Programs.Device device : programs.devices()) {
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

    /** The KVM sides of one worker. Each connects to one path, which is a link to the device of the moment. */
    private final class Kvms {
        private final Path path = scratch.socketPath();
        private final Map<String, KvmDriver> drivers = new LinkedHashMap<>();

        List<Pair> meet(Programs.Device device) throws NotAttached {
            DevicePeer listening = DevicePeer.startedBy(device.command(), scratch, Patience.calibrated());
            try {
                listening.attach();
                Files.deleteIfExists(path);
                Files.createSymbolicLink(path, listening.path());
                List<Pair> pairs = new ArrayList<>();
                for (Programs.Kvm kvm : programs.kvms()) {
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

        private Pair meet(Programs.Kvm kvm, KvmSetting setting, Programs.Device device) throws NotAttached {
            Outcome expected = Outcome.of(setting, device.setting());
            String seen;
            try {
                seen = new Talk(driver(kvm), device.registers()).play(setting, expected);
            } catch (Violation e) {
                seen = "expected " + e.expected() + ", seen " + e.seen();
                Optional.ofNullable(drivers.remove(kvm.name())).ifPresent(scratch::drop);
            }
            return new Pair(kvm.name(), setting, device.name(), device.setting(), expected, seen);
        }

        private KvmDriver driver(Programs.Kvm kvm) throws NotAttached {
            KvmDriver running = drivers.get(kvm.name());
            if (running != null) {
                return running;
            }
            KvmDriver started = KvmDriver.started(kvm.command(), path, scratch);
            drivers.put(kvm.name(), started);
            return started;
        }
    }
}
