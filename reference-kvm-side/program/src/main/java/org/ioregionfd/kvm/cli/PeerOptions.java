// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.cli;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.ioregionfd.attach.Attachment;
import org.ioregionfd.attach.Waiting;
import org.ioregionfd.kvm.ConfigurationException;
import org.ioregionfd.kvm.KvmTransport;
import org.ioregionfd.kvm.Observation;
import org.ioregionfd.kvm.direct.DirectTransport;
import org.ioregionfd.kvm.netty.NettyTransport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options for the peer's place, the transport, and the output about them; the same for every command. */
final class PeerOptions {
    @Option(
            names = "--unix",
            paramLabel = "PATH|@NAME",
            description = "Connect to the Unix socket at PATH, or to the abstract one NAME.")
    @Nullable
    String unix;

    @Option(
            names = "--fd",
            paramLabel = "N",
            description = "Use the connected socket that was inherited as descriptor N, stream or SEQPACKET.")
    private @Nullable String descriptor;

    @Option(
            names = "--read-fd",
            paramLabel = "N",
            description =
                    "Read from the descriptor N that was inherited, together with --write-fd: each a pipe, a FIFO,"
                            + " or a connected socket, stream or SEQPACKET, in any mix.")
    private @Nullable String readDescriptor;

    @Option(names = "--write-fd", paramLabel = "N", description = "Write to the descriptor N.")
    private @Nullable String writeDescriptor;

    @Option(
            names = "--transport",
            paramLabel = "netty|direct",
            description = "netty: an event loop; direct: this thread itself. Default: netty; direct without epoll, and"
                    + " for two descriptors and --busy-poll, which netty does not have.")
    @Nullable
    String transport;

    @Option(names = "--busy-poll", description = "Wait by polling: less latency, but a whole processor is busy.")
    boolean busyPoll;

    @Option(names = "--trace", paramLabel = "FILE", description = "Write all frames to FILE, a pcapng for Wireshark.")
    @Nullable
    Path trace;

    @Option(
            names = "--verbose",
            description = "Say on standard error what was offered, what was selected, and why not more.")
    boolean verbose;

    @Option(names = "--stats", description = "Print counters on standard error at the end.")
    boolean stats;

    @Option(
            names = "--save-record",
            paramLabel = "FILE",
            description = "Save the agreement to FILE, for --pin; possible only while nothing is under way.")
    @Nullable
    Path record;

    /** The peer's place; there must be exactly one. */
    Attachment attachment() {
        boolean pair = readDescriptor != null || writeDescriptor != null;
        int places = (unix == null ? 0 : 1) + (descriptor == null ? 0 : 1) + (pair ? 1 : 0);
        if (places != 1) {
            throw new ConfigurationException("give one of --unix PATH, --fd N, and --read-fd N with --write-fd N");
        }
        if (unix != null) {
            return ofUnix(unix);
        }
        if (descriptor != null) {
            return new Attachment.Descriptor(number("--fd", descriptor));
        }
        if (readDescriptor == null || writeDescriptor == null) {
            throw new ConfigurationException("--read-fd and --write-fd go together");
        }
        return new Attachment.DescriptorPair(
                number("--read-fd", readDescriptor), number("--write-fd", writeDescriptor));
    }

    /** The transport. */
    KvmTransport newTransport(Observation observation) {
        if (isDirect()) {
            return new DirectTransport(busyPoll ? Waiting.BUSY_POLL : Waiting.BLOCK, observation);
        }
        try {
            return new NettyTransport(observation);
        } catch (IOException e) {
            if (transport != null) {
                throw new ConfigurationException(e.getMessage() + "; use the transport direct");
            }
            System.err.println(KvmMain.NAME + ": " + e.getMessage() + "; so the transport is direct");
            return new DirectTransport(Waiting.BLOCK, observation);
        }
    }

    private boolean isDirect() {
        boolean needed = busyPoll || readDescriptor != null;
        if (transport == null) {
            return needed;
        }
        return switch (transport) {
            case "direct" -> true;
            case "netty" -> {
                if (needed) {
                    throw new ConfigurationException("two descriptors and --busy-poll need --transport direct");
                }
                yield false;
            }
            default -> throw new ConfigurationException("the transport is netty or direct, not " + transport);
        };
    }

    private static int number(String option, String text) {
        long number = Numbers.parse(text).orElse(-1);
        if (number < 0 || number > Integer.MAX_VALUE) {
            throw new ConfigurationException(option + " takes the number of a descriptor, not " + text);
        }
        return (int) number;
    }

    private static Attachment ofUnix(String pathOrName) {
        try {
            return Attachment.ofUnix(pathOrName);
        } catch (InvalidPathException e) {
            throw new ConfigurationException("no path: " + e.getMessage());
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(String.valueOf(e.getMessage()));
        }
    }
}
