// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.cli;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.ioregionfd.kvm.KvmPolicy;
import org.ioregionfd.kvm.SavedAgreement;
import org.ioregionfd.kvm.cli.RequestException.Answered;
import org.ioregionfd.wire.Feature;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.Hello;
import org.ioregionfd.wire.ProtocolVersion;
import org.ioregionfd.wire.VersionSet;

/**
 * What a driver's connect request asks for.
 *
 * @param policy its members, and the command line's options for those that it leaves unsaid
 * @param nonce 0..255, where the request says one
 */
record ConnectRequest(KvmPolicy policy, OptionalInt nonce) {
    private static final long U16_MAX = 0xFFFFL;
    private static final long U32_MAX = 0xFFFF_FFFFL;

    /** Throws a ConfigurationException or UsageException where the request contradicts itself. */
    static ConnectRequest of(DriverRequest request, ChannelOptions options) throws RequestException {
        KvmPolicy.Builder builder = options.builder();
        request.string("policy").map(ChannelOptions::policyOf).ifPresent(builder::policy);
        request.string("hello").map(ChannelOptions::helloOf).ifPresent(builder::hello);
        request.string("layout").map(ChannelOptions::layoutOf).ifPresent(builder::layout);
        versions(request).ifPresent(builder::versions);
        features(request, "features").ifPresent(builder::features);
        features(request, "require_features").ifPresent(builder::requiredFeatures);
        OptionalLong window = request.integer("max_inflight", 1, U16_MAX);
        if (window.isPresent()) {
            builder.maxInflight((int) window.getAsLong());
        }
        OptionalLong deadlineMillis = request.integer("deadline_ms", 1, U32_MAX);
        if (deadlineMillis.isPresent()) {
            builder.deadlineNanos(ChannelOptions.deadlineNanos(deadlineMillis.getAsLong()));
        }
        request.string("pin").ifPresent(hex -> builder.pin(SavedAgreement.ofHex(hex)));
        OptionalLong nonce = request.integer("nonce", 0, Hello.NONCE_MAX);
        request.requireNothingElse();
        return new ConnectRequest(
                builder.build(), nonce.isPresent() ? OptionalInt.of((int) nonce.getAsLong()) : OptionalInt.empty());
    }

    private static Optional<VersionSet> versions(DriverRequest request) throws RequestException {
        Optional<List<Long>> numbers = request.integers("versions", 1, VersionSet.NUMBER_MAX);
        if (numbers.isEmpty()) {
            return Optional.empty();
        }
        VersionSet set = VersionSet.NONE;
        for (long number : numbers.get()) {
            ProtocolVersion version = ProtocolVersion.of((int) number)
                    .orElseThrow(() -> unsupported("version " + number + " is not implemented here"));
            set = set.or(VersionSet.of(version));
        }
        return Optional.of(set);
    }

    private static Optional<FeatureSet> features(DriverRequest request, String member) throws RequestException {
        Optional<List<String>> names = request.strings(member);
        if (names.isEmpty()) {
            return Optional.empty();
        }
        FeatureSet set = FeatureSet.NONE;
        for (String name : names.get()) {
            Feature feature =
                    Feature.of(name).orElseThrow(() -> unsupported("feature " + name + " is not implemented here"));
            set = set.or(FeatureSet.of(feature));
        }
        return Optional.of(set);
    }

    private static RequestException unsupported(String message) {
        return new RequestException(Answered.UNSUPPORTED, message);
    }
}
