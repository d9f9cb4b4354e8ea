// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.kvm;

import com.google.gson.JsonNull;
import java.util.List;
import org.ioregionfd.conformance.checks.Checks;
import org.ioregionfd.conformance.peer.Answer;
import org.ioregionfd.conformance.peer.KvmPeer;
import org.ioregionfd.conformance.peer.KvmPeer.Channel;
import org.ioregionfd.conformance.peer.KvmPeer.Ticket;
import org.ioregionfd.conformance.peer.Request;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge.Choice;
import org.ioregionfd.conformance.rules.Forge.Terms;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.run.Check.Clause;
import org.junit.jupiter.api.Test;

/** What a driver makes of requests that are odd, and of ones that it does not know. */
@Checks
public class DriverRequestChecks {
    /** Each of them stands for no id. */
    private static final List<String> NO_IDS =
            List.of("-1", "-0", "1.0", "1e0", "0.5", "9007199254740992", "1e999", "true", "null", "\"1\"", "[1]", "{}");

    @Test
    @Clause("DRV-001")
    void anIdIsANumberInDigitsAlone(KvmPeer kvm) {
        for (String id : NO_IDS) {
            String line = "{\"id\": " + id + ", \"op\": \"close\"}";
            kvm.sendLine(line);
            Answer answer = kvm.awaitWithoutId();
            if (!answer.status().equals("error") || !answer.error().equals("usage")) {
                throw KvmPeer.wrong("error usage with id null to the line " + line, answer);
            }
        }
    }

    @Test
    @Clause("DRV-007")
    void numbersAreWhole(KvmPeer kvm) {
        Request read = Request.read(KvmSession.MEMORY);
        for (Object size : List.of(0, 9, -1, 4.5, 4.0, true, "4", List.of(4))) {
            kvm.expectError(kvm.ask(read.with("size", size)), "usage");
        }
        Request connect = KvmSession.connect();
        kvm.expectError(kvm.ask(connect.with("max_inflight", 0)), "usage");
        kvm.expectError(kvm.ask(connect.with("max_inflight", 0x10000)), "usage");
        kvm.expectError(kvm.ask(connect.with("nonce", 256)), "usage");
        kvm.expectError(kvm.ask(connect.with("deadline_ms", 0)), "usage");
        kvm.expectError(kvm.ask(connect.with("deadline_ms", 86_400_001)), "usage");
    }

    @Test
    @Clause("DRV-007")
    void aListNamesNothingTwice(KvmPeer kvm) {
        Request connect = KvmSession.connect();
        kvm.expectError(kvm.ask(connect.with("versions", List.of(1, 2, 1))), "usage");
        kvm.expectError(kvm.ask(connect.with("features", List.of("FENCE", "FENCE"))), "usage");
        kvm.expectError(kvm.ask(connect.with("require_features", List.of("POSTED_WRITES", "POSTED_WRITES"))), "usage");
        kvm.expectError(kvm.ask(connect.with("versions", List.of(0))), "usage");
        kvm.expectError(kvm.ask(connect.with("versions", List.of(24))), "usage");
    }

    @Test
    @Clause("DRV-004")
    void whatIsNotKnownIsUnsupportedWhateverElseIsWrong(KvmPeer kvm) {
        Request connect = KvmSession.connect();
        for (Request request : List.of(
                Request.of("juggle"),
                Request.of("juggle").with("size", "four"),
                Request.read(KvmSession.MEMORY).with("colour", 1),
                Request.read(KvmSession.MEMORY).with("size", 9).with("colour", 1),
                Request.of("read").with("colour", 1),
                Request.of("close").with("colour", 1),
                Request.of("close", "colour", 1),
                Request.of("close").with("colour", JsonNull.INSTANCE),
                connect.with("features", List.of("NO_SUCH_FEATURE")),
                connect.with("features", List.of(7, "NO_SUCH_FEATURE")),
                connect.with("versions", List.of(0, 23)),
                connect.with("versions", "all").with("require_features", List.of("NO_SUCH_FEATURE")),
                connect.with("policy", "sometimes").with("colour", 1))) {
            kvm.expectUnsupported(kvm.ask(request));
        }
        KvmSession.opened(kvm, KvmSession.ALL);
        kvm.expectUnsupported(kvm.ask(connect.with("colour", 1)));
    }

    /** Also beside a pin of version 0. */
    @Test
    @Clause({"DRV-007", "POL-001"})
    void withoutAHelloItsModeHasNoEffect(KvmPeer kvm) {
        Frame version0 = PinChecks.record(new Choice(0, 0, 1));
        for (Request connect : List.of(KvmSession.connect().with("policy", "off"), PinChecks.pinned(version0))) {
            Channel channel = kvm.connect(connect.with("hello", "detached"));
            KvmSession.expectState(kvm.expectDone(channel.connect()), "idle");
            kvm.expectDone(kvm.ask(Request.of("close")));
        }
    }

    @Test
    @Clause({"DRV-007", "REC-003"})
    void aPinIsSixtyFourDigitsAndNothingElse(KvmPeer kvm) {
        String pin = PinChecks.hex(PinChecks.record(new Choice(2, 0, 8)));
        for (String wrong : List.of(
                " " + pin, pin + " ", pin + "\n", "0x" + pin, pin + "00", pin.substring(2), pin.substring(1), "")) {
            kvm.expectError(kvm.ask(KvmSession.connect().with("pin", wrong)), "usage");
        }
    }

    @Test
    @Clause({"DRV-006", "KST-007"})
    void theReadOfAnOfferThatIsRefusedIsDoneAndItsChannelFailed(KvmPeer kvm) {
        KvmSession talk = KvmSession.attached(
                kvm, KvmSession.connect().with("require_features", List.of("FENCE")), KvmSession.MEMORY);
        talk.wire().send(talk.offer(new Terms(KvmSession.VERSIONS, 0, 8)).with("value", 5));
        KvmSession.expectState(kvm.expectValue(talk.carried().orElseThrow(), 5), "failed");
        talk.wire().expect("ABORT");
    }

    /** Versions 1 and 2 have a layout of their own; what is told is the one of version 0. */
    @Test
    @Clause({"DRV-006", "DRV-007"})
    void theLayoutThatIsToldIsThatOfTheHello(KvmPeer kvm) {
        for (String layout : List.of("info-word", "byte-fields")) {
            KvmSession talk =
                    KvmSession.detached(kvm, KvmSession.connectDetached().with("layout", layout));
            talk.open(ExchangeChecks.VERSION_1);
            // No FENCE in version 1: the answer tells of a channel that is open.
            Answer answer = kvm.expectError(kvm.ask(Request.of("fence")), "not-sent");
            requireLayout(layout, answer);
            kvm.ask(Request.of("close"));
        }
    }

    @Test
    @Clause({"DRV-006", "DRV-007"})
    void theLayoutIsToldOfAChannelInLegacyToo(KvmPeer kvm) {
        for (Dialect layout : Dialect.LAYOUTS) {
            KvmSession talk = KvmSession.off(kvm, layout);
            Ticket read = kvm.ask(Request.read(KvmSession.MEMORY));
            talk.wire().expect(layout.command());
            talk.wire().send(layout.response().blank());
            Answer answer = kvm.expectValue(read, 0);
            requireLayout(layout.label(), answer);
            kvm.ask(Request.of("close"));
        }
    }

    /** Requires the layout that the driver tells of its channel. */
    static void requireLayout(String layout, Answer answer) {
        if (!answer.layout().orElse("").equals(layout)) {
            throw KvmPeer.wrong("layout " + layout, answer);
        }
    }
}
