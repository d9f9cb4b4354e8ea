// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.simulation;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.ioregionfd.conformance.rules.Access;
import org.ioregionfd.conformance.rules.AnnexDevice;
import org.ioregionfd.conformance.rules.AnnexDevice.End;
import org.ioregionfd.conformance.simulation.Lateness.Fate;
import org.ioregionfd.conformance.simulation.Lateness.When;

/** The annex's device, which completes many accesses later. */
final class ModelDevice {
    private final AnnexDevice annex = new AnnexDevice();
    /** The accesses that must have reached a device with the same commands. */
    private final ArrayDeque<Performed> calls = new ArrayDeque<>();

    private final Lateness lateness;
    /** By how many had reached the device before. */
    private final Map<Integer, Performed> late = new HashMap<>();

    private int reached;

    ModelDevice(Lateness lateness) {
        this.lateness = lateness;
    }

    void perform(Performed access) {
        Access where = access.command.access();
        Optional<End> refused = annex.before(where);
        if (refused.isPresent()) {
            access.ended(refused.get());
            return;
        }
        calls.add(access);
        int number = reached++;
        if (lateness.of(number).when() == When.LATER) {
            access.late = true;
            late.put(number, access);
            if (!access.isWrite()) {
                countedAsFault(where);
            }
        } else if (access.isWrite()) {
            access.ended(annex.write(where, access.command.data()));
        } else if (access.isAlone) {
            access.ended(annex.read(where));
        } else {
            access.ends(annex.hold(where));
        }
    }

    /** How many accesses have reached the device. */
    int reached() {
        return reached;
    }

    /**
     * Completes a late access, and gives it. A WRITE takes effect now, because nothing has started since [ORD-001]. A READ's
     * value identifies it.
     */
    Performed complete(int number) {
        Performed access = late.remove(number);
        Fate fate = lateness.of(number);
        Access where = access.command.access();
        // A RELEASE does not fail, because that would hold up a READ for ever
        boolean faults = fate.faults() && where.offset() != AnnexDevice.RELEASE;
        if (access.isWrite()) {
            access.ended(annex.write(faults ? atFault(where) : where, access.command.data()));
        } else {
            access.ended(faults ? new End("DEVICE_FAULT", where.ones()) : new End("OK", where.cut(fate.value())));
        }
        return access;
    }

    ArrayDeque<Performed> calls() {
        return calls;
    }

    /** A started READ counts, whatever its result. */
    private void countedAsFault(Access where) {
        annex.read(atFault(where));
    }

    private static Access atFault(Access where) {
        return where.withOffset(AnnexDevice.FAULT);
    }
}
