// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.cli;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.ioregionfd.kvm.ConfigurationException;
import org.ioregionfd.kvm.Failure;
import org.ioregionfd.kvm.HelloMode;
import org.ioregionfd.kvm.KvmChannel;
import org.ioregionfd.kvm.KvmPolicy;
import org.ioregionfd.kvm.Outcome;
import org.ioregionfd.wire.Offer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Negotiates before any access, and shows what the peer offers and what was agreed. */
@Command(
        name = "probe",
        mixinStandardHelpOptions = true,
        description = "Negotiates by a detached HELLO; prints what the peer offers and what was agreed.",
        footer = {"", KvmMain.EXIT_STATUS})
final class ProbeCommand implements Callable<Integer> {
    @Mixin
    private ChannelOptions options = new ChannelOptions();

    @Mixin
    private PeerOptions peer = new PeerOptions();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        KvmPolicy policy = options.builder().hello(HelloMode.DETACHED).build();
        if ("attached".equals(options.hello) || !policy.negotiates()) {
            throw new ConfigurationException("probe negotiates by a detached HELLO");
        }
        try (Session session = new Session(peer);
                KvmChannel channel = session.connect(policy, Optional.empty())) {
            Outcome outcome = channel.negotiate();
            print(channel, outcome);
            session.tellNegotiation(policy, channel);
            return (outcome instanceof Outcome.Failed ? ExitCode.FAILED : session.save(channel)).number();
        }
    }

    private void print(KvmChannel channel, Outcome outcome) {
        Optional<Offer> offer = channel.status().offer();
        if (json) {
            System.out.println(ChannelJson.text(toJson(channel, offer, outcome)));
            return;
        }
        offer.ifPresent(shown -> System.out.print(ProbeTable.of(shown, outcome)));
        (outcome instanceof Outcome.Failed ? System.err : System.out).println(outcome.inWords());
    }

    private static JsonObject toJson(KvmChannel channel, Optional<Offer> offer, Outcome outcome) {
        JsonObject answer = new JsonObject();
        offer.ifPresent(shown -> answer.add("offer", ProbeTable.toJson(shown)));
        answer.add("channel", ChannelJson.of(channel.status()));
        answer.addProperty("message", outcome.inWords());
        if (outcome instanceof Outcome.Failed failed) {
            Failure failure = failed.failure();
            answer.addProperty("error", "negotiation");
            ChannelJson.clauseOf(failure).ifPresent(clause -> answer.addProperty("clause", clause));
        }
        return answer;
    }
}
