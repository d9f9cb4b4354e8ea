// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.ioregionfd.conformance.interop.KvmSetting.Hello;
import org.ioregionfd.conformance.interop.KvmSetting.Policy;
import org.ioregionfd.conformance.rules.Dialect;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutcomeTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            off     attached | 1 2 | legacy             |     | legacy
            off     attached | 1 2 | allow              | 1 2 | legacy
            off     attached | 1 2 | require            | 1 2 | fails
            prefer  attached | 1 2 | legacy             |     | legacy
            prefer  detached | 1 2 | legacy             |     | legacy
            prefer  attached | 1 2 | legacy-that-closes |     | legacy
            prefer  detached | 1 2 | legacy-that-closes |     | fails
            prefer  attached | 1 2 | off                |     | legacy
            require detached | 1 2 | off                |     | fails
            prefer  attached | 1 2 | allow              | 1 2 | open 2, window 64, features [FENCE, OUT_OF_ORDER, POSTED_WRITES]
            require detached | 2   | allow              | 1 2 | open 2, window 64, features [FENCE, OUT_OF_ORDER, POSTED_WRITES]
            prefer  detached | 1   | require            | 1 2 | open 1, window 1, features [POSTED_WRITES]
            prefer  attached | 1   | allow              | 2   | open 0, window 1, features []
            prefer  attached | 1   | require            | 2   | fails
            require detached | 1   | allow              | 2   | fails
            """)
    void theDocumentSaysWhatComesOfPeersOfOneLayout(
            String kvm, String kvmVersions, String device, String deviceVersions, String expected) {
        assertEquals(expected, outcome(kvm, kvmVersions, device, deviceVersions, Dialect.INFO_WORD));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            off     attached | 1 2 | legacy             |     | any
            off     attached | 1 2 | allow              | 1 2 | any
            off     attached | 1 2 | require            | 1 2 | fails
            prefer  attached | 1 2 | legacy             |     | any
            require detached | 1 2 | legacy             |     | fails
            prefer  attached | 1   | allow              | 1   | open 1, window 1, features [POSTED_WRITES]
            """)
    void andOfPeersOfTwoLayouts(String kvm, String kvmVersions, String device, String deviceVersions, String expected) {
        assertEquals(expected, outcome(kvm, kvmVersions, device, deviceVersions, Dialect.BYTE_FIELDS));
    }

    @Test
    void everySettingIsThereOnce() {
        assertEquals(20, Set.copyOf(KvmSetting.all()).size());
        assertEquals(14, Set.copyOf(DeviceSetting.ofAnAwareDevice()).size());
    }

    private static String outcome(
            String kvm, String kvmVersions, String device, String deviceVersions, Dialect layoutOfTheDevice) {
        String[] words = kvm.split(" +", -1);
        KvmSetting kvmSetting = new KvmSetting(
                constant(Policy.class, words[0]),
                constant(Hello.class, words[1]),
                Dialect.INFO_WORD,
                versions(kvmVersions));
        DeviceSetting deviceSetting = new DeviceSetting(
                constant(DeviceSetting.Kind.class, device), layoutOfTheDevice, versions(deviceVersions));
        return PairOutcome.of(kvmSetting, deviceSetting).toString();
    }

    private static List<Integer> versions(String text) {
        return text == null
                ? List.of()
                : Arrays.stream(text.split(" ", -1)).map(Integer::valueOf).toList();
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String word) {
        return Enum.valueOf(type, word.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
