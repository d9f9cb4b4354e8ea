// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What starts a peer with a fault at a socket: in this JVM, or the process of a program in C or Rust. */
public final class FaultyPeer {
    private FaultyPeer() {}

    static Function<Path, Process> of(Fault fault)
            throws IOException, InterruptedException, ReflectiveOperationException {
        return fault.peer().isInJava()
                ? ReferencePeer.of(fault.peer().role(), Optional.of(FaultyClasses.of(fault)), fault.words())
                : program(FaultyProgram.of(fault), fault.words().toArray(String[]::new));
    }

    /** A program that takes the socket behind {@code --unix}, and other words behind that. */
    public static Function<Path, Process> program(Path program, String... words) {
        return socket -> start(program, socket, words);
    }

    private static Process start(Path program, Path socket, String... words) {
        List<String> command = new ArrayList<>(List.of(program.toString(), "--unix", socket.toString()));
        command.addAll(List.of(words));
        try {
            return new ProcessBuilder(command).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
