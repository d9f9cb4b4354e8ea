// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.cli;

import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.ioregionfd.kvm.ConfigurationException;
import org.ioregionfd.kvm.HelloMode;
import org.ioregionfd.kvm.KvmPolicy;
import org.ioregionfd.kvm.Policy;
import org.ioregionfd.kvm.SavedAgreement;
import org.ioregionfd.wire.Feature;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.Layout;
import org.ioregionfd.wire.ProtocolVersion;
import org.ioregionfd.wire.VersionSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say how to negotiate; the same for every command. */
final class ChannelOptions {
    @Option(
            names = "--policy",
            paramLabel = "off|prefer|require",
            description = "off: never negotiate; prefer: accept a legacy peer too; require: fail with a legacy peer."
                    + " Default: prefer; require with a pin of version 1 or 2.")
    private @Nullable String policy;

    @Option(
            names = "--hello",
            paramLabel = "attached|detached",
            description = "What carries the HELLO: the first READ, or a READ of its own before all others."
                    + " Default: attached; detached under require, with a pin, and for probe.")
    @Nullable
    String hello;

    @Option(names = "--versions", paramLabel = "LIST", description = "Versions allowed, with commas. Default: 1,2.")
    private @Nullable String versions;

    @Option(
            names = "--features",
            paramLabel = "NAMES|all|none",
            description = "Features allowed, with commas: POSTED_WRITES, OUT_OF_ORDER, FENCE. Default: all.")
    private @Nullable String features;

    @Option(
            names = "--require-features",
            paramLabel = "NAMES|all|none",
            description = "Features without which the negotiation fails. Default: none.")
    private @Nullable String requireFeatures;

    @Option(
            names = "--max-inflight",
            paramLabel = "N",
            description = "The largest window to ask for, 1..65535. Default: 64.")
    private @Nullable Integer maxInflight;

    @Option(
            names = "--layout",
            paramLabel = "info-word|byte-fields",
            description =
                    "The layout of the HELLO and of version-0 commands. Default: info-word; with a pin, the pin's.")
    private @Nullable String layout;

    @Option(
            names = "--deadline-ms",
            paramLabel = "N",
            description = "How long to wait for an answer, 1..86400000. Default: 1000.")
    @Nullable
    Long deadlineMillis;

    @Option(
            names = "--pin",
            paramLabel = "HEX",
            description = "A record of 64 hexadecimal digits: agree on exactly that, or fail.")
    private @Nullable String pin;

    /** The policy's options as given; throws a ConfigurationException, and so does building it. */
    KvmPolicy.Builder builder() {
        KvmPolicy.Builder builder = KvmPolicy.builder();
        Optional.ofNullable(policy).map(ChannelOptions::policyOf).ifPresent(builder::policy);
        Optional.ofNullable(hello).map(ChannelOptions::helloOf).ifPresent(builder::hello);
        Optional.ofNullable(versions).map(ChannelOptions::versionsOf).ifPresent(builder::versions);
        Optional.ofNullable(features).map(ChannelOptions::featuresOf).ifPresent(builder::features);
        Optional.ofNullable(requireFeatures).map(ChannelOptions::featuresOf).ifPresent(builder::requiredFeatures);
        Optional.ofNullable(maxInflight).ifPresent(builder::maxInflight);
        Optional.ofNullable(layout).map(ChannelOptions::layoutOf).ifPresent(builder::layout);
        Optional.ofNullable(deadlineMillis).map(ChannelOptions::deadlineNanos).ifPresent(builder::deadlineNanos);
        Optional.ofNullable(pin).map(SavedAgreement::ofHex).ifPresent(builder::pin);
        return builder;
    }

    static Policy policyOf(String label) {
        return labelled(label, Policy.values(), Policy::label, "the policy is off, prefer or require, not ");
    }

    static HelloMode helloOf(String label) {
        return labelled(label, HelloMode.values(), HelloMode::label, "the HELLO is attached or detached, not ");
    }

    private static <T> T labelled(String label, T[] values, Function<T, String> labelOf, String refusal) {
        return Arrays.stream(values)
                .filter(value -> labelOf.apply(value).equals(label))
                .findFirst()
                .orElseThrow(() -> new ConfigurationException(refusal + label));
    }

    static Layout layoutOf(String label) {
        return Layout.of(label)
                .orElseThrow(() -> new ConfigurationException("the layout is info-word or byte-fields, not " + label));
    }

    static long deadlineNanos(long millis) {
        if (millis < 1 || millis > TimeUnit.NANOSECONDS.toMillis(KvmPolicy.DEADLINE_NANOS_MAX)) {
            throw new ConfigurationException("the deadline is 1 ms to a day, not " + millis + " ms");
        }
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private static VersionSet versionsOf(String list) {
        return VersionSet.of(Arrays.stream(list.split(",", -1))
                .map(number -> switch (number.trim()) {
                    case "1" -> ProtocolVersion.EXACT;
                    case "2" -> ProtocolVersion.TAGGED;
                    default -> throw new ConfigurationException("the versions are 1 and 2, not " + number.trim());
                })
                .toArray(ProtocolVersion[]::new));
    }

    private static FeatureSet featuresOf(String names) {
        return switch (names) {
            case "all" -> FeatureSet.ALL;
            case "none" -> FeatureSet.NONE;
            default ->
                FeatureSet.of(Arrays.stream(names.split("[, ]", -1))
                        .map(name -> Feature.of(name)
                                .orElseThrow(() -> new ConfigurationException(
                                        "no feature has the name " + name + "; there are " + FeatureSet.ALL)))
                        .toArray(Feature[]::new));
        };
    }
}
