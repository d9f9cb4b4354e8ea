// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.cli;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.ioregionfd.kvm.Failure;
import org.ioregionfd.kvm.HelloMode;
import org.ioregionfd.kvm.KvmPolicy;
import org.ioregionfd.kvm.Outcome;
import org.ioregionfd.kvm.netty.KvmChannel;
import org.ioregionfd.kvm.netty.KvmTransport;
import org.ioregionfd.wire.Offer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Negotiates before any access, and shows what the peer offers and what was agreed. */
@Command(
        name = "probe",
        mixinStandardHelpOptions = true,
        description = "Negotiates by a detached HELLO; prints what the peer offers and what was agreed.")
final class ProbeCommand implements Callable<Integer> {
    @Mixin
    private ChannelOptions options = new ChannelOptions();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() throws IOException, NoPeerException {
        KvmPolicy policy = options.builder().hello(HelloMode.DETACHED).build();
        if ("attached".equals(options.hello) || !policy.negotiates()) {
            throw new UsageException("probe negotiates by a detached HELLO");
        }
        try (KvmTransport transport = new KvmTransport();
                KvmChannel channel = options.open(transport, policy, OptionalInt.empty())) {
            Outcome outcome = KvmChannel.await(channel.negotiate());
            Optional<Offer> offer = channel.status().offer();
            if (json) {
                System.out.println(toJson(channel, offer, outcome));
            } else {
                offer.ifPresent(shown -> System.out.println(inWords(shown)));
                stream(outcome).println(outcome.inWords());
            }
            return outcome instanceof Outcome.Failed ? ExitCode.FAILED.number() : ExitCode.DONE.number();
        }
    }

    private static PrintStream stream(Outcome outcome) {
        return outcome instanceof Outcome.Failed ? System.err : System.out;
    }

    private static String inWords(Offer offer) {
        return "offer: versions " + offer.versions() + ", features "
                + (offer.features().isEmpty() ? "none" : offer.features()) + ", window " + offer.maxInflight();
    }

    private static JsonObject toJson(KvmChannel channel, Optional<Offer> offer, Outcome outcome) {
        JsonObject answer = new JsonObject();
        offer.ifPresent(shown -> answer.add("offer", toJson(shown)));
        answer.add("channel", ChannelJson.of(channel.status()));
        answer.addProperty("message", outcome.inWords());
        if (outcome instanceof Outcome.Failed failed) {
            Failure failure = failed.failure();
            answer.addProperty("error", "negotiation");
            ChannelJson.clauseOf(failure).ifPresent(clause -> answer.addProperty("clause", clause));
        }
        return answer;
    }

    /** Bits that nobody knows are shown with the others. */
    private static JsonObject toJson(Offer offer) {
        JsonObject shown = new JsonObject();
        shown.addProperty(
                "versions", Numbers.hex(Integer.toUnsignedLong(offer.versions().bits())));
        shown.addProperty("features", Numbers.hex(offer.features().bits()));
        shown.addProperty("max_inflight", offer.maxInflight());
        return shown;
    }
}
