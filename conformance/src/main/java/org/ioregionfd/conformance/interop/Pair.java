// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.interop;

/**
 * One pair that has met.
 *
 * @param expected what must come of it
 * @param seen what came of it, in the same words
 */
record Pair(
        String kvm,
        KvmSetting kvmSetting,
        String device,
        DeviceSetting deviceSetting,
        PairOutcome expected,
        String seen) {
    boolean isWrong() {
        return !seen.equals(expected.toString());
    }

    /** On one line. */
    String words() {
        return "K %s, %s, %s; D %s, %s, %s: expected %s, seen %s"
                .formatted(
                        kvm,
                        kvmSetting.words(),
                        kvmSetting.layout().word(),
                        device,
                        deviceSetting.words(),
                        deviceSetting.layout().word(),
                        expected,
                        seen);
    }
}
