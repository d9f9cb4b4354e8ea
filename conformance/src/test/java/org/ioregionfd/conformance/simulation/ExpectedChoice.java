// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.simulation;

import java.util.Optional;
import org.ioregionfd.kvm.KvmPolicy;
import org.ioregionfd.kvm.Policy;
import org.ioregionfd.wire.Agreement;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.ProtocolVersion;

/**
 * What K has to make of an OFFER [SEL-001 to SEL-006, REC-001, REC-002].
 *
 * @param terms of the SELECT, or empty for an ABORT
 * @param reason of the ABORT
 * @param detail of the ABORT
 */
record ExpectedChoice(Optional<Agreement> terms, int reason, long detail) {
    static ExpectedChoice of(KvmPolicy policy, byte[] offer) {
        int window = Octets.u16(offer, 14);
        long features = Octets.u64(offer, 16);
        int versions = Octets.u32(offer, 24);
        if (window == 0) {
            return abort(6, 0);
        }
        if (policy.pin().isPresent()) {
            return pinned(policy.pin().get(), offer);
        }
        // [SEL-001] version 0 under PREFER only
        int allowed = policy.versions().bits() | (policy.policy() == Policy.PREFER ? 1 : 0);
        int common = versions & allowed & 7;
        if (common == 0) {
            return abort(1, Integer.toUnsignedLong(versions));
        }
        int version = (common & 4) != 0 ? 2 : (common & 2) != 0 ? 1 : 0;
        long selected = features & policy.features().bits() & ExpectedDevice.possibleWith(version);
        long missing = policy.requiredFeatures().bits() & ~selected;
        if (missing != 0) {
            return abort(5, missing);
        }
        return select(version, selected, version == 2 ? Math.min(window, policy.maxInflight()) : 1, policy);
    }

    /** [POL-001] */
    static boolean negotiates(KvmPolicy policy) {
        boolean pinsLegacy = policy.pin()
                .filter(pin -> pin.version() == ProtocolVersion.LEGACY)
                .isPresent();
        return policy.policy() != Policy.OFF && !pinsLegacy;
    }

    private static ExpectedChoice pinned(Agreement pin, byte[] offer) {
        long missing = pin.features().bits() & ~Octets.u64(offer, 16);
        long detail = (Octets.u16(offer, 14) < pin.maxInflight() ? 1L << 63 : 0)
                | ((Octets.u32(offer, 24) >>> pin.version().number() & 1) == 0 ? 1L << 62 : 0)
                | missing;
        return detail == 0 ? new ExpectedChoice(Optional.of(pin), 0, 0) : abort(10, detail);
    }

    private static ExpectedChoice select(int version, long features, int window, KvmPolicy policy) {
        return new ExpectedChoice(
                Optional.of(new Agreement(
                        ProtocolVersion.of(version).orElseThrow(), new FeatureSet(features), window, policy.layout())),
                0,
                0);
    }

    private static ExpectedChoice abort(int reason, long detail) {
        return new ExpectedChoice(Optional.empty(), reason, detail);
    }

    /** The ABORT's bytes. */
    byte[] abort() {
        byte[] frame = Octets.markedByK(Octets.ABORT);
        frame[0] = Octets.HANDSHAKE_OP;
        Octets.set16(frame, 8, reason);
        Octets.set64(frame, 16, detail);
        return frame;
    }

    /** The SELECT's bytes [DIG-001]. */
    byte[] select(byte[] hello, byte[] offer) {
        Agreement selected = terms.orElseThrow();
        byte[] frame = Octets.markedByK(Octets.SELECT);
        frame[0] = Octets.HANDSHAKE_OP;
        Octets.set16(frame, 8, selected.version().number());
        Octets.set16(frame, 10, selected.maxInflight());
        Octets.set64(frame, 16, selected.features().bits());
        Octets.set32(frame, Octets.DIGEST, Octets.digest(hello, offer, frame));
        return frame;
    }
}
