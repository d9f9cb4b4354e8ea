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

    private final Path home;

    /** {@code home} is the directory of the suite's jar. */
    public ReferencePrograms(Path home) {
        this.home = home;
    }

    /** Starts the reference device side; {@code layout} is that of its version 0: info-word or byte-fields. */
    public PeerCommand device(String layout) throws NotAttached {
        return java(
                "ioregionfd-device.jar",
                "reference-device-side",
                List.of("serve", "--unix", PeerCommand.SOCKET, "--layout", layout));
    }

    /** Starts the reference KVM side as a driver. */
    public PeerCommand kvm() throws NotAttached {
        return java("ioregionfd-kvm.jar", "reference-kvm-side", List.of("driver", "--unix", PeerCommand.SOCKET));
    }

    private PeerCommand java(String jar, String module, List<String> arguments) throws NotAttached {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(JVM_FLAGS);
        words.add(find(jar, module).toString());
        words.addAll(arguments);
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
