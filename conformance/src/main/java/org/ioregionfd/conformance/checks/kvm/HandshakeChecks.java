// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.kvm;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.ioregionfd.conformance.checks.Checks;
import org.ioregionfd.conformance.checks.arbitraries.Offers;
import org.ioregionfd.conformance.checks.arbitraries.Setups;
import org.ioregionfd.conformance.checks.arbitraries.Word;
import org.ioregionfd.conformance.peer.KvmPeer;
import org.ioregionfd.conformance.peer.KvmPeer.Ticket;
import org.ioregionfd.conformance.peer.Request;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Forge.Choice;
import org.ioregionfd.conformance.rules.Forge.Terms;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.OfferOracle;
import org.ioregionfd.conformance.rules.Registry;
import org.ioregionfd.conformance.rules.Setup;
import org.ioregionfd.conformance.rules.Setup.Hello;
import org.ioregionfd.conformance.run.Check.Clause;

/** Whole handshakes of a K with any configuration and any OFFER; each answer is worked out beforehand. */
@Checks
public class HandshakeChecks {
    @Property
    @Clause({
        "SEL-001", "SEL-002", "SEL-003", "SEL-004", "SEL-006", "HEL-004", "OFR-011", "OFR-012", "DIG-001", "REC-001",
        "REC-002", "KST-007", "KST-010", "ABT-002", "POL-002", "GRS-002", "MRK-002"
    })
    void makesOfAnyOfferWhatTheDocumentSays(
            KvmPeer kvm,
            @ForAll(supplier = Setups.class) Setup setup,
            @ForAll(supplier = Offers.class) Terms terms,
            @ForAll long value,
            @ForAll(supplier = Word.Of32Bits.class) long reserved) {
        KvmSession talk = setup.hello() == Hello.PREFER_ATTACHED
                ? KvmSession.attached(kvm, connect(setup), KvmSession.MEMORY)
                : KvmSession.detached(kvm, connect(setup));
        // [OFR-011] the reserved bytes, which no device sets, count in the digest and nowhere else
        Frame offer = talk.offer(terms).with("value", value).with("reserved", reserved);
        OfferOracle.Verdict verdict = OfferOracle.of(setup, terms);
        if (verdict.choice().isEmpty()) {
            talk.wire().send(offer);
            talk.carried().ifPresent(read -> kvm.expectValue(read, KvmSession.MEMORY.cut(value)));
            talk.expectAbort(verdict.reason(), verdict.detail());
            return;
        }
        opens(talk, setup, offer, verdict.choice().get());
    }

    private static void opens(KvmSession talk, Setup setup, Frame offer, Choice choice) {
        KvmPeer kvm = talk.kvm();
        talk.wire().send(offer);
        talk.carried().ifPresent(read -> kvm.expectValue(read, KvmSession.MEMORY.cut(offer.get("value"))));
        // A K may keep its SELECT for the next use of the channel.
        Ticket next = kvm.ask(Request.read(KvmSession.MEMORY));
        Frame select = talk.wire().expect("SELECT");
        talk.wire().require("digest", Forge.sealed(talk.hello(), offer, select).get("digest"), select.get("digest"));
        talk.requireChoice(choice, select);
        talk.wire().send(Forge.accept(talk.hello(), offer, select));
        if (talk.carried().isEmpty()) {
            KvmSession.expectOpen(
                    kvm.expectDone(talk.channel().connect()),
                    choice.version(),
                    names(choice.features()),
                    choice.maxInflight());
        }
        Dialect dialect = choice.version() == 2
                ? Dialect.TAGGED
                : choice.version() == 1 || !setup.isByteFields() ? Dialect.INFO_WORD : Dialect.BYTE_FIELDS;
        Frame command = talk.wire().expect(dialect.command());
        talk.wire().send(dialect.response(command, 0x77));
        KvmSession.expectOpen(
                kvm.expectValue(next, 0x77), choice.version(), names(choice.features()), choice.maxInflight());
    }

    /** A connect of this configuration. */
    static Request connect(Setup setup) {
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
                .with("versions", Registry.known().versionsIn(setup.versions()))
                .with("features", names(setup.features()))
                .with("require_features", names(setup.required()));
    }

    private static List<String> names(long features) {
        return Registry.known().featureNames(features);
    }
}
