// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.device;

import static org.ioregionfd.conformance.rules.AnnexDevice.at;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.ioregionfd.conformance.rules.AnnexDevice;
import org.ioregionfd.conformance.rules.Bends;
import org.ioregionfd.conformance.rules.CommandOracle;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.Registry;

/** Frames that are no commands where a channel serves commands: they close it. VIO-001 to VIO-005, V0-015, V0-017, DST-002, DST-003 */
final class WrongCommands {
    private static final Registry REGISTRY = Registry.standard();

    /** So many others come with one that is marked. */
    private static final int MARKED_OF = 6;

    private WrongCommands() {}

    /** A command with one field that is wrong by a bit, or stands at an edge; each field comes as often as every other. */
    static Frame any(Session session, SplittableRandom random) {
        while (true) {
            Frame frame = random.nextInt(MARKED_OF) == 0 ? marked(session, random) : bent(session, random);
            if (CommandOracle.commandIn(frame, session.service()).isEmpty()) {
                return frame;
            }
        }
    }

    /** Of any kind but that of a HELLO, which may be one. */
    private static Frame marked(Session session, SplittableRandom random) {
        int kind = 1 << random.nextInt(Byte.SIZE) ^ random.nextInt(AnnexDevice.QUAD + 1);
        Frame command = pick(commands(session), random);
        return kind == REGISTRY.code("kinds", "HELLO") ? command : Forge.marked(command, kind);
    }

    private static Frame bent(Session session, SplittableRandom random) {
        Frame command = pick(commands(session), random);
        String field = pick(command.shape().fields(), random).name();
        List<Frame> bent = new ArrayList<>(Bends.everyBit(command, field));
        bent.addAll(Bends.edges(command, field, REGISTRY.helloOffset(), AnnexDevice.OTHER_REGION));
        return pick(bent, random);
    }

    private static List<Frame> commands(Session session) {
        List<Frame> commands = new ArrayList<>(List.of(
                session.read(at(0)),
                session.write(at(AnnexDevice.RELEASE), 1),
                session.posted(at(AnnexDevice.RELEASE), 1)));
        if (session.dialect() == Dialect.TAGGED) {
            commands.add(session.fence());
        }
        return commands;
    }

    private static <T> T pick(List<T> all, SplittableRandom random) {
        return all.get(random.nextInt(all.size()));
    }
}
