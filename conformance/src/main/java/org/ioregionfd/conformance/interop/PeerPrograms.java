// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.interop;

import static org.ioregionfd.conformance.rules.Dialect.BYTE_FIELDS;
import static org.ioregionfd.conformance.rules.Dialect.INFO_WORD;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.ioregionfd.conformance.interop.DeviceSetting.Kind;
import org.ioregionfd.conformance.peer.NotAttached;
import org.ioregionfd.conformance.peer.PeerCommand;
import org.ioregionfd.conformance.peer.ReferencePrograms;
import org.ioregionfd.conformance.peer.Request;
import org.ioregionfd.conformance.peer.RunResources;
import org.ioregionfd.conformance.rules.Access;
import org.ioregionfd.conformance.rules.Dialect;

/**
 * The programs that take part.
 *
 * @param kvms by name
 * @param devices by name, each with its setting
 * @param missing the programs that were left out, and why; empty if none were
 */
record PeerPrograms(List<Kvm> kvms, List<Device> devices, Optional<String> missing) {
    private static final List<String> TRANSPORTS = List.of("netty", "direct");
    private static final String DEVICE_SOURCE = "spec/c/example-device.c";
    private static final int COMPILE_SECONDS_MAX = 60;

    /** The offset of the memory in every legacy device that has memory. */
    private static final Registers MEMORY = Registers.memoryAt(0x100);

    /** The first register of virtio-mmio, and its value. */
    private static final long MAGIC = 0;

    private static final long VIRT = 0x7472_6976L;

    private static final long UNFILLED = 0x30;
    private static final long OUT_OF_RANGE = 0x2000;
    private static final long ONES = 0xFFFF_FFFFL;

    /** A KVM side behind a driver. */
    record Kvm(String name, PeerCommand command) {}

    /** A device side that listens. */
    record Device(String name, DeviceSetting setting, PeerCommand command, Registers registers) {
        /** One that serves the registers of annex B. */
        static Device ofAnnexB(String name, DeviceSetting setting, PeerCommand command) {
            return new Device(name, setting, command, Registers.memoryAt(0x10));
        }
    }

    PeerPrograms {
        kvms = List.copyOf(kvms);
        devices = List.copyOf(devices);
    }

    /** The Java peers that the suite's jar has in it and, where there is a C compiler, the peers in C of {@code tree}. */
    static PeerPrograms find(Optional<Path> tree, RunResources resources) throws NotAttached {
        List<Kvm> kvms = new ArrayList<>();
        List<Device> devices = new ArrayList<>();
        ReferencePrograms references = new ReferencePrograms(resources);
        Optional<String> missing = tree.isPresent()
                ? addC(tree.get(), resources, kvms, devices)
                : Optional.of(
                        "the peers in C: they are compiled from the source tree; conformance/run there takes them in");
        for (String transport : TRANSPORTS) {
            kvms.add(new Kvm("java " + transport, references.kvm(List.of("--transport", transport))));
            for (DeviceSetting setting : DeviceSetting.ofAnAwareDevice()) {
                List<String> options = new ArrayList<>(setting.options());
                options.addAll(List.of("--transport", transport));
                devices.add(Device.ofAnnexB("java " + transport, setting, references.device(options)));
            }
        }
        return new PeerPrograms(kvms, devices, missing);
    }

    /** The programs in C; says why if there are none. */
    private static Optional<String> addC(Path tree, RunResources resources, List<Kvm> kvms, List<Device> devices)
            throws NotAttached {
        try {
            Path legacy = compiled(tree.resolve("conformance/legacy/legacy-device.c"), resources);
            for (LegacyKind kind : LegacyKind.all()) {
                PeerCommand command = listening(legacy, List.of("--kind", kind.word()));
                for (Registers registers : kind.registers()) {
                    devices.add(new Device(kind.name(registers), kind.setting(), command, registers));
                }
            }
            Path device = compiled(tree.resolve(DEVICE_SOURCE), resources);
            for (DeviceSetting setting : DeviceSetting.ofAnAwareDevice()) {
                devices.add(Device.ofAnnexB("C", setting, listening(device, setting.options())));
            }
            Path kvm = compiled(tree.resolve("spec/c/example-kvm-driver.c"), resources);
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
    private static Path compiled(Path source, RunResources resources) throws IOException, NotAttached {
        Path program = resources.file(String.valueOf(source.getFileName()).replaceFirst("\\.c$", ""));
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

    /** A known legacy device, with its first READ: of memory, or of a register that is special to this device. */
    private record LegacyKind(String word, Kind kind, Dialect layout, List<Registers> registers) {
        static List<LegacyKind> all() {
            return List.of(
                    of("qemu-multiprocess", Kind.LEGACY, BYTE_FIELDS, MEMORY.readingFirst(OUT_OF_RANGE, ONES)),
                    of(
                            "qemu-virtio-mmio",
                            Kind.LEGACY,
                            BYTE_FIELDS,
                            MEMORY.readingFirst(MAGIC, VIRT),
                            MEMORY.readingFirst(OUT_OF_RANGE, ONES)),
                    of("kvm-unit-tests", Kind.LEGACY, BYTE_FIELDS, MEMORY),
                    // the second is not filled: its answer is the command's own data
                    of(
                            "vmsh",
                            Kind.LEGACY_THAT_CLOSES,
                            INFO_WORD,
                            MEMORY.readingFirst(MAGIC, VIRT),
                            MEMORY.readingFirst(UNFILLED, 0)),
                    of("vmsh-test-ioctls", Kind.LEGACY, INFO_WORD, Registers.allOf(0xFF)));
        }

        private static LegacyKind of(String word, Kind kind, Dialect layout, Registers... registers) {
            return new LegacyKind(word, kind, layout, List.of(registers));
        }

        String name(Registers read) {
            return word + " from " + Request.hex(read.first().offset());
        }

        DeviceSetting setting() {
            return new DeviceSetting(kind, layout, List.of());
        }
    }

    /**
     * Where a device is read and written, and its answers.
     *
     * @param first the first READ, which carries an attached HELLO
     * @param value of that READ
     * @param memory where values are written and read back
     * @param constant its value, if it does not keep written values
     */
    record Registers(Access first, long value, Access memory, OptionalLong constant) {
        private static final int REGION = 1;
        private static final int SIZE_EXPONENT = 2;

        /** Memory at {@code offset}, zero at first, which is also the first READ. */
        static Registers memoryAt(long offset) {
            return new Registers(at(offset), 0, at(offset), OptionalLong.empty());
        }

        /** The same registers, with another first READ. */
        Registers readingFirst(long offset, long valueThere) {
            return new Registers(at(offset), valueThere, memory, constant);
        }

        /** Registers whose value is always {@code value}. */
        static Registers allOf(long value) {
            return new Registers(at(0), value, at(0), OptionalLong.of(value));
        }

        /** The value of {@link #memory} after {@code written} was written to it. */
        long kept(long written) {
            return constant.orElse(written);
        }

        private static Access at(long offset) {
            return new Access(REGION, offset, SIZE_EXPONENT);
        }
    }
}
