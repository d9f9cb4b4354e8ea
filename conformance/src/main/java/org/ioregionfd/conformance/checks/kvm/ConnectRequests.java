// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.kvm;

import org.ioregionfd.conformance.peer.Request;
import org.ioregionfd.conformance.rules.Forge.Choice;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.Options;
import org.ioregionfd.conformance.rules.Registry;
import org.ioregionfd.conformance.rules.Setup;
import org.ioregionfd.conformance.rules.Setup.Hello;

/** What a user of K says, as a request. */
final class ConnectRequests {
    private static final Registry KNOWN = Registry.known();

    private ConnectRequests() {}

    /** A {@code connect} with these options and no others, but for a deadline that no check reaches. */
    static Request of(Options options) {
        Request connect = withWord(KvmSession.connect(), "policy", options.policy());
        connect = withWord(connect, "hello", options.hello());
        connect = withWord(connect, "layout", options.layout());
        if (options.versions() >= 0) {
            connect = connect.with("versions", KNOWN.versionsIn(options.versions()));
        }
        if (options.features() >= 0) {
            connect = connect.with("features", KNOWN.featureNames(options.features()));
        }
        if (options.required() >= 0) {
            connect = connect.with("require_features", KNOWN.featureNames(options.required()));
        }
        if (options.window() >= 0) {
            connect = connect.with("max_inflight", options.window());
        }
        if (options.nonce() >= 0) {
            connect = connect.with("nonce", options.nonce());
        }
        return options.pin().version() >= 0 ? connect.with("pin", PinChecks.hex(record(options.pin()))) : connect;
    }

    /** A connect of this configuration. */
    static Request of(Setup setup) {
        Request connect = KvmSession.connect()
                .with("layout", setup.isByteFields() ? "byte-fields" : "info-word")
                .with("max_inflight", setup.maxInflight());
        if (setup.pinned() > 0) {
            return connect.with(
                    "pin",
                    PinChecks.hex(PinChecks.record(
                            new Choice(setup.pinned(), setup.pinnedFeatures(), setup.pinnedWindow()))));
        }
        return connect.with("policy", setup.hello() == Hello.REQUIRE ? "require" : "prefer")
                .with("hello", setup.hello() == Hello.PREFER_ATTACHED ? "attached" : "detached")
                .with("versions", KNOWN.versionsIn(setup.versions()))
                .with("features", KNOWN.featureNames(setup.features()))
                .with("require_features", KNOWN.featureNames(setup.required()));
    }

    private static Request withWord(Request connect, String member, String word) {
        return word.isEmpty() ? connect : connect.with(member, word);
    }

    private static Frame record(Options.Pin pin) {
        Choice agreed = new Choice(pin.version(), pin.features(), pin.window());
        return PinChecks.checked(PinChecks.record(agreed).with("layout", pin.layout()));
    }
}
