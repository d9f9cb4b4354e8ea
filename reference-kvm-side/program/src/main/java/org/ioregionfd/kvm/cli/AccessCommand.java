// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.cli;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.ioregionfd.kvm.AccessException;
import org.ioregionfd.kvm.AccessResult;
import org.ioregionfd.kvm.ChannelStatus;
import org.ioregionfd.kvm.ConfigurationException;
import org.ioregionfd.kvm.KvmChannel;
import org.ioregionfd.kvm.KvmCommand;
import org.ioregionfd.kvm.KvmPolicy;
import org.ioregionfd.kvm.KvmState;
import org.ioregionfd.kvm.Outcome;
import org.ioregionfd.wire.Op;
import org.ioregionfd.wire.ResponseWanted;
import org.ioregionfd.wire.Status;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A command that makes one access on a channel of its own: where, and how it is told what came of it. */
abstract class AccessCommand implements Callable<Integer> {
    @Mixin
    private ChannelOptions channelOptions = new ChannelOptions();

    @Mixin
    private PeerOptions peer = new PeerOptions();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Parameters(index = "0", paramLabel = "REGION", description = "The region's user_data, decimal or 0x.")
    private String region = "";

    @Parameters(index = "1", paramLabel = "OFFSET", description = "In the region, decimal or 0x.")
    private String offset = "";

    @Parameters(index = "2", paramLabel = "SIZE", description = "1 to 8 bytes.")
    private String size = "";

    /** What is to be done. */
    abstract KvmCommand command();

    /** Opens a channel, makes the access, and tells how both ended. */
    @Override
    public final Integer call() throws IOException {
        KvmCommand command = command();
        KvmPolicy policy = channelOptions.builder().build();
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
            return (ended == ExitCode.DONE ? session.save(channel) : ended).number();
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
            System.out.println(ChannelJson.text(toJson(status, result)));
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
            System.out.println(ChannelJson.text(ChannelJson.addError(
                    new JsonObject(), DriverAnswers.errorOf(e), String.valueOf(e.getMessage()), status)));
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

    /** Reads a register. */
    @Command(
            name = "read",
            mixinStandardHelpOptions = true,
            description = "Reads a register: the value goes to standard output, the negotiation to standard error.",
            footer = {"", KvmMain.EXIT_STATUS})
    static final class Read extends AccessCommand {
        @Override
        KvmCommand command() {
            return KvmCommand.read(region(), offset(), size());
        }
    }

    /** Writes a register. */
    @Command(
            name = "write",
            mixinStandardHelpOptions = true,
            description = "Writes a register; the negotiation goes to standard error.",
            footer = {"", KvmMain.EXIT_STATUS})
    static final class Write extends AccessCommand {
        @Option(names = "--posted", description = "Post the WRITE: it is done when it is sent, and errors are lost.")
        private boolean posted;

        @Parameters(index = "3", paramLabel = "VALUE", description = "Decimal or 0x.")
        private String value = "";

        @Override
        KvmCommand command() {
            KvmCommand write = KvmCommand.write(region(), offset(), size(), value(value));
            return posted ? write.posted() : write;
        }
    }

    long region() {
        return number("REGION", region);
    }

    long offset() {
        return number("OFFSET", offset);
    }

    int size() {
        if (!size.matches("[1-8]")) {
            throw new ConfigurationException("SIZE is 1 to 8 bytes, not " + size);
        }
        return Integer.parseInt(size);
    }

    /** A value that fits the size; another one would be written as something else. */
    long value(String text) {
        long value = number("VALUE", text);
        if (size() < Long.BYTES && value >>> (Byte.SIZE * size()) != 0) {
            throw new ConfigurationException("VALUE " + text + " does not fit into " + size + " bytes");
        }
        return value;
    }

    private static long number(String name, String text) {
        return Numbers.parse(text)
                .orElseThrow(() -> new ConfigurationException(
                        name + " is a number of 64 bits, decimal or 0x and hexadecimal, not " + text));
    }
}
