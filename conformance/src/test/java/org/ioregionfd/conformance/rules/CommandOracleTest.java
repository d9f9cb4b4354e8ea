// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.ioregionfd.conformance.rules.AnnexDevice.End;
import org.ioregionfd.conformance.rules.Command.Op;
import org.ioregionfd.conformance.rules.CommandOracle.Service;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.Layout;
import org.ioregionfd.wire.LegacyCommand;
import org.ioregionfd.wire.TaggedCommand;
import org.junit.jupiter.api.Test;

/** What a device makes of a command by the suite and by the binding, which were written apart. */
class CommandOracleTest {
    private static final Access PLACE = new Access(1, 0x10, 2);
    private static final long ALL = Registry.known().featureMask();

    @Test
    void agreesWithTheBindingOnEveryBitOfEveryCommandOfVersion1() {
        LegacyCommand command = new LegacyCommand(Layout.INFO_WORD);
        for (long features : new long[] {0, Forge.POSTED_WRITES}) {
            Service service = Service.agreed(1, Dialect.BYTE_FIELDS, features);
            for (Frame frame : bent(Dialect.INFO_WORD)) {
                boolean isCommand = command.read(bytes(frame), 0)
                        .violation(new FeatureSet(features))
                        .isEmpty();
                assertEquals(isCommand, CommandOracle.commandIn(frame, service).isPresent(), frame::toString);
            }
        }
    }

    @Test
    void agreesWithTheBindingOnEveryBitOfEveryCommandOfVersion2() {
        TaggedCommand command = new TaggedCommand();
        for (long features = 0; features <= ALL; features++) {
            Service service = Service.agreed(2, Dialect.INFO_WORD, features);
            for (Frame frame : bent(Dialect.TAGGED)) {
                boolean isCommand = command.read(bytes(frame), 0)
                        .violation(new FeatureSet(features))
                        .isEmpty();
                assertEquals(isCommand, CommandOracle.commandIn(frame, service).isPresent(), frame::toString);
            }
        }
    }

    @Test
    void closesInVersion0OnAnUnknownCommandAndOnAMarkerAlone() {
        for (Dialect layout : Dialect.LAYOUTS) {
            Service service = Service.agreed(0, layout, 0);
            Frame read = layout.read(PLACE);
            assertEquals(Optional.empty(), CommandOracle.commandIn(layout.command(2, PLACE), service));
            assertEquals(Optional.empty(), CommandOracle.commandIn(Forge.marked(read, 1), service));
            assertEquals(
                    Optional.of(new Command(Op.READ, PLACE, 0)),
                    CommandOracle.commandIn(layout.unanswered(read.with("data", 7)), service));
            assertEquals(
                    Optional.of(new Command(Op.POSTED, PLACE, 7)),
                    CommandOracle.commandIn(layout.posted(PLACE, 7), service));
        }
    }

    @Test
    void takesAReadAtHelloOffsetForALostHelloBeforeANegotiationOnly() {
        Frame lost = Dialect.INFO_WORD.read(PLACE.withOffset(Registry.standard().helloOffset()));

        assertEquals(Optional.empty(), CommandOracle.commandIn(lost, Service.unnegotiated(Dialect.INFO_WORD)));
        assertEquals(
                Optional.of(new Command(
                        Op.READ, PLACE.withOffset(Registry.standard().helloOffset()), 0)),
                CommandOracle.commandIn(lost, Service.agreed(0, Dialect.INFO_WORD, 0)));
    }

    @Test
    void findsASizeThatIsNoneBeforeAnythingElse() {
        Command command = new Command(Op.READ, new Access(77, -1, 9), 0);

        assertEquals(new End("BAD_OFFSET", -1), CommandOracle.end(new AnnexDevice(), command));
    }

    @Test
    void bendsAFieldToItsEdges() {
        Frame select = Forge.blank("SELECT").with("version", 2);

        assertEquals(
                List.of(0L, 1L, 0xffffL, 0x8000L, 0x200L, 3L, 9L),
                Bends.edges(select, "version", 9, 0x10002).stream()
                        .map(frame -> frame.get("version"))
                        .toList());
        assertEquals(
                "0f00494f5248030080" + "00".repeat(23),
                HexFormat.of().formatHex(Bends.turned(Forge.blank("SELECT"), 71).bytes()));
        assertEquals(256, Bends.everyBit(select).stream().distinct().count());
        assertEquals(80, Bends.everyReservedBit(select).size());
        assertEquals(
                0,
                Bends.everyBitOfTheMarker(select).stream()
                        .filter(frame -> Registry.standard()
                                .kindOf(frame.bytes(), Sender.K)
                                .isPresent())
                        .count());
    }

    private static List<Frame> bent(Dialect dialect) {
        List<Frame> bases =
                new ArrayList<>(List.of(dialect.read(PLACE), dialect.write(PLACE, 5), dialect.posted(PLACE, 5)));
        if (dialect == Dialect.TAGGED) {
            bases.replaceAll(base -> base.get("flags") == 0 ? base : Dialect.tagged(base, 2));
            bases.add(Dialect.fence(1));
        }
        List<Frame> bent = new ArrayList<>(bases);
        bases.forEach(base -> bent.addAll(Bends.everyBit(base)));
        bases.forEach(base -> bent.add(Forge.marked(base, 3)));
        return bent;
    }

    private static ByteBuf bytes(Frame frame) {
        return Unpooled.wrappedBuffer(frame.bytes());
    }
}
