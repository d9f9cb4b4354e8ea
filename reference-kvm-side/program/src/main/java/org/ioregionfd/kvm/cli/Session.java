// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.cli;

import java.io.IOException;
import java.net.ConnectException;
import java.util.Optional;
import org.ioregionfd.attach.Attachment;
import org.ioregionfd.kvm.AccessException;
import org.ioregionfd.kvm.ConfigurationException;
import org.ioregionfd.kvm.KvmChannel;
import org.ioregionfd.kvm.KvmPolicy;
import org.ioregionfd.kvm.KvmTransport;
import org.ioregionfd.kvm.Observation;
import org.ioregionfd.kvm.Saving;
import org.ioregionfd.kvm.channel.Channels;
import org.ioregionfd.kvm.channel.KvmCounters;
import org.ioregionfd.output.LastWork;
import org.ioregionfd.trace.PcapngFile;

/** The transport of one run of the program, and the output that the user wants about it. */
final class Session implements AutoCloseable {
    private final PeerOptions options;
    private final Attachment where;
    private final Optional<RecordFile> record;
    private final Optional<PcapngFile> trace;
    private final KvmCounters counters = new KvmCounters();
    private final KvmTransport transport;

    /** Throws ConfigurationException if the options contradict each other, or this host cannot do what they need. */
    Session(PeerOptions options) {
        this.options = options;
        where = options.attachment();
        record = Optional.ofNullable(options.record).map(RecordFile::at);
        trace = openTrace(options);
        trace.ifPresent(file -> LastWork.add("trace", () -> complete(file)));
        transport = options.newTransport(
                trace.map(file -> new Observation(counters, file::channel)).orElseGet(() -> Observation.by(counters)));
    }

    /** Connects, with a nonce of the caller's or a random one. */
    KvmChannel connect(KvmPolicy policy, Optional<Integer> nonce) throws ConnectException {
        try {
            return transport.connect(where, policy, nonce.orElseGet(Channels::newNonce));
        } catch (IOException e) {
            throw (ConnectException) new ConnectException(e.getMessage()).initCause(e);
        }
    }

    /** With --verbose: how the negotiation went. */
    void tellNegotiation(KvmPolicy policy, KvmChannel channel) {
        if (options.verbose) {
            NegotiationWords.of(policy, channel.status()).forEach(System.err::println);
        }
    }

    /** With --save-record: saves the agreement. Also done if there was nothing to save. */
    ExitCode save(KvmChannel channel) throws IOException {
        if (record.isEmpty()) {
            return ExitCode.DONE;
        }
        Saving saving;
        try {
            saving = channel.save();
        } catch (AccessException e) {
            saving = new Saving.Refused("the FENCE: " + e.end().label() + ": " + e.getMessage());
        }
        if (saving instanceof Saving.Saved saved) {
            record.get().write(saved.agreement().hex() + "\n");
            return ExitCode.DONE;
        }
        System.err.println("no record: " + ((Saving.Refused) saving).why());
        return ExitCode.FAILED;
    }

    /** Closes all channels; completes the trace; with --stats prints the counts. */
    @Override
    public void close() throws IOException {
        transport.close();
        if (options.stats) {
            counters.counts().forEach((what, count) -> System.err.println(what + ": " + count));
        }
        if (trace.isPresent()) {
            trace.get().close();
        }
    }

    /** Where a signal ends the program. */
    private static void complete(PcapngFile trace) {
        try {
            trace.close();
        } catch (IOException e) {
            System.err.println(KvmMain.NAME + ": " + e.getMessage());
        }
    }

    private static Optional<PcapngFile> openTrace(PeerOptions options) {
        if (options.trace == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(PcapngFile.create(options.trace));
        } catch (IOException e) {
            throw new ConfigurationException(String.valueOf(e.getMessage()));
        }
    }
}
