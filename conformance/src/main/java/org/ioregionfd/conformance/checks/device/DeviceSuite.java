// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.device;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.ioregionfd.conformance.ShellWord;
import org.ioregionfd.conformance.UsageError;
import org.ioregionfd.conformance.peer.Conversation;
import org.ioregionfd.conformance.peer.DevicePeer;
import org.ioregionfd.conformance.peer.NotAttached;
import org.ioregionfd.conformance.peer.Patience;
import org.ioregionfd.conformance.peer.PeerProcess.PeerStart;
import org.ioregionfd.conformance.peer.RunResources;
import org.ioregionfd.conformance.peer.SocketPath;
import org.ioregionfd.conformance.peer.Violation;
import org.ioregionfd.conformance.rules.Access;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.Registry;
import org.ioregionfd.conformance.rules.Sender;
import org.ioregionfd.conformance.run.Ability;
import org.ioregionfd.conformance.run.Subject;
import org.ioregionfd.conformance.run.Subject.Survey;

/** The checks of a device side. */
public final class DeviceSuite {
    private DeviceSuite() {}

    /** A device that already listens at {@code path}. UsageError with a line for the user if none can listen there. */
    public static Subject listening(Path path, RunResources resources, Patience patience) {
        try {
            new SocketPath(path).requireShort();
        } catch (NotAttached e) {
            throw new UsageError("--unix: " + e.getMessage(), e);
        }
        return subject(
                "device at a Unix socket",
                "device --unix " + ShellWord.quoted(path.toString()),
                patience,
                () -> DevicePeer.at(path, resources, patience));
    }

    /**
     * A device that the suite starts.
     *
     * @param title its name in reports
     * @param command the user's command to judge it again: a command of the program and its operands
     */
    public static Subject started(
            String title, String command, PeerStart start, RunResources resources, Patience patience) {
        return subject(title, command, patience, () -> DevicePeer.startedBy(start, resources, patience));
    }

    private static Subject subject(String title, String command, Patience patience, Supplier<DevicePeer> peers) {
        return new Subject(
                Sender.D,
                "device",
                title,
                command,
                classes(),
                "OFR-001/answers-a-plain-hello",
                patience,
                peers,
                peer -> DeviceSurvey.of(((DevicePeer) peer).patient()));
    }

    /** Every class that holds checks of a device side. */
    public static List<Class<?>> classes() {
        List<Class<?>> classes = new ArrayList<>(List.of(
                FramingChecks.class,
                HelloChecks.class,
                OfferChecks.class,
                SelectChecks.class,
                BentHelloChecks.class,
                BentSelectChecks.class,
                EndChecks.class,
                VersionOneChecks.class,
                VersionTwoChecks.class,
                OrderChecks.class,
                SequenceChecks.class,
                WindowChecks.class,
                TagChecks.class,
                ClosingChecks.class,
                LoadChecks.class,
                ScriptChecks.class,
                HandshakeChecks.class));
        classes.addAll(AccessCheckVariants.classes());
        classes.addAll(VersionZeroCheckVariants.classes());
        return List.copyOf(classes);
    }

    /** Finds out a device's abilities from its own OFFER, and its layout from an answer. */
    static final class DeviceSurvey {
        private static final int WINDOW_LIMIT = 0xffff;

        private static final Registry REGISTRY = Registry.standard();

        private final Set<String> abilities = new LinkedHashSet<>();
        private final List<String> text = new ArrayList<>();

        private DeviceSurvey() {}

        /** The abilities of the device at {@code peer}. Without an OFFER it has none, and its checks will say why. */
        static Survey of(DevicePeer peer) {
            DeviceSurvey survey = new DeviceSurvey();
            try {
                survey.read(Negotiation.detached(peer).offer());
                boolean isMute = !survey.hasFoundLayout(peer) && survey.abilities.contains(Ability.AGREES_VERSION_0);
                return survey.done(
                        peer,
                        isMute
                                ? Optional.of("version 0 is offered, but no unmarked READ answered")
                                : DeviceBaseline.missing(peer));
            } catch (Violation e) {
                peer.end();
                return Survey.failed("no right OFFER: " + e.summary());
            }
        }

        private Survey done(DevicePeer peer, Optional<String> fault) {
            peer.end();
            return new Survey(abilities, String.join("; ", text), fault);
        }

        private void read(Frame offer) {
            long window = offer.get("max_inflight");
            List<Integer> versions = REGISTRY.versionsIn(offer.get("versions"));
            versions.forEach(version -> abilities.add(Ability.version(version)));
            if (!abilities.contains(Ability.AGREES_VERSION_0)) {
                abilities.add(Ability.REQUIRES);
            }
            List<String> names = REGISTRY.featureNames(offer.get("features"));
            names.forEach(name -> abilities.add(Ability.feature(name)));
            if (!abilities.contains(Ability.VERSION_2)) {
                abilities.add(Ability.NO_VERSION_2);
            } else if (window >= 2) {
                abilities.add(Ability.WINDOW_2);
            }
            if (window < WINDOW_LIMIT) {
                abilities.add(Ability.WINDOW_BELOW_MAX);
            }
            List<String> numbers = versions.stream().map(String::valueOf).toList();
            text.add("offers versions " + String.join(" ", numbers) + ", features "
                    + (names.isEmpty() ? "none" : String.join(" ", names)) + ", window " + window);
        }

        /**
         * A 64-bit READ in the info-word layout has cmd 0x70 in the other one, which closes the channel there (V0-015). The
         * other way round is not so clear: an info-word device takes a byte-fields READ for an 8-bit READ.
         */
        private boolean hasFoundLayout(DevicePeer peer) {
            for (Dialect layout : Dialect.LAYOUTS) {
                if (isServing(peer, layout)) {
                    abilities.add(layout == Dialect.INFO_WORD ? Ability.SERVES_INFO_WORD : Ability.SERVES_BYTE_FIELDS);
                    text.add("serves version 0 in the " + layout.label() + " layout");
                    return true;
                }
            }
            text.add("serves no unnegotiated version 0");
            return false;
        }

        static boolean isServing(DevicePeer peer, Dialect layout) {
            try {
                Conversation channel = peer.connect();
                channel.send(layout.read(new Access(1, 0, 3)));
                channel.expect(layout.response());
                return true;
            } catch (Violation e) {
                return false;
            }
        }
    }
}
