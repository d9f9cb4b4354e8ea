// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.cli;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.ioregionfd.kvm.KvmPolicy;
import org.ioregionfd.kvm.KvmState;
import org.ioregionfd.kvm.Outcome;
import org.ioregionfd.kvm.netty.AccessException;
import org.ioregionfd.kvm.netty.AccessResult;
import org.ioregionfd.kvm.netty.ChannelStatus;
import org.ioregionfd.kvm.netty.KvmChannel;
import org.ioregionfd.kvm.netty.KvmTransport;
import org.ioregionfd.wire.Status;

/** One access on a channel of its own, and what is printed of it. */
final class AccessRun {
    /** What of an access goes to standard output. */
    enum Printed {
        VALUE,
        NOTHING,
        JSON
    }

    private final ChannelOptions options;
    private final Printed printed;

    AccessRun(ChannelOptions options, Printed printed) {
        this.options = options;
        this.printed = printed;
    }

    /** Opens the channel, begins the access, and tells how both ended. */
    ExitCode run(Function<KvmChannel, CompletionStage<AccessResult>> access) throws IOException, NoPeerException {
        KvmPolicy policy = options.builder().build();
        try (KvmTransport transport = new KvmTransport();
                KvmChannel channel = options.open(transport, policy, OptionalInt.empty())) {
            try {
                AccessResult result = KvmChannel.await(access.apply(channel));
                return tell(channel, result);
            } catch (AccessException e) {
                return tell(channel.status(), e);
            }
        }
    }

    private ExitCode tell(KvmChannel channel, AccessResult result) throws IOException {
        // a READ that carried the HELLO is done before the handshake is; a WRITE before it needs none
        if (channel.status().state() != KvmState.IDLE) {
            KvmChannel.await(channel.negotiated());
        }
        ChannelStatus status = channel.status();
        switch (printed) {
            case VALUE -> {
                if (!result.failed()) {
                    System.out.println(Numbers.hex(result.value()));
                }
            }
            case NOTHING -> {}
            case JSON -> System.out.println(toJson(status, result));
        }
        System.err.println(negotiation(status));
        boolean negotiationFailed =
                status.outcome().filter(Outcome.Failed.class::isInstance).isPresent();
        if (result.failed()) {
            System.err.println(
                    "the access failed: " + result.status().map(Status::label).orElse(""));
        }
        return result.failed() || negotiationFailed ? ExitCode.FAILED : ExitCode.DONE;
    }

    private ExitCode tell(ChannelStatus status, AccessException e) {
        if (printed == Printed.JSON) {
            System.out.println(toJson(status, e));
        }
        boolean negotiationFailed =
                status.outcome().filter(Outcome.Failed.class::isInstance).isPresent();
        System.err.println(negotiation(status)
                + (negotiationFailed ? "; the access: " + e.certainty().label() : ""));
        if (!negotiationFailed) {
            System.err.println("the access: " + e.certainty().label() + ": " + e.getMessage());
        }
        return ExitCode.FAILED;
    }

    private static String negotiation(ChannelStatus status) {
        Optional<Outcome> outcome = status.outcome();
        if (outcome.isEmpty()) {
            return "not negotiated, version 0 " + status.terms().layout().label();
        }
        String words = outcome.get().inWords();
        return outcome.get() instanceof Outcome.Failed ? "negotiation failed: " + words : words;
    }

    private static JsonObject toJson(ChannelStatus status, AccessResult result) {
        JsonObject answer = new JsonObject();
        answer.addProperty("value", Numbers.hex(result.value()));
        result.status().ifPresent(access -> answer.addProperty("access", access.label()));
        answer.addProperty("message", negotiation(status));
        answer.add("channel", ChannelJson.of(status));
        return answer;
    }

    private static JsonObject toJson(ChannelStatus status, AccessException e) {
        JsonObject answer = new JsonObject();
        answer.addProperty("error", DriverAnswers.errorOf(e));
        answer.addProperty("message", e.getMessage());
        status.failure().flatMap(ChannelJson::clauseOf).ifPresent(clause -> answer.addProperty("clause", clause));
        answer.add("channel", ChannelJson.of(status));
        return answer;
    }
}
