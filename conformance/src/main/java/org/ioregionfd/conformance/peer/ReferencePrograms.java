// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.peer;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The two reference peers as programs, found from where the suite's own jar lies. */
public final class ReferencePrograms {
    /** Peers that live for seconds: start fast rather than run fast. */
    private static final List<String> JVM_FLAGS =
            List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-jar");

    /** Peers that are measured: the JVM may compile as well as it can. */
    private static final List<String> FULL_SPEED = List.of("-XX:+UseSerialGC", "-jar");

    private final Path home;
    private final List<String> jvmFlags;

    /** {@code home} is the directory of the suite's jar. */
    public ReferencePrograms(Path home) {
        this(home, JVM_FLAGS);
    }

    private ReferencePrograms(Path home, List<String> jvmFlags) {
        this.home = home;
        this.jvmFlags = jvmFlags;
    }

    /** The same programs, to be measured. */
    public static ReferencePrograms atFullSpeed(Path home) {
        return new ReferencePrograms(home, FULL_SPEED);
    }

    /** Starts the reference device side with these options of {@code serve}. */
    public PeerCommand device(List<String> options) throws NotAttached {
        return java("ioregionfd-device.jar", "reference-device-side", "serve", options);
    }

    /** Starts the reference KVM side as a driver with these options. */
    public PeerCommand kvm(List<String> options) throws NotAttached {
        return java("ioregionfd-kvm.jar", "reference-kvm-side", "driver", options);
    }

    private PeerCommand java(String jar, String module, String command, List<String> options) throws NotAttached {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(jvmFlags);
        words.add(find(jar, module).toString());
        words.addAll(List.of(command, "--unix", PeerCommand.SOCKET));
        words.addAll(options);
        return new PeerCommand(words);
    }

    private Path find(String jar, String module) throws NotAttached {
        Path beside = home.resolve(jar);
        Path built = home.resolve("../../" + module + "/target").resolve(jar).normalize();
        for (Path candidate : List.of(beside, built)) {
            if (Files.isRegularFile(candidate)) {
                return candidate;
            }
        }
        throw new NotAttached(jar + " is neither beside the suite's jar nor at " + built);
    }
}
