// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.cli;

import java.util.Arrays;
import java.util.Locale;
import org.ioregionfd.device.DevicePolicy;
import org.ioregionfd.device.Grease;
import org.ioregionfd.device.Policy;
import org.ioregionfd.wire.Feature;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.Layout;
import org.ioregionfd.wire.ProtocolVersion;
import org.ioregionfd.wire.VersionSet;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;

/** The options that make up a {@link DevicePolicy}. */
final class PolicyOptions {
    private static final String POLICY = "--policy";
    private static final String VERSIONS = "--versions";
    private static final String FEATURES = "--features";
    private static final String REQUIRED_FEATURES = "--require-features";
    private static final String MAX_INFLIGHT = "--max-inflight";
    private static final String LAYOUT = "--layout";
    private static final String GREASE_SEED = "--grease-seed";

    private PolicyOptions() {}

    static void addTo(CommandSpec spec) {
        spec.addOption(option(POLICY, "off|allow|require", Policy.class, PolicyOptions::policy)
                .description(
                        "off: serve every KVM side as a legacy device does; allow: serve legacy and aware ones; require: serve"
                                + " aware ones only (default: allow)")
                .build());
        spec.addOption(option(VERSIONS, "LIST", VersionSet.class, PolicyOptions::versions)
                .description("versions to offer (default: 1,2)")
                .build());
        spec.addOption(option(FEATURES, "NAMES|all|none", FeatureSet.class, PolicyOptions::features)
                .description("features to offer (default: all): " + names())
                .build());
        spec.addOption(option(REQUIRED_FEATURES, "NAMES|all|none", FeatureSet.class, PolicyOptions::features)
                .description("features without which no SELECT is accepted (default: none)")
                .build());
        spec.addOption(option(MAX_INFLIGHT, "N", Integer.class, PolicyOptions::integer)
                .description("largest window to grant, 1..65535 (default: 64)")
                .build());
        spec.addOption(option(LAYOUT, "info-word|byte-fields", Layout.class, PolicyOptions::layout)
                .description("layout of unmarked commands (default: info-word)")
                .build());
        spec.addOption(option(GREASE_SEED, "N|off", Grease.class, PolicyOptions::grease)
                .description("which grease bits to set in an OFFER (default: those of this build)")
                .build());
    }

    static DevicePolicy policy(ParseResult parsed) {
        DevicePolicy defaults = DevicePolicy.DEFAULT;
        try {
            return new DevicePolicy(
                    parsed.matchedOptionValue(POLICY, defaults.policy()),
                    parsed.matchedOptionValue(VERSIONS, defaults.versions()),
                    parsed.matchedOptionValue(FEATURES, defaults.features()),
                    parsed.matchedOptionValue(REQUIRED_FEATURES, defaults.requiredFeatures()),
                    parsed.matchedOptionValue(MAX_INFLIGHT, defaults.maxInflight()),
                    parsed.matchedOptionValue(LAYOUT, defaults.layout()),
                    parsed.matchedOptionValue(GREASE_SEED, defaults.grease()));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(parsed.commandSpec().commandLine(), e.getMessage(), e);
        }
    }

    static <T> OptionSpec.Builder option(String name, String label, Class<T> type, ITypeConverter<T> converter) {
        return OptionSpec.builder(name).paramLabel(label).type(type).converters(converter);
    }

    /** A number in decimal. */
    static int integer(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new TypeConversionException("'" + text + "' is no number");
        }
    }

    private static Policy policy(String text) {
        return switch (text) {
            case "off" -> Policy.OFF;
            case "allow" -> Policy.ALLOW;
            case "require" -> Policy.REQUIRE;
            default -> throw new TypeConversionException("'" + text + "' is none of off, allow, require");
        };
    }

    private static VersionSet versions(String text) {
        return VersionSet.of(Arrays.stream(text.split(",", -1))
                .map(part -> ProtocolVersion.of(integer(part))
                        .filter(known -> known != ProtocolVersion.LEGACY)
                        .orElseThrow(() -> new TypeConversionException("'" + part + "' is neither 1 nor 2")))
                .toArray(ProtocolVersion[]::new));
    }

    private static FeatureSet features(String text) {
        return switch (text) {
            case "all" -> FeatureSet.ALL;
            case "none" -> FeatureSet.NONE;
            default ->
                FeatureSet.of(Arrays.stream(text.split(",", -1))
                        .map(part -> Feature.of(part.toUpperCase(Locale.ROOT))
                                .orElseThrow(() -> new TypeConversionException(
                                        "'" + part + "' is none of " + names() + ", all, none")))
                        .toArray(Feature[]::new));
        };
    }

    private static Layout layout(String text) {
        return Layout.of(text)
                .orElseThrow(() -> new TypeConversionException("'" + text + "' is neither info-word nor byte-fields"));
    }

    private static Grease grease(String text) {
        try {
            return text.equals("off") ? Grease.NONE : Grease.of(Long.parseLong(text));
        } catch (NumberFormatException e) {
            throw new TypeConversionException("'" + text + "' is neither a number nor off");
        }
    }

    private static String names() {
        return String.join(
                ", ", Arrays.stream(Feature.values()).map(Feature::name).toList());
    }
}
