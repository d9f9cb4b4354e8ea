// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.rules;

import java.util.Optional;
import org.ioregionfd.conformance.rules.AnnexDevice.End;
import org.ioregionfd.conformance.rules.Command.Op;

/** What a device has to make of a frame where it serves commands, worked out clause by clause; window and tags in use apart. */
public final class CommandOracle {
    private static final Registry REGISTRY = Registry.standard();
    private static final int READ = 0;
    private static final int WRITE = 1;
    private static final int TAGGED_READ = 2;
    private static final int TAGGED_WRITE = 3;
    private static final int TAGGED_FENCE = 4;

    /** The last bit of info that means something in version 1. */
    private static final int INFO_BITS = 7;

    private CommandOracle() {}

    /** By what rules commands are served. */
    public enum Rules {
        /** Version 0 that was not negotiated: a marked frame is the handshake's. */
        UNNEGOTIATED,
        VERSION_0,
        VERSION_1,
        VERSION_2
    }

    /**
     * How a channel is served.
     *
     * @param features that were agreed, as a bitmap; of no meaning to version 0
     */
    public record Service(Rules rules, Dialect dialect, long features) {
        /** Before any handshake. */
        public static Service unnegotiated(Dialect layout) {
            return new Service(Rules.UNNEGOTIATED, layout, 0);
        }

        /** After a handshake that has ended in {@code version}; its HELLO was in {@code layout}. */
        public static Service agreed(int version, Dialect layout, long features) {
            return switch (version) {
                case 0 -> new Service(Rules.VERSION_0, layout, 0);
                case 1 ->
                    new Service(Rules.VERSION_1, Dialect.INFO_WORD, features); // Section 9.1: whatever the HELLO's was.
                default -> new Service(Rules.VERSION_2, Dialect.TAGGED, features);
            };
        }
    }

    /** The command that {@code frame} is, or empty where the channel is to be closed without a frame. No frame is a HELLO here. */
    public static Optional<Command> commandIn(Frame frame, Service service) {
        Frame read = new Frame(service.dialect().command(), frame.bytes());
        // [DST-002] [V0-017] [VIO-001]
        if (REGISTRY.kindOf(read.bytes(), Sender.K).isPresent()) {
            return Optional.empty();
        }
        return switch (service.rules()) {
            case UNNEGOTIATED -> legacy(read, service).filter(command -> !isLostHello(command));
            case VERSION_0 -> legacy(read, service);
            case VERSION_1 -> exact(read, service);
            case VERSION_2 -> tagged(read, service);
        };
    }

    /** What a command comes to on {@code annex} where nothing else is in flight. */
    public static End end(AnnexDevice annex, Command command) {
        // [V0-014] a size that is none is found before all else
        if (command.access().sizeExponent() > AnnexDevice.QUAD) {
            return new End("BAD_OFFSET", -1);
        }
        return switch (command.op()) {
            case READ -> annex.read(command.access());
            case WRITE, POSTED -> annex.write(command.access(), command.data());
            case FENCE -> new End("OK", 0);
        };
    }

    /** [DST-003] */
    private static boolean isLostHello(Command command) {
        return command.op() == Op.READ && command.access().offset() == REGISTRY.helloOffset();
    }

    private static Optional<Command> legacy(Frame frame, Service service) {
        boolean isInfoWord = service.dialect() == Dialect.INFO_WORD;
        long cmd = isInfoWord ? frame.get("info", "cmd") : frame.get("cmd");
        // [V0-015]
        if (cmd > WRITE) {
            return Optional.empty();
        }
        String head = isInfoWord ? "info" : "head";
        boolean isAnswered = frame.get(head, "resp") != 0;
        Op op = cmd == READ ? Op.READ : isAnswered ? Op.WRITE : Op.POSTED;
        return command(op, frame, frame.get(head, "size_exponent"));
    }

    private static Optional<Command> exact(Frame frame, Service service) {
        boolean isRead = frame.get("info", "cmd") == READ;
        boolean hasResp = frame.get("info", "resp") != 0;
        // [VIO-002]
        boolean isReserved = frame.get("info") >>> INFO_BITS != 0 || frame.get("padding") != 0;
        if (isReserved || frame.get("info", "cmd") > WRITE || (isRead && (!hasResp || frame.get("data") != 0))) {
            return Optional.empty();
        }
        // [VIO-005]
        if (!hasResp && (service.features() & Forge.POSTED_WRITES) == 0) {
            return Optional.empty();
        }
        Op op = isRead ? Op.READ : hasResp ? Op.WRITE : Op.POSTED;
        return command(op, frame, frame.get("info", "size_exponent"));
    }

    private static Optional<Command> tagged(Frame frame, Service service) {
        long op = frame.get("op");
        boolean isWanted = frame.get("flags", "response_wanted") != 0;
        // [VIO-004]
        if (isWanted == (frame.get("tag") == 0) || (!isWanted && op != TAGGED_WRITE)) {
            return Optional.empty();
        }
        // [VIO-003]
        if (frame.get("flags") > 1 || frame.get("size_exponent") > AnnexDevice.QUAD) {
            return Optional.empty();
        }
        if (op == TAGGED_FENCE && (service.features() & Forge.FENCE) != 0) {
            boolean isBare =
                    (frame.get("size_exponent") | frame.get("user_data") | frame.get("offset") | frame.get("data"))
                            == 0;
            return isBare ? Optional.of(new Command(Op.FENCE, new Access(0, 0, 0), 0)) : Optional.empty();
        }
        if ((op != TAGGED_READ && op != TAGGED_WRITE) || (op == TAGGED_READ && frame.get("data") != 0)) {
            return Optional.empty();
        }
        // [VIO-005]
        if (!isWanted && (service.features() & Forge.POSTED_WRITES) == 0) {
            return Optional.empty();
        }
        Op kind = op == TAGGED_READ ? Op.READ : isWanted ? Op.WRITE : Op.POSTED;
        return command(kind, frame, frame.get("size_exponent"));
    }

    private static Optional<Command> command(Op op, Frame frame, long sizeExponent) {
        Access access = new Access(frame.get("user_data"), frame.get("offset"), (int) sizeExponent);
        return Optional.of(new Command(op, access, frame.get("data")));
    }
}
