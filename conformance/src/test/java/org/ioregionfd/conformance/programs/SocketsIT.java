// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.ioregionfd.conformance.programs.Programs.Ended;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The sockets of the programs: who has which path, what it may be called, and what is said where nobody can be reached. */
@Tag("system")
class SocketsIT {
    private static final int DEADLINE_SECONDS = 60;
    private static final int PATH_BYTES_MAX = 107;
    private static final String READ = "read 1 0x128 4 --deadline-ms 60000 --unix";

    @TempDir
    Path folder;

    private String at(String name) {
        return folder.resolve(name).toString();
    }

    private void leave(String path) throws IOException {
        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(path))
                .close();
    }

    private static List<String> serve(String transport, String option, String path) {
        return Programs.device("serve --transport", transport, option, path);
    }

    private static void assertServed(String path) throws IOException, InterruptedException {
        Ended read = Programs.run(Programs.kvm(READ, path));
        assertEquals(0, read.exitCode(), read::toString);
        assertEquals("0x0\n", read.out());
    }

    /** The line of an end, without the program's name. */
    private static String fault(int exitCode, List<String> command) throws IOException, InterruptedException {
        Ended ended = Programs.run(command);
        assertEquals(exitCode, ended.exitCode(), ended::toString);
        assertEquals("", ended.out());
        assertEquals(1, ended.err().lines().count(), ended::toString);
        return ended.err().strip().replaceFirst("^ioregionfd-(device|kvm): |^conformance: ", "");
    }

    @ParameterizedTest
    @CsvSource({"netty, --unix, true", "direct, --unix, true", "netty, --unix, false", "netty, --receive, true"})
    void ofTwoThatStartAtATimeOneListens(String transport, String option, boolean isStaleThere) throws Exception {
        String path = at("socket");
        if (isStaleThere) {
            leave(path);
        }
        Path err = folder.resolve("err");
        List<Process> both = new ArrayList<>();
        try {
            for (int i = 0; i < 2; i++) {
                both.add(new ProcessBuilder(serve(transport, option, path))
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.appendTo(err.toFile()))
                        .start());
            }
            Process ended = (Process)
                    CompletableFuture.anyOf(both.get(0).onExit(), both.get(1).onExit())
                            .get(DEADLINE_SECONDS, TimeUnit.SECONDS);
            assertEquals(3, ended.exitValue());
            assertEquals("ioregionfd-device: somebody listens on " + path + " already\n", Files.readString(err));
            both.remove(ended);
            if (option.equals("--unix")) {
                assertServed(path);
            }
            assertTrue(both.get(0).isAlive());
        } finally {
            both.forEach(Process::destroyForcibly);
        }
    }

    @ParameterizedTest
    @CsvSource({"netty, --unix, listening", "direct, --unix, listening", "direct, --receive, receiving"})
    void aStoppedServerLeavesTheSocketOfItsSuccessor(String transport, String option, String says) throws Exception {
        Path path = folder.resolve("socket");
        List<String> command = serve(transport, option, path.toString());
        Listening first = new Listening(says + " " + path, path, command);
        Files.delete(path);
        try (Listening second = new Listening(says + " " + path, path, command)) {
            first.close();
            assertTrue(Files.exists(path));
            if (option.equals("--unix")) {
                assertServed(second.path());
            }
        } finally {
            first.kill();
        }
        assertFalse(Files.exists(path));
    }

    /** [CHN-001, CHN-005] A record is a frame, whichever way the socket came. */
    @ParameterizedTest
    @ValueSource(strings = {"netty", "direct"})
    void aSeqpacketListenerKeepsRecords(String transport) throws Exception {
        String path = at("socket");
        List<String> launched =
                new ArrayList<>(List.of(CProgram.compiled("conformance/legacy/with-listener.c"), "--seqpacket", path));
        launched.addAll(Programs.device("serve --transport", transport));
        String connecting = CProgram.compiled("conformance/legacy/with-connection.c");
        try (Listening device = new Listening("listening on 1 inherited", Path.of(path), launched)) {
            List<String> read = new ArrayList<>(List.of(connecting, device.path()));
            read.addAll(Programs.kvm("read --deadline-ms 60000 --fd 3 1 0x128 4"));
            Ended ended = Programs.run(read);
            assertEquals(0, ended.exitCode(), ended::toString);
            assertEquals("0x0\n", ended.out());
            for (String records : List.of("head -c 64 /dev/zero >&3", "head -c 16 /dev/zero >&3")) {
                assertEquals(
                        new Ended(0, "0\n", ""),
                        Programs.run(List.of(connecting, device.path(), "sh", "-c", records + "; wc -c <&3")));
            }
        }
    }

    @Test
    void saysWhichDescriptorCannotBeServed() throws Exception {
        List<String> command =
                new ArrayList<>(List.of("sh", "-c", "LISTEN_PID=$$ LISTEN_FDS=1 exec \"$@\" 3</dev/null", "sh"));
        command.addAll(Programs.device("serve"));
        assertEquals("descriptor 3 is neither a socket nor a pipe", fault(3, command));
    }

    @Test
    void aPathMayHaveAllTheBytesThatAnAddressHolds() throws Exception {
        String path = at("x") + "x".repeat(PATH_BYTES_MAX - at("x").length());
        for (String transport : List.of("netty", "direct")) {
            Listening device = new Listening(Path.of(path), serve(transport, "--unix", path));
            try {
                assertServed(path);
                Ended direct = Programs.run(Programs.kvm("probe --transport direct --unix", path));
                assertEquals(0, direct.exitCode(), direct::toString);
                Ended suite = Programs.run(Programs.suite("device", "--unix", path, "--quick", "--only", "HEL-013"));
                assertEquals(0, suite.exitCode(), suite::toString);
                assertEquals("somebody listens on " + path + " already", fault(3, serve("netty", "--unix", path)));
            } finally {
                device.kill();
            }
            assertTrue(Files.exists(Path.of(path)));
        }
        new Listening(Path.of(path), serve("netty", "--unix", path)).close();
        String tooLong = "a socket's path has at most 107 bytes, and this has 108";
        assertTrue(fault(2, serve("direct", "--unix", path + "x")).contains(tooLong));
        assertEquals(tooLong, fault(2, Programs.kvm(READ, path + "x")));
        String name = "@" + "n".repeat(106);
        try (Listening device = new Listening(Path.of(name), serve("netty", "--unix", name))) {
            assertServed(device.path());
        }
        assertEquals("an abstract name has 1 to 106 bytes, and this has 107", fault(2, Programs.kvm(READ, name + "n")));
    }

    /** As many hosts mount /tmp. */
    @Test
    void runsNettysLibraryElsewhereIfItMayNotRunInTheTemporaryFolder() throws Exception {
        List<String> mounted = new ArrayList<>(List.of(
                "unshare", "-m", "sh", "-c", "mount -t tmpfs -o noexec none \"$0\" && exec \"$@\"", folder.toString()));
        List<String> trial = new ArrayList<>(mounted);
        trial.add("true");
        assumeTrue(Programs.run(trial).exitCode() == 0, "skipped: no right to mount");
        List<String> read = new ArrayList<>(mounted);
        read.addAll(Programs.java("-Djava.io.tmpdir=" + folder, "-jar", Programs.KVM_JAR.toString()));
        read.addAll(List.of("probe", "--transport", "netty", "--unix", "@ioregionfd-nobody"));
        assertEquals(
                new Ended(
                        3,
                        "",
                        "ioregionfd-kvm: java.io.tmpdir is " + folder
                                + ", which is mounted noexec: Netty's native library is"
                                + " run from /var/tmp\nioregionfd-kvm: no peer at @ioregionfd-nobody: nobody listens\n"),
                Programs.run(read));
    }

    @Test
    void anAbstractNameIsNoFileOfArguments() throws Exception {
        String name = "ioregionfd-" + ProcessHandle.current().pid();
        Files.writeString(folder.resolve(name), "other.sock");
        String other = name + "-folder";
        Files.createDirectory(folder.resolve(other));
        try (Listening device =
                new Listening(Path.of("@" + name), inFolder(Programs.device("serve --unix @" + name)))) {
            assertServed(device.path());
        }
        assertEquals("no peer at @" + other + ": nobody listens", fault(3, inFolder(Programs.kvm(READ, "@" + other))));
        String suite = fault(2, inFolder(Programs.suite("device", "--unix", "@" + other)));
        assertTrue(suite.contains("the suite cannot reach abstract names; a file of that name is ./@" + other), suite);
    }

    private List<String> inFolder(List<String> command) {
        List<String> there = new ArrayList<>(List.of("sh", "-c", "cd \"$0\" && exec \"$@\"", folder.toString()));
        there.addAll(command);
        return there;
    }

    /** A path that the JVM would take for another one. */
    @ParameterizedTest
    @CsvSource({"C, '\\303\\274'", "C.UTF-8, '\\377'"})
    void refusesArgumentsThatItCannotKeep(String locale, String bytes) throws Exception {
        for (List<String> program : List.of(
                Programs.device("serve --unix"),
                Programs.kvm(READ),
                Programs.suite("device", "--unix"),
                Programs.suite("replay", "--unix", "x"))) {
            String fault = fault(2, withPrinted(bytes, locale, program));
            assertTrue(fault.contains("cannot be kept byte for byte: it is not UTF-8, or the locale"), fault);
        }
        Path path = folder.resolve("\u00fc");
        try (Listening device = new Listening(
                "listening " + folder + "/\\xc3\\xbc",
                path,
                withPrinted("\\303\\274", "C.UTF-8", Programs.device("serve --unix")))) {
            assertTrue(Files.exists(Path.of(device.path())));
        }
    }

    @Test
    void refusesControlCharactersInOneLine() throws Exception {
        for (List<String> program :
                List.of(Programs.device("serve --unix"), Programs.kvm(READ), Programs.suite("device", "--unix"))) {
            String fault = fault(2, withPrinted("a\\nb", "C", program));
            assertTrue(fault.contains("control characters"), fault);
        }
    }

    /** With a path in the folder as the last argument: its name is made by printf. */
    private List<String> withPrinted(String name, String locale, List<String> program) {
        List<String> command = new ArrayList<>(List.of(
                "sh",
                "-c",
                "exec \"$@\" \"$(printf '" + folder + "/" + name + "')\"",
                "sh",
                "env",
                "LC_ALL=" + locale));
        command.addAll(program);
        return command;
    }

    @Test
    void saysWhyNobodyCanBeReached() throws Exception {
        String file = Files.createFile(folder.resolve("file")).toString();
        leave(at("stale"));
        Files.setPosixFilePermissions(Path.of(at("stale")), PosixFilePermissions.fromString("rwxrwxrwx"));
        ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        String foreign = at("foreign");
        other.bind(UnixDomainSocketAddress.of(foreign));
        Files.setPosixFilePermissions(Path.of(foreign), Set.of());
        for (String transport : List.of("netty", "direct")) {
            for (String[] pathAndCause : new String[][] {
                {at("none"), "no such file"},
                {at("none/socket"), "no such folder"},
                {file, "it is a file, not a socket"},
                {file + "/socket", file + " is not a folder"},
                {folder.toString(), "it is a folder, not a socket"},
                {at("stale"), "nobody listens"},
                {foreign, "permission denied"}
            }) {
                List<String> command = asAnybody(Programs.kvm(READ, pathAndCause[0], "--transport", transport));
                assertEquals("no peer at " + pathAndCause[0] + ": " + pathAndCause[1], fault(3, command));
            }
            assertEquals(
                    "cannot listen on " + foreign + ": permission denied to ask whether somebody listens there",
                    fault(3, asAnybody(serve(transport, "--unix", foreign))));
            assertEquals(
                    "cannot listen on /proc/none: permission denied",
                    fault(3, asAnybody(serve(transport, "--unix", "/proc/none"))));
        }
        assertSuiteSays("refused: nobody listens", at("stale"));
        assertSuiteSays("nothing is there", at("none"));
        other.close();
    }

    /** It has said on standard output what it is going to do. */
    private static void assertSuiteSays(String cause, String path) throws IOException, InterruptedException {
        Ended ended = Programs.run(Programs.suite("device", "--unix", path));
        assertEquals(3, ended.exitCode(), ended::toString);
        assertTrue(ended.err().endsWith(cause + "\n"), ended::toString);
    }

    /** A user who is not root, whom all rights are given; with a copy of the program, whose folder may be root's alone. */
    private List<String> asAnybody(List<String> command) throws IOException, InterruptedException {
        if (!"root".equals(System.getProperty("user.name"))) {
            return command;
        }
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        List<String> less = new ArrayList<>(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
        for (String word : command) {
            Path copy = folder.resolve(Path.of(word).getFileName() + "");
            if (word.endsWith(".jar") && !Files.exists(copy)) {
                Files.copy(Path.of(word), copy);
            }
            less.add(word.endsWith(".jar") ? copy.toString() : word);
        }
        return less;
    }

    /** More of them than there is room for. */
    @Test
    void idleClientsDoNotKeepTheVmmOut() throws Exception {
        Path control = folder.resolve("control");
        List<SocketChannel> idle = new ArrayList<>();
        try (Listening device =
                new Listening("receiving " + control, control, serve("direct", "--receive", control.toString()))) {
            for (int i = 0; i < 20; i++) {
                idle.add(SocketChannel.open(UnixDomainSocketAddress.of(control)));
            }
            List<String> command = new ArrayList<>(List.of(CProgram.compiled("conformance/legacy/with-socketpair.c")));
            command.addAll(Programs.java(
                    "-cp", System.getProperty("java.class.path"), HandOver.class.getName(), device.path()));
            command.add("--");
            command.addAll(Programs.kvm("read --deadline-ms 60000 --fd 3 1 0x128 4"));
            Ended read = Programs.run(command);
            assertEquals("0x0\n", read.out(), read::toString);
        } finally {
            for (SocketChannel channel : idle) {
                channel.close();
            }
        }
    }
}
