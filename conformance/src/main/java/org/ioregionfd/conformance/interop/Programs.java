// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.ioregionfd.conformance.peer.NotAttached;
import org.ioregionfd.conformance.peer.PeerCommand;
import org.ioregionfd.conformance.peer.ReferencePrograms;
import org.ioregionfd.conformance.peer.Scratch;

/**
 * The programs that take part.
 *
 * @param kvms by name
 * @param devices by name, each with how it was set
 * @param missing what takes no part, and why; empty where all do
 */
record Programs(List<Kvm> kvms, List<Device> devices, Optional<String> missing) {
    private static final List<String> TRANSPORTS = List.of("netty", "direct");
    private static final String DEVICE_SOURCE = "spec/c/example-device.c";
    private static final int COMPILE_SECONDS_MAX = 60;

    /** A KVM side behind a driver. */
    record Kvm(String name, PeerCommand command) {}

    /** A device side that listens. */
    record Device(String name, DeviceSetting setting, PeerCommand command) {}

    Programs {
        kvms = List.copyOf(kvms);
        devices = List.copyOf(devices);
    }

    /** The Java peers beside the suite's jar and, where there is a C compiler, the peers in C of the tree that the jar lies in. */
    static Programs find(Path home, Scratch scratch) throws NotAttached {
        List<Kvm> kvms = new ArrayList<>();
        List<Device> devices = new ArrayList<>();
        ReferencePrograms references = new ReferencePrograms(home);
        Path tree = home.resolve("../..").normalize();
        Optional<String> missing = addC(tree, scratch, kvms, devices);
        for (String transport : TRANSPORTS) {
            kvms.add(new Kvm("java " + transport, references.kvm(List.of("--transport", transport))));
            for (DeviceSetting setting : DeviceSetting.ofAnAwareDevice()) {
                List<String> options = new ArrayList<>(setting.options());
                options.addAll(List.of("--transport", transport));
                devices.add(new Device("java " + transport, setting, references.device(options)));
            }
        }
        return new Programs(kvms, devices, missing);
    }

    /** Those in C; says why where they are not to be had. */
    private static Optional<String> addC(Path tree, Scratch scratch, List<Kvm> kvms, List<Device> devices)
            throws NotAttached {
        if (!Files.isRegularFile(tree.resolve(DEVICE_SOURCE))) {
            return Optional.of("the peers in C: the suite does not run from a source tree");
        }
        try {
            Path legacy = compiled(tree.resolve("conformance/legacy/legacy-device.c"), scratch);
            for (LegacyKind kind : LegacyKind.values()) {
                devices.add(new Device(kind.word(), kind.setting(), listening(legacy, List.of("--kind", kind.word()))));
            }
            Path device = compiled(tree.resolve(DEVICE_SOURCE), scratch);
            for (DeviceSetting setting : DeviceSetting.ofAnAwareDevice()) {
                devices.add(new Device("C", setting, listening(device, setting.options())));
            }
            Path kvm = compiled(tree.resolve("spec/c/example-kvm-driver.c"), scratch);
            kvms.add(new Kvm("C", listening(kvm, List.of())));
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("the peers in C: no C compiler (cc) here");
        }
    }

    private static PeerCommand listening(Path program, List<String> options) {
        List<String> words = new ArrayList<>(List.of(program.toString(), "--unix", PeerCommand.SOCKET));
        words.addAll(options);
        return new PeerCommand(words);
    }

    /** IOException: there is no compiler. */
    private static Path compiled(Path source, Scratch scratch) throws IOException, NotAttached {
        Path program = scratch.file(String.valueOf(source.getFileName()).replaceFirst("\\.c$", ""));
        Process compiler = new ProcessBuilder("cc", "-std=c11", "-O2", "-o", program.toString(), source.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            if (!compiler.waitFor(COMPILE_SECONDS_MAX, TimeUnit.SECONDS) || compiler.exitValue() != 0) {
                compiler.destroyForcibly();
                throw new NotAttached("cc does not compile " + source.getFileName());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NotAttached("interrupted while compiling");
        }
        return program;
    }

    /** The known legacy devices. */
    private enum LegacyKind {
        QEMU_MULTIPROCESS("qemu-multiprocess", DeviceSetting.Kind.LEGACY, Layout.BYTE_FIELDS),
        QEMU_VIRTIO_MMIO("qemu-virtio-mmio", DeviceSetting.Kind.LEGACY, Layout.BYTE_FIELDS),
        KVM_UNIT_TESTS("kvm-unit-tests", DeviceSetting.Kind.LEGACY, Layout.BYTE_FIELDS),
        VMSH("vmsh", DeviceSetting.Kind.LEGACY_THAT_CLOSES, Layout.INFO_WORD);

        private final String word;
        private final DeviceSetting.Kind kind;
        private final Layout layout;

        LegacyKind(String word, DeviceSetting.Kind kind, Layout layout) {
            this.word = word;
            this.kind = kind;
            this.layout = layout;
        }

        String word() {
            return word;
        }

        DeviceSetting setting() {
            return new DeviceSetting(kind, layout, List.of());
        }
    }
}
