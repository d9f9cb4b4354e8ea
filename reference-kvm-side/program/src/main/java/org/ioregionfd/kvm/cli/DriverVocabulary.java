// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ioregionfd.kvm.cli.DriverRequest.UnsupportedException;
import org.ioregionfd.wire.Feature;
import org.ioregionfd.wire.ProtocolVersion;
import org.ioregionfd.wire.VersionSet;

/** The words of annex A that this driver knows. */
final class DriverVocabulary {
    private static final Map<String, Set<String>> MEMBERS = Map.of(
            "connect",
            Set.of(
                    "policy",
                    "hello",
                    "layout",
                    "versions",
                    "features",
                    "require_features",
                    "max_inflight",
                    "deadline_ms",
                    "pin",
                    "nonce"),
            "read",
            Set.of("region", "offset", "size"),
            "write",
            Set.of("region", "offset", "size", "value", "posted"),
            "fence",
            Set.of(),
            "close",
            Set.of(),
            "run",
            Set.of("access", "region", "offset", "size", "value", "count", "depth", "millis"));

    private DriverVocabulary() {}

    /** [DRV-004] Refuses what is not known here, before anything else of the request is looked at. */
    static void requireKnown(DriverRequest request) {
        Set<String> known = Optional.ofNullable(MEMBERS.get(request.op()))
                .orElseThrow(() -> new UnsupportedException("unknown op " + request.op()));
        for (String name : request.names()) {
            if (!known.contains(name)) {
                throw new UnsupportedException("unknown member " + name);
            }
        }
        request.elements("features").forEach(DriverVocabulary::requireFeature);
        request.elements("require_features").forEach(DriverVocabulary::requireFeature);
        request.elements("versions").forEach(DriverVocabulary::requireVersion);
    }

    private static void requireFeature(JsonElement element) {
        if (element instanceof JsonPrimitive name
                && name.isString()
                && Feature.of(name.getAsString()).isEmpty()) {
            throw new UnsupportedException("feature " + name.getAsString() + " is not implemented here");
        }
    }

    private static void requireVersion(JsonElement element) {
        Optional<Long> number =
                DriverRequest.whole(element).filter(version -> version >= 1 && version <= VersionSet.NUMBER_MAX);
        if (number.isPresent() && ProtocolVersion.of(number.get().intValue()).isEmpty()) {
            throw new UnsupportedException("version " + number.get() + " is not implemented here");
        }
    }
}
