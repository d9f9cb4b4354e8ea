// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.peer;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ioregionfd.conformance.UsageError;

/** The two reference peers as programs, which the suite's jar has in it. */
public final class ReferencePrograms {
    /** Peers that live for seconds: start fast rather than run fast. */
    private static final List<String> JVM_FLAGS =
            List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-jar");

    /** Peers that are measured: the JVM may compile as well as it can. */
    private static final List<String> FULL_SPEED = List.of("-XX:+UseSerialGC", "-jar");

    private final RunResources resources;
    private final List<String> jvmFlags;

    /** The programs, unpacked for as long as {@code resources} live. */
    public ReferencePrograms(RunResources resources) {
        this(resources, JVM_FLAGS);
    }

    private ReferencePrograms(RunResources resources, List<String> jvmFlags) {
        this.resources = resources;
        this.jvmFlags = jvmFlags;
    }

    /** The same programs, to be measured. */
    public static ReferencePrograms atFullSpeed(RunResources resources) {
        return new ReferencePrograms(resources, FULL_SPEED);
    }

    /** Starts the reference device side with these options of {@code serve}. */
    public PeerCommand device(List<String> options) {
        return java("ioregionfd-device.jar", "serve", options);
    }

    /** Starts the reference KVM side as a driver with these options. */
    public PeerCommand kvm(List<String> options) {
        return java("ioregionfd-kvm.jar", "driver", options);
    }

    private PeerCommand java(String jar, String command, List<String> options) {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(jvmFlags);
        words.add(unpacked(jar).toString());
        words.addAll(List.of(command, "--unix", PeerCommand.SOCKET));
        words.addAll(options);
        return new PeerCommand(words);
    }

    private Path unpacked(String jar) {
        Path program = resources.file(jar);
        try (InputStream in = ReferencePrograms.class.getResourceAsStream("/programs/" + jar)) {
            if (in == null) {
                throw new UsageError("the reference peers are not in this copy of the suite; they are in the jar that"
                        + " conformance/run builds, and in that of a release");
            }
            if (!Files.exists(program)) {
                Files.copy(in, program);
            }
            return program;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
