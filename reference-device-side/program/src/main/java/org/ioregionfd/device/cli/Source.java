// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.cli;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.ioregionfd.attach.Attachment;
import org.ioregionfd.attach.InheritedDescriptor;
import org.ioregionfd.attach.ListenDescriptors;
import org.ioregionfd.device.server.DeviceServer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;

/**
 * Where the channels come from: one of several ways, as the command line says.
 *
 * @param serving makes a server serve from here
 * @param announcement what to print when peers may connect
 * @param isOneChannel whether the program ends with this one channel, and fails with it
 * @param needsDirect whether netty cannot serve it
 */
record Source(Serving serving, Optional<String> announcement, boolean isOneChannel, boolean needsDirect) {
    private static final String UNIX = "--unix";
    private static final String FD = "--fd";
    private static final String READ_FD = "--read-fd";
    private static final String WRITE_FD = "--write-fd";
    private static final String LISTEN_FDS = "--listen-fds";
    private static final String RECEIVE = "--receive";

    /** Makes a server serve; an IOException's message is for the user. */
    @FunctionalInterface
    interface Serving {
        void on(DeviceServer server) throws IOException;
    }

    private static Source many(Serving serving, String announcement) {
        return new Source(serving, Optional.of(announcement), false, false);
    }

    /** One channel, by its descriptors. */
    private static Source one(Attachment channel) {
        return new Source(
                server -> server.serve(channel), Optional.empty(), true, channel instanceof Attachment.DescriptorPair);
    }

    static void addTo(CommandSpec spec) {
        spec.addOption(PolicyOptions.option(UNIX, "PATH|@NAME", Attachment.class, Source::unix)
                .description("listen on this socket; @NAME is one in Linux's abstract name space")
                .build());
        spec.addOption(PolicyOptions.option(FD, "N", Integer.class, Source::descriptor)
                .description("serve this inherited socket, stream or SEQPACKET, until it ends")
                .build());
        spec.addOption(PolicyOptions.option(READ_FD, "N", Integer.class, Source::descriptor)
                .description(
                        "serve this inherited descriptor, which K writes to, together with --write-fd: each a pipe,"
                                + " a FIFO, or a connected socket, stream or SEQPACKET, in any mix; by the transport direct")
                .build());
        spec.addOption(PolicyOptions.option(WRITE_FD, "N", Integer.class, Source::descriptor)
                .description("the descriptor that K reads from")
                .build());
        spec.addOption(ServeCommand.flag(
                LISTEN_FDS,
                "serve the sockets that a service manager passed on (LISTEN_FDS), listening or connected;"
                        + " the default if there are any"));
        spec.addOption(PolicyOptions.option(RECEIVE, "PATH|@NAME", Attachment.class, Source::unix)
                .description("listen on this control socket for connected descriptors (SCM_RIGHTS), and serve each")
                .build());
    }

    /** The one source that the command line names; a ParameterException if it names none, or more than one. */
    static Source of(ParseResult parsed) {
        boolean pair = parsed.hasMatchedOption(READ_FD);
        if (pair != parsed.hasMatchedOption(WRITE_FD)) {
            throw wrong(parsed, "--read-fd N and --write-fd N go together");
        }
        int sources = 0;
        for (String option : new String[] {UNIX, FD, READ_FD, LISTEN_FDS, RECEIVE}) {
            sources += parsed.hasMatchedOption(option) ? 1 : 0;
        }
        List<Attachment.Descriptor> activated =
                sources == 0 || parsed.hasMatchedOption(LISTEN_FDS) ? activated(parsed) : List.of();
        if (sources > 1 || (sources == 0 && activated.isEmpty())) {
            throw wrong(
                    parsed,
                    "exactly one of --unix PATH, --fd N, --read-fd N with --write-fd N, --listen-fds, --receive PATH is"
                            + " needed");
        }
        if (!activated.isEmpty()) {
            return many(server -> serve(activated, server), "listening on " + activated.size() + " inherited");
        }
        if (parsed.hasMatchedOption(LISTEN_FDS)) {
            throw wrong(parsed, "--listen-fds: LISTEN_FDS and LISTEN_PID name no descriptor for this process");
        }
        if (parsed.hasMatchedOption(RECEIVE)) {
            Attachment control = parsed.matchedOption(RECEIVE).getValue();
            return many(server -> server.receive(control), "receiving " + control);
        }
        if (pair) {
            int read = parsed.matchedOption(READ_FD).getValue();
            int write = parsed.matchedOption(WRITE_FD).getValue();
            return one(new Attachment.DescriptorPair(read, write));
        }
        if (parsed.hasMatchedOption(FD)) {
            int number = parsed.matchedOption(FD).getValue();
            return one(new Attachment.Descriptor(number));
        }
        Attachment where = parsed.matchedOption(UNIX).getValue();
        // [DEV-007]
        return many(server -> server.listen(where), "listening " + where);
    }

    private static void serve(List<Attachment.Descriptor> descriptors, DeviceServer server) throws IOException {
        for (Attachment.Descriptor descriptor : descriptors) {
            if (InheritedDescriptor.inspect(descriptor.number()).kind().isListener()) {
                server.listen(descriptor);
            } else {
                server.serve(descriptor);
            }
        }
    }

    private static List<Attachment.Descriptor> activated(ParseResult parsed) {
        try {
            return ListenDescriptors.of(System.getenv(), ProcessHandle.current().pid());
        } catch (IOException e) {
            throw wrong(parsed, String.valueOf(e.getMessage()));
        }
    }

    private static ParameterException wrong(ParseResult parsed, String message) {
        return new ParameterException(parsed.commandSpec().commandLine(), message);
    }

    private static Attachment unix(String text) {
        try {
            return Attachment.ofUnix(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }

    private static int descriptor(String text) {
        int number = PolicyOptions.integer(text);
        if (number < 0) {
            throw new TypeConversionException("'" + text + "' is no file descriptor");
        }
        return number;
    }
}
