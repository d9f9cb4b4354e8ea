// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

class PackageContractTest {

    @Test
    void referencesAreNonNullUnlessMarkedOtherwise() throws ClassNotFoundException {
        Class<?> contract = Class.forName("org.ioregionfd.kvm.package-info");

        assertTrue(contract.isAnnotationPresent(NullMarked.class));
    }
}
