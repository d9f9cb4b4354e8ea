// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.cli;

import java.util.List;
import java.util.Optional;
import org.ioregionfd.kvm.KvmPolicy;
import org.ioregionfd.kvm.SavedAgreement;
import org.ioregionfd.kvm.cli.DriverRequest.UnsupportedException;
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
    private static final long U32_MAX = 0xFFFF_FFFFL;

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
        request.integer("deadline_ms", 1, U32_MAX)
                .map(ChannelOptions::deadlineNanos)
                .ifPresent(builder::deadlineNanos);
        request.string("pin").map(SavedAgreement::ofHex).ifPresent(builder::pin);
        Optional<Integer> nonce = request.integer("nonce", 0, Hello.NONCE_MAX).map(Long::intValue);
        request.requireNothingElse();
        return new ConnectRequest(builder.build(), nonce);
    }

    private static VersionSet versions(List<Long> numbers) {
        return VersionSet.of(numbers.stream()
                .map(number -> ProtocolVersion.of(number.intValue())
                        .orElseThrow(() -> new UnsupportedException("version " + number + " is not implemented here")))
                .toArray(ProtocolVersion[]::new));
    }

    private static FeatureSet features(List<String> names) {
        return FeatureSet.of(names.stream()
                .map(name -> Feature.of(name)
                        .orElseThrow(() -> new UnsupportedException("feature " + name + " is not implemented here")))
                .toArray(Feature[]::new));
    }
}
