// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.faults;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The reference peers in this JVM: a faulty one in a class loader of its own, which has the right classes too. */
public final class ReferencePeer {
    private static final Map<String, String> PROGRAMS = Map.of(
            "device", "org.ioregionfd.device.cli.DeviceProgram",
            "kvm", "org.ioregionfd.kvm.cli.DriverProgram");

    private ReferencePeer() {}

    /**
     * What starts the peer at a socket.
     *
     * @param role device or kvm
     * @param faulty the folder of the faulty classes
     * @param words options of the program
     */
    @SuppressWarnings("unchecked")
    public static Function<Path, Process> of(String role, Optional<Path> faulty, List<String> words)
            throws ReflectiveOperationException {
        String program = Optional.ofNullable(PROGRAMS.get(role)).orElseThrow();
        ClassLoader loader =
                faulty.isPresent() ? ChildFirst.ofPeers(faulty.get()) : ReferencePeer.class.getClassLoader();
        return Class.forName(program, true, loader)
                .asSubclass(Function.class)
                .getConstructor(List.class)
                .newInstance(words);
    }
}
