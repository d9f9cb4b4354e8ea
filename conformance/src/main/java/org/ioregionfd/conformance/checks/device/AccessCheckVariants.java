// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.device;

import java.util.List;
import org.ioregionfd.conformance.checks.Checks;
import org.ioregionfd.conformance.peer.DevicePeer;
import org.ioregionfd.conformance.rules.AnnexDevice;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge.Choice;
import org.ioregionfd.conformance.run.Ability;
import org.ioregionfd.conformance.run.Check.Clause;
import org.ioregionfd.conformance.run.Check.Needs;
import org.ioregionfd.conformance.run.Check.TakesTime;
import org.ioregionfd.conformance.run.Check.Variant;
import org.ioregionfd.conformance.run.RunSettings.Effort;
import org.junit.jupiter.api.Test;

/** The checks of accesses, and of version 0, once for each way in which a device serves commands. */
final class AccessCheckVariants {
    private static final Choice VERSION_0 = new Choice(0, 0, 1);
    private static final Choice VERSION_1 = new Choice(1, 0, 1);

    private AccessCheckVariants() {}

    static List<Class<?>> classes() {
        return List.of(
                UnnegotiatedInfoWord.class,
                UnnegotiatedByteFields.class,
                AgreedInfoWord.class,
                AgreedByteFields.class,
                VersionOne.class,
                VersionTwo.class,
                VersionTwoOutOfOrder.class);
    }

    /** HOLD where only one command may be in flight. */
    abstract static class OneInFlight extends AccessChecks {
        /** Above 16 bits. */
        private static final int COUNTED = 0x10010;

        @Test
        @TakesTime(Effort.FULL)
        @Clause({"DEV-001", "DEV-005", "CHN-002", "V0-011", "V1-003", "V2-003"})
        void countsBeyondSixteenBits(DevicePeer device) {
            counts(open(device), COUNTED);
        }

        @Test
        @Clause("DEV-002")
        void completesAReadOfHoldAtOnceWithOnes(DevicePeer device) {
            Session session = open(device);
            for (int exponent = 0; exponent <= AnnexDevice.QUAD; exponent++) {
                var hold = AnnexDevice.at(AnnexDevice.HOLD, exponent);
                session.does(session.read(hold), hold.ones());
                session.does(session.write(AnnexDevice.at(AnnexDevice.RELEASE, exponent), 5), 0);
            }
            session.holds(AnnexDevice.READS, AnnexDevice.QUAD + 1);
        }
    }

    @Checks
    @Variant("unnegotiated-info-word")
    @Needs(Ability.SERVES_INFO_WORD)
    static final class UnnegotiatedInfoWord extends VersionZeroChecks {
        @Override
        Session open(DevicePeer device) {
            return Session.unnegotiated(device, Dialect.INFO_WORD);
        }
    }

    @Checks
    @Variant("unnegotiated-byte-fields")
    @Needs(Ability.SERVES_BYTE_FIELDS)
    static final class UnnegotiatedByteFields extends VersionZeroChecks.ByteFields {
        @Override
        Session open(DevicePeer device) {
            return Session.unnegotiated(device, Dialect.BYTE_FIELDS);
        }
    }

    @Checks
    @Variant("agreed-info-word")
    @Needs(Ability.AGREES_VERSION_0)
    static final class AgreedInfoWord extends VersionZeroChecks {
        @Override
        Session open(DevicePeer device) {
            return Session.agreed(device, Dialect.INFO_WORD, VERSION_0);
        }
    }

    @Checks
    @Variant("agreed-byte-fields")
    @Needs(Ability.AGREES_VERSION_0)
    static final class AgreedByteFields extends VersionZeroChecks.ByteFields {
        @Override
        Session open(DevicePeer device) {
            return Session.agreed(device, Dialect.BYTE_FIELDS, VERSION_0);
        }
    }

    @Checks
    @Variant("version-1")
    @Needs(Ability.VERSION_1)
    static final class VersionOne extends OneInFlight {
        @Override
        Session open(DevicePeer device) {
            return Session.agreed(device, Dialect.BYTE_FIELDS, VERSION_1);
        }
    }

    @Checks
    @Variant("version-2")
    @Needs(Ability.VERSION_2)
    static final class VersionTwo extends OneInFlight {
        @Override
        Session open(DevicePeer device) {
            return Session.agreed(device, Dialect.BYTE_FIELDS, VERSION_1.withVersion(2));
        }
    }

    @Checks
    @Variant("version-2-out-of-order")
    @Needs({Ability.VERSION_2, Ability.OUT_OF_ORDER})
    static final class VersionTwoOutOfOrder extends AccessChecks {
        @Override
        Session open(DevicePeer device) {
            Negotiation offered = Negotiation.detached(device);
            return offered.open(Dialect.INFO_WORD, offered.widest(2));
        }
    }
}
