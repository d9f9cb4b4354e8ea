// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.measure;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.ioregionfd.conformance.peer.NotAttached;
import org.ioregionfd.conformance.peer.PeerCommand;
import org.ioregionfd.conformance.peer.PeerProcess;
import org.ioregionfd.conformance.peer.RunResources;
import org.ioregionfd.conformance.peer.SocketPath;

/**
 * A process that listens at a path: the suite has started it, or it was there already.
 *
 * @param process its process, if the suite has started it
 */
public record Listener(Path path, Optional<PeerProcess> process) {
    /** A process that already listens. */
    public static Listener at(Path path) throws NotAttached {
        if (!new SocketPath(path).isListening()) {
            throw new NotAttached("no device listens at " + path);
        }
        return new Listener(path, Optional.empty());
    }

    /** Starts {@code command} on {@code cpu} and waits until it listens; it ends with the run. */
    public static Listener started(
            String who, List<String> command, Path path, Optional<Integer> cpu, RunResources resources)
            throws NotAttached {
        PeerProcess process;
        try {
            process = resources.keep(PeerProcess.started(new PeerCommand(Pinning.pinned(command, cpu)), path)
                    .ignoringOutput());
        } catch (IOException e) {
            throw new NotAttached(who + " could not be started: " + e.getMessage());
        }
        new SocketPath(path).awaitListener(who, process);
        return new Listener(path, Optional.of(process));
    }

    /** The memory of the process, in bytes; empty if that is not known. */
    public OptionalLong memory() {
        return process.isPresent()
                ? ProcFile.memory(Path.of("/proc/" + process.get().pid() + "/smaps_rollup"))
                : OptionalLong.empty();
    }

    /** Stops the process, which keeps everything that it has; does nothing if the suite did not start it. */
    public void standStill() throws IOException {
        signal("-STOP");
    }

    /** Lets the process run again. */
    public void goOn() throws IOException {
        signal("-CONT");
    }

    private void signal(String signal) throws IOException {
        if (process.isPresent()) {
            Commands.outputOf(
                    List.of("kill", signal, String.valueOf(process.get().pid())));
        }
    }
}
