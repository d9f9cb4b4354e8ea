// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.device;

import java.util.Optional;
import org.ioregionfd.conformance.peer.DevicePeer;
import org.ioregionfd.conformance.peer.Violation;
import org.ioregionfd.conformance.rules.Forge.Choice;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.Registry;

/**
 * The Open of version 1 that section 13 asks of every device. A device that refuses each SELECT by its user's will breaks no
 * clause, and shows nothing: no check that needs an open channel can fail.
 */
final class DeviceBaseline {
    private static final Choice PLAIN = new Choice(1, 0, 1);

    private DeviceBaseline() {}

    /** Why no Open of version 1 was seen; empty where one was, by a plain SELECT or with the features that the device requires. */
    static Optional<String> missing(DevicePeer device) {
        try {
            Negotiation offered = Negotiation.detached(device);
            Frame answer = offered.answerTo(offered.select(PLAIN));
            long required = Negotiation.missing(answer);
            if (required != 0 && (required & ~offered.featuresFor(PLAIN.version())) == 0) {
                Negotiation again = Negotiation.detached(device);
                return refusal(again.answerTo(again.select(PLAIN.withFeatures(required))));
            }
            return refusal(answer);
        } catch (Violation e) {
            return missing("it gave " + e.seen());
        }
    }

    private static Optional<String> refusal(Frame answer) {
        return switch (answer.shape().name()) {
            case "ACCEPT" -> Optional.empty();
            case "REJECT" ->
                missing("the device refuses with %s, detail 0x%x"
                        .formatted(Registry.standard().name("reasons", answer.get("reason")), answer.get("detail")));
            default -> missing("a frame " + answer.shape().name() + " answers the SELECT");
        };
    }

    private static Optional<String> missing(String why) {
        return Optional.of("no Open of version 1 was seen: " + why);
    }
}
