// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.cli;

import java.util.List;
import java.util.Optional;
import org.ioregionfd.kvm.KvmPolicy;
import org.ioregionfd.kvm.SavedAgreement;
import org.ioregionfd.wire.Feature;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.Hello;
import org.ioregionfd.wire.ProtocolVersion;
import org.ioregionfd.wire.VersionSet;

/**
 * A driver's connect request.
 *
 * @param policy its members, with the command line's options as defaults
 * @param nonce 0..255, if the request has one
 */
record ConnectRequest(KvmPolicy policy, Optional<Integer> nonce) {
    private static final long U16_MAX = 0xFFFFL;
    private static final long DAY_MILLIS = 86_400_000;

    /** Throws a ConfigurationException if the request contradicts itself. */
    static ConnectRequest of(DriverRequest request, ChannelOptions options) {
        KvmPolicy.Builder builder = options.builder();
        request.string("policy").map(ChannelOptions::policyOf).ifPresent(builder::policy);
        request.string("hello").map(ChannelOptions::helloOf).ifPresent(builder::hello);
        request.string("layout").map(ChannelOptions::layoutOf).ifPresent(builder::layout);
        request.integers("versions", 1, VersionSet.NUMBER_MAX)
                .map(ConnectRequest::versions)
                .ifPresent(builder::versions);
        request.strings("features").map(ConnectRequest::features).ifPresent(builder::features);
        request.strings("require_features").map(ConnectRequest::features).ifPresent(builder::requiredFeatures);
        request.integer("max_inflight", 1, U16_MAX).map(Long::intValue).ifPresent(builder::maxInflight);
        request.integer("deadline_ms", 1, DAY_MILLIS)
                .map(ChannelOptions::deadlineNanos)
                .ifPresent(builder::deadlineNanos);
        request.string("pin").map(SavedAgreement::ofHex).ifPresent(builder::pin);
        Optional<Integer> nonce = request.integer("nonce", 0, Hello.NONCE_MAX).map(Long::intValue);
        return new ConnectRequest(builder.build(), nonce);
    }

    // What is not known here was refused before [DRV-004].
    private static VersionSet versions(List<Long> numbers) {
        return VersionSet.of(numbers.stream()
                .map(number -> ProtocolVersion.of(number.intValue()).orElseThrow())
                .toArray(ProtocolVersion[]::new));
    }

    private static FeatureSet features(List<String> names) {
        return FeatureSet.of(
                names.stream().map(name -> Feature.of(name).orElseThrow()).toArray(Feature[]::new));
    }
}
