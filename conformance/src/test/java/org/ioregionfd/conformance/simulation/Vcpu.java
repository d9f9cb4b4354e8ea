// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.simulation;

import org.ioregionfd.kvm.KvmAccess;

/** Makes one access after the other with the same object of the machine, and none after a cancelled one. */
final class Vcpu {
    final KvmAccess<Vcpu> slot = new KvmAccess<>(this);
    GuestAccess access;

    Vcpu(GuestAccess access) {
        this.access = access;
    }
}
