// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.ioregionfd.attach.Attachment;
import org.ioregionfd.kvm.AccessEnd;
import org.ioregionfd.kvm.AccessException;
import org.ioregionfd.kvm.AccessResult;
import org.ioregionfd.kvm.KvmChannel;
import org.ioregionfd.kvm.KvmCommand;
import org.ioregionfd.kvm.KvmPolicy;
import org.ioregionfd.kvm.KvmTransport;
import org.ioregionfd.kvm.Outcome;
import org.ioregionfd.kvm.Policy;
import org.ioregionfd.kvm.SavedAgreement;
import org.ioregionfd.kvm.Saving;
import org.ioregionfd.kvm.direct.DirectTransport;
import org.ioregionfd.kvm.netty.NettyTransport;
import org.ioregionfd.wire.Layout;
import org.ioregionfd.wire.ProtocolVersion;
import org.ioregionfd.wire.VersionSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A guest moves to another device process: the agreement is saved, and exactly the same is agreed there, or refused with the
 * name of what is missing [REC-001, REC-002, REC-004].
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class MigrationIT {
    private static final String AGREED = "version 2, features POSTED_WRITES FENCE, window 32";
    private static final long DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final int REGION = 1;
    private static final int MEMORY = 0x20;
    /** Where the legacy devices have theirs. */
    private static final int LEGACY_MEMORY = 0x100;

    private static final int HOLD = 0x110;
    private static final int RELEASE = 0x118;

    /** Device processes, by their difference to the first. */
    private enum Target {
        SOURCE("--features POSTED_WRITES,FENCE --max-inflight 32"),
        SAME("--features POSTED_WRITES,FENCE --max-inflight 32 --transport direct"),
        NEWER("--max-inflight 128"),
        /** Serves legacy KVM sides of the other layout. */
        OLDER("--versions 1 --layout byte-fields"),
        LACKING("--features POSTED_WRITES --max-inflight 32 --transport direct"),
        SMALLER("--max-inflight 16"),
        LEGACY("--policy off");

        private final String settings;

        Target(String settings) {
            this.settings = settings;
        }
    }

    private enum Transport {
        NETTY,
        DIRECT;

        KvmTransport open() throws IOException {
            return switch (this) {
                case NETTY -> new NettyTransport();
                case DIRECT -> new DirectTransport();
            };
        }
    }

    @TempDir
    private static Path folder;

    private final Map<Target, Listening> devices = new EnumMap<>(Target.class);
    private final List<Listening> legacyDevices = new ArrayList<>();

    /** All of them start at the same time. */
    @BeforeAll
    void startDevices() {
        Map<Target, CompletableFuture<Listening>> starting = new EnumMap<>(Target.class);
        for (Target target : Target.values()) {
            starting.put(target, CompletableFuture.supplyAsync(() -> start(target)));
        }
        starting.forEach((target, device) -> devices.put(target, device.join()));
    }

    private Listening start(Target target) {
        Path socket = folder.resolve(target.name());
        List<String> command = Programs.device("serve", "--unix", socket.toString());
        command.addAll(List.of(target.settings.split(" ", -1)));
        try {
            return new Listening(socket, command);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @AfterAll
    void endDevices() {
        devices.values().forEach(Listening::kill);
        legacyDevices.forEach(Listening::kill);
    }

    @ParameterizedTest
    @EnumSource
    void savesWhenEveryCommandIsAnsweredAndAgreesOnTheSameElsewhere(Transport transport) throws Exception {
        try (KvmTransport kvm = transport.open()) {
            SavedAgreement record = quiesce(kvm);
            for (Target target : List.of(Target.SAME, Target.NEWER)) {
                KvmChannel channel =
                        kvm.connect(at(target), policy().pin(record).build());
                assertEquals(new Outcome.Agreed(record.agreement()), channel.negotiate(), target::name);
                assertEquals(0, channel.readValue(REGION, MEMORY, 8), "another channel, another memory");
                assertEquals(record, saved(channel), target::name);
            }
        }
    }

    /** With a READ under way that only a later command completes, and with posted WRITEs. */
    private SavedAgreement quiesce(KvmTransport kvm) throws Exception {
        KvmChannel channel =
                kvm.connect(at(Target.SOURCE), policy().policy(Policy.REQUIRE).build());
        assertEquals(AGREED, channel.negotiate().inWords());
        CompletableFuture<AccessResult> held =
                channel.submit(KvmCommand.read(REGION, HOLD, 8)).toCompletableFuture();
        channel.post(REGION, MEMORY, 8, 0xCAFE);
        CompletableFuture<AccessResult> fence =
                channel.submit(KvmCommand.fence()).toCompletableFuture();
        channel.write(REGION, RELEASE, 8, 7);
        assertEquals(7, held.join().value());
        assertFalse(fence.join().failed());
        SavedAgreement record = saved(channel);
        assertEquals(AGREED, record.agreement().toString());
        assertEquals(0xCAFE, channel.readValue(REGION, MEMORY, 8), "the channel goes on");
        return record;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    OLDER   | the offer is not acceptable: the pin needs version 2 (offered: 0,1), window 32 (offered: 1); sent ABORT PIN_UNSATISFIED [REC-002]
                    LACKING | the offer is not acceptable: the pin needs FENCE (not offered); sent ABORT PIN_UNSATISFIED [REC-002]
                    SMALLER | the offer is not acceptable: the pin needs window 32 (offered: 16); sent ABORT PIN_UNSATISFIED [REC-002]
                    LEGACY  | the peer is legacy: the answer to the HELLO bears no marker, and the pin needs version 2 [KST-003: byte 8 holds 0x0]
                    """)
    void namesWhatIsMissingElsewhere(Target target, String words) throws Exception {
        for (Transport transport : Transport.values()) {
            try (KvmTransport kvm = transport.open()) {
                KvmChannel source = kvm.connect(at(Target.SOURCE), policy().build());
                source.negotiate();
                KvmChannel channel =
                        kvm.connect(at(target), policy().pin(saved(source)).build());
                Outcome.Failed refused = assertInstanceOf(Outcome.Failed.class, channel.negotiate());
                assertEquals(words, refused.inWords(), transport::name);
                AccessException notSent =
                        assertThrows(AccessException.class, () -> channel.readValue(REGION, MEMORY, 4));
                assertEquals(AccessEnd.NOT_SENT, notSent.end());
                assertEquals(0, source.readValue(REGION, MEMORY, 4), "the guest can stay where it is");
            }
        }
    }

    /** [REC-004] */
    @ParameterizedTest
    @EnumSource
    void savesNothingUnderWayWhereNothingFences(Transport transport) throws Exception {
        try (KvmTransport kvm = transport.open()) {
            KvmChannel channel = kvm.connect(
                    at(Target.LACKING), policy().policy(Policy.REQUIRE).build());
            channel.negotiate();
            CompletableFuture<AccessResult> held =
                    channel.submit(KvmCommand.read(REGION, HOLD, 8)).toCompletableFuture();
            Saving.Refused early = assertInstanceOf(Saving.Refused.class, channel.save());
            assertTrue(early.why().endsWith("[REC-004]"), early.why());
            channel.write(REGION, RELEASE, 8, 7);
            assertEquals(7, held.join().value());
            assertEquals(
                    "version 2, features POSTED_WRITES, window 32",
                    saved(channel).agreement().toString());
        }
    }

    /** [POL-001] A record of version 0 is pinned without a HELLO, on legacy devices and on aware ones. */
    @ParameterizedTest
    @CsvSource({"vmsh, info-word, NEWER", "qemu-multiprocess, byte-fields, OLDER"})
    void carriesVersion0FromALegacyDeviceToOthers(String kind, String layout, Target aware) throws Exception {
        Path socket = folder.resolve(kind);
        String program = CProgram.compiled("conformance/legacy/legacy-device.c");
        Listening legacy = new Listening(socket, List.of(program, "--kind", kind, "--unix", socket.toString()));
        legacyDevices.add(legacy);
        try (KvmTransport kvm = new DirectTransport()) {
            KvmChannel source = kvm.connect(
                    new Attachment.UnixPath(socket),
                    policy().layout(Layout.of(layout).orElseThrow()).build());
            assertEquals(0, source.readValue(REGION, LEGACY_MEMORY, 8));
            SavedAgreement record = saved(source);
            assertEquals(ProtocolVersion.LEGACY, record.agreement().version());
            source.close();
            source.closed().toCompletableFuture().join();
            Map<Attachment, Integer> targets =
                    Map.of(new Attachment.UnixPath(socket), LEGACY_MEMORY, at(aware), MEMORY);
            for (Map.Entry<Attachment, Integer> target : targets.entrySet()) {
                KvmChannel channel =
                        kvm.connect(target.getKey(), policy().pin(record).build());
                int memory = target.getValue();
                channel.write(REGION, memory, 8, 0x1122334455667788L);
                assertEquals(0x11223344, channel.readValue(REGION, memory + 4, 4));
                assertEquals(
                        "legacy " + layout,
                        channel.status().outcome().orElseThrow().inWords());
                assertEquals(record, saved(channel));
            }
        }
    }

    /** [POL-001] */
    @Test
    void carriesAnAgreedVersion0ToALegacyDevice() throws Exception {
        try (KvmTransport kvm = new DirectTransport()) {
            KvmChannel source = kvm.connect(
                    at(Target.OLDER),
                    policy().versions(VersionSet.of(ProtocolVersion.TAGGED)).build());
            assertEquals(
                    "version 0, features none, window 1", source.negotiate().inWords());
            KvmChannel channel =
                    kvm.connect(at(Target.LEGACY), policy().pin(saved(source)).build());
            assertEquals(0, channel.readValue(REGION, MEMORY, 8));
            assertEquals(
                    "legacy info-word", channel.status().outcome().orElseThrow().inWords());
        }
    }

    @Test
    void programsSaveAndPinWithAFile() throws Exception {
        Path file = folder.resolve("record");
        Programs.Ended saved =
                Programs.run(Programs.kvm("probe", "--unix", path(Target.SOURCE), "--save-record", file.toString()));
        assertEquals(0, saved.exitCode(), saved::toString);
        assertTrue(saved.out().endsWith("\n" + AGREED + "\n"), saved::toString);
        String pin = "--pin " + Files.readString(file).strip();
        Programs.Ended refused = Programs.run(Programs.kvm("read --unix", path(Target.LACKING), pin, "1 0x128 4"));
        assertEquals(
                new Programs.Ended(
                        1,
                        "",
                        "negotiation failed: the offer is not acceptable: the pin needs FENCE (not offered); sent ABORT"
                                + " PIN_UNSATISFIED [REC-002]; the access: not sent\n"),
                refused);
    }

    private static SavedAgreement saved(KvmChannel channel) throws AccessException {
        return assertInstanceOf(Saving.Saved.class, channel.save()).agreement();
    }

    /** Waits long, because a slow test has not failed. */
    private static KvmPolicy.Builder policy() {
        return KvmPolicy.builder().deadlineNanos(DEADLINE_NANOS);
    }

    private String path(Target target) {
        return folder.resolve(target.name()).toString();
    }

    private Attachment at(Target target) {
        return new Attachment.UnixPath(folder.resolve(target.name()));
    }
}
