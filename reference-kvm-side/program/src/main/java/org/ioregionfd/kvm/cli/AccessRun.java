// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.cli;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.Optional;
import org.ioregionfd.kvm.AccessException;
import org.ioregionfd.kvm.AccessResult;
import org.ioregionfd.kvm.ChannelStatus;
import org.ioregionfd.kvm.KvmChannel;
import org.ioregionfd.kvm.KvmCommand;
import org.ioregionfd.kvm.KvmPolicy;
import org.ioregionfd.kvm.KvmState;
import org.ioregionfd.kvm.Outcome;
import org.ioregionfd.wire.Op;
import org.ioregionfd.wire.ResponseWanted;
import org.ioregionfd.wire.Status;

/** One access on a channel of its own, and what is printed of it. */
final class AccessRun {
    private final KvmPolicy policy;
    private final PeerOptions peer;
    private final boolean json;

    AccessRun(AccessOptions access) {
        policy = access.channel.builder().build();
        peer = access.peer;
        json = access.json;
    }

    /** Opens the channel, makes the access, and tells how both ended. */
    ExitCode run(KvmCommand command) throws IOException {
        try (Session session = new Session(peer);
                KvmChannel channel = session.connect(policy, Optional.empty())) {
            ExitCode ended;
            try {
                AccessResult result = carryOut(channel, command);
                // a READ that carried the HELLO is done before the handshake is; a WRITE before it needs none
                if (channel.status().state() != KvmState.IDLE) {
                    channel.negotiate();
                }
                ended = tell(channel.status(), command.op(), result);
            } catch (AccessException e) {
                ended = tell(channel.status(), e);
            }
            session.tellNegotiation(policy, channel);
            return ended == ExitCode.DONE ? session.save(channel) : ended;
        }
    }

    private static AccessResult carryOut(KvmChannel channel, KvmCommand command) throws AccessException {
        if (command.op() == Op.READ) {
            return channel.read(command.region(), command.offset(), command.size());
        }
        if (command.wanted() == ResponseWanted.NO) {
            channel.post(command.region(), command.offset(), command.size(), command.value());
            return new AccessResult(0, Optional.empty());
        }
        return channel.write(command.region(), command.offset(), command.size(), command.value());
    }

    private ExitCode tell(ChannelStatus status, Op op, AccessResult result) {
        if (json) {
            System.out.println(toJson(status, result));
        } else if (op == Op.READ && !result.failed()) {
            System.out.println(Numbers.hex(result.value()));
        }
        System.err.println(negotiation(status));
        if (result.failed()) {
            System.err.println(
                    "the access failed: " + result.status().map(Status::label).orElse(""));
        }
        return result.failed() || hasFailed(status) ? ExitCode.FAILED : ExitCode.DONE;
    }

    private ExitCode tell(ChannelStatus status, AccessException e) {
        if (json) {
            System.out.println(ChannelJson.addError(
                    new JsonObject(), DriverAnswers.errorOf(e), String.valueOf(e.getMessage()), status));
        }
        String access = "the access: " + e.end().label();
        if (hasFailed(status)) {
            System.err.println(negotiation(status) + "; " + access);
        } else {
            System.err.println(negotiation(status));
            System.err.println(access + ": " + e.getMessage());
        }
        return ExitCode.FAILED;
    }

    private static boolean hasFailed(ChannelStatus status) {
        return status.outcome().filter(Outcome.Failed.class::isInstance).isPresent();
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
}
