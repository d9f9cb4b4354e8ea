// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ioregionfd.kvm.AccessException;
import org.ioregionfd.kvm.ConfigurationException;
import org.ioregionfd.kvm.HelloMode;
import org.ioregionfd.kvm.KvmChannel;
import org.ioregionfd.kvm.KvmCommand;
import org.ioregionfd.kvm.KvmState;
import org.ioregionfd.kvm.Outcome;
import org.ioregionfd.kvm.cli.DriverRequest.UnsupportedException;
import org.jspecify.annotations.Nullable;

/**
 * The test driver of annex A: carries out requests and answers each with one line.
 *
 * <p>Requests begin in the order of their lines, on one thread; answers are written when they are ready.
 */
@SuppressWarnings("FutureReturnValueIgnored") // every stage here ends by writing an answer
final class Driver {
    private final Session session;
    private final ChannelOptions options;
    private final Lines lines;
    private final DriverAnswers answers;
    /** Those that may still run. */
    private final List<Thread> loops = new ArrayList<>();

    private @Nullable KvmChannel channel;

    Driver(Session session, ChannelOptions options, Lines lines, DriverAnswers answers) {
        this.session = session;
        this.options = options;
        this.lines = lines;
        this.answers = answers;
    }

    /** Serves requests until the end of the input, and closes the channel then [DRV-005]. */
    void run() throws IOException {
        for (Lines.Line line = lines.next(); !(line instanceof Lines.Line.End); line = lines.next()) {
            if (line instanceof Lines.Line.Unreadable unreadable) {
                answers.noRequest(unreadable.why(), status());
            } else if (line instanceof Lines.Line.Text text) {
                serve(text.text());
            }
        }
        KvmChannel last = channel;
        if (last != null) {
            session.save(last);
            last.close();
            last.closed().toCompletableFuture().join();
        }
        loops.forEach(Driver::join);
    }

    private void serve(String line) throws IOException {
        Optional<DriverRequest> parsed = DriverRequest.parse(line);
        if (parsed.isEmpty()) {
            // [DRV-001]
            answers.noRequest("a request is a JSON object with an id from 0 to 2^53 - 1", status());
            return;
        }
        DriverRequest request = parsed.get();
        try {
            DriverVocabulary.requireKnown(request);
            // [DRV-007] what its row of the annex says; [DRV-002] each only begins here
            switch (request.op()) {
                case "connect" -> connect(request);
                case "read" -> read(request);
                case "write" -> write(request);
                case "fence" -> fence(request);
                case "close" -> close(request);
                case "run" -> repeat(request);
                default ->
                    throw new IllegalStateException("an op of the vocabulary without a meaning: " + request.op());
            }
        } catch (UnsupportedException e) {
            answers.unsupported(request.id(), String.valueOf(e.getMessage()));
        } catch (ConfigurationException e) {
            if (e.isOfHost()) {
                answers.offOnly(request.id(), String.valueOf(e.getMessage()));
            } else {
                answers.error(request.id(), "usage", String.valueOf(e.getMessage()), status());
            }
        }
    }

    private void connect(DriverRequest request) {
        ConnectRequest connect = ConnectRequest.of(request, options);
        KvmChannel before = channel;
        if (before != null && before.status().state() != KvmState.FAILED) {
            throw new ConfigurationException("a channel is connected; close it first");
        }
        channel = null;
        KvmChannel opened;
        try {
            opened = session.connect(connect.policy(), connect.nonce());
        } catch (ConnectException e) {
            answers.error(request.id(), "no-peer", String.valueOf(e.getMessage()), status());
            return;
        }
        channel = opened;
        opened.negotiated().thenRun(() -> session.tellNegotiation(connect.policy(), opened));
        if (connect.policy().hello() == HelloMode.ATTACHED || !connect.policy().negotiates()) {
            answers.done(request.id(), ChannelJson.of(opened.status()));
            return;
        }
        opened.submitNegotiation().thenAccept(outcome -> answerConnect(request.id(), opened, outcome));
    }

    private void answerConnect(JsonElement id, KvmChannel opened, Outcome outcome) {
        if (outcome instanceof Outcome.Failed failed) {
            // the channel is closed by the time of the answer
            opened.closed().thenRun(() -> answers.negotiationFailed(id, failed, opened.status()));
        } else {
            answers.done(id, ChannelJson.of(opened.status()));
        }
    }

    private void read(DriverRequest request) {
        long region = request.u64("region");
        long offset = request.u64("offset");
        int size = size(request);
        access(request, KvmCommand.read(region, offset, size));
    }

    private void write(DriverRequest request) {
        long region = request.u64("region");
        long offset = request.u64("offset");
        int size = size(request);
        long value = request.u64("value");
        boolean posted = request.flag("posted");
        KvmCommand write = KvmCommand.write(region, offset, size, value);
        access(request, posted ? write.posted() : write);
    }

    private void fence(DriverRequest request) {
        access(request, KvmCommand.fence());
    }

    private void close(DriverRequest request) throws IOException {
        KvmChannel open = channel;
        if (open == null) {
            answers.done(request.id(), ChannelJson.closed());
            return;
        }
        channel = null;
        session.save(open);
        open.close();
        open.closed().thenRun(() -> answers.done(request.id(), ChannelJson.closed()));
    }

    private void repeat(DriverRequest request) {
        RunRequest run = RunRequest.of(request, size(request));
        KvmChannel open = connected(request);
        if (open == null) {
            return;
        }
        AccessLoop loop = new AccessLoop(open, run, request.id(), answers);
        loops.removeIf(thread -> !thread.isAlive());
        Thread thread = new Thread(loop, "run-" + request.id());
        loops.add(thread);
        thread.start();
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The channel; if none is connected, it answers the request. */
    private @Nullable KvmChannel connected(DriverRequest request) {
        if (channel == null) {
            // [DRV-003]
            answers.error(request.id(), "not-sent", "no channel is connected", ChannelJson.closed());
        }
        return channel;
    }

    private void access(DriverRequest request, KvmCommand command) {
        KvmChannel open = connected(request);
        if (open == null) {
            return;
        }
        // [DRV-006] an access ends when the channel is in its next state
        open.submit(command).whenComplete((result, failure) -> {
            if (failure instanceof AccessException ended) {
                answers.accessFailed(request.id(), ended, open.status());
            } else {
                answers.accessed(request.id(), command.op(), result, open.status());
            }
        });
    }

    private static int size(DriverRequest request) {
        return DriverRequest.required("size", request.integer("size", 1, Long.BYTES))
                .intValue();
    }

    private JsonObject status() {
        KvmChannel open = channel;
        return open == null ? ChannelJson.closed() : ChannelJson.of(open.status());
    }
}
