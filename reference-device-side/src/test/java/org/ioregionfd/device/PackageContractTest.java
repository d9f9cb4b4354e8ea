package org.ioregionfd.device;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

class PackageContractTest {

    @Test
    void referencesAreNonNullUnlessMarkedOtherwise() throws ClassNotFoundException {
        Class<?> contract = Class.forName("org.ioregionfd.device.package-info");

        assertTrue(contract.isAnnotationPresent(NullMarked.class));
    }
}
