// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.cli;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The program as a process of its own, from the classes under test. */
final class DeviceProgram implements AutoCloseable {
    private static final long WAIT_MAX_SECONDS = 30;

    private final Process process;
    private final BufferedWriter in;
    private final BufferedReader out;
    private final BufferedReader err;

    /** How it ended, and the rest of its output. */
    record Exit(int code, String out, String err) {}

    private DeviceProgram(Process process) {
        this.process = process;
        in = process.outputWriter(StandardCharsets.UTF_8);
        out = process.inputReader(StandardCharsets.UTF_8);
        err = process.errorReader(StandardCharsets.UTF_8);
    }

    static DeviceProgram start(String... arguments) throws IOException {
        return run(List.of(), arguments);
    }

    /** In a JVM with these options. */
    static DeviceProgram runJava(List<String> options, String... arguments) throws IOException {
        return run(List.of(), options, DeviceMain.class, arguments);
    }

    /** Started by a launcher that gets the program's command line. */
    static DeviceProgram run(List<String> launcher, String... arguments) throws IOException {
        return run(launcher, List.of(), DeviceMain.class, arguments);
    }

    /** As a process starts it: its command line. */
    static List<String> command(List<String> options, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        if (Runtime.version().feature() >= 24) {
            command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
        }
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    private static DeviceProgram run(List<String> launcher, List<String> options, Class<?> main, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(launcher);
        command.addAll(command(options, main, arguments));
        return new DeviceProgram(new ProcessBuilder(command).start());
    }

    /** Any command, with the program somewhere in it. */
    static DeviceProgram of(List<String> command) throws IOException {
        return new DeviceProgram(new ProcessBuilder(command).start());
    }

    /** The next line of standard output. */
    String readLine() throws IOException {
        return String.valueOf(out.readLine());
    }

    /** To standard input. */
    void writeLine(String line) throws IOException {
        in.write(line);
        in.newLine();
        in.flush();
    }

    void closeInput() throws IOException {
        in.close();
    }

    /** The next line of standard error. */
    String awaitErrLine() throws IOException {
        return String.valueOf(err.readLine());
    }

    /** SIGTERM; unlike {@link Process#destroy} it leaves the streams to be read. */
    void terminate() {
        process.toHandle().destroy();
    }

    Exit awaitExit() throws InterruptedException {
        if (!process.waitFor(WAIT_MAX_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("still runs after " + WAIT_MAX_SECONDS + " s");
        }
        return new Exit(process.exitValue(), rest(out), rest(err));
    }

    private static String rest(BufferedReader reader) {
        return String.join("\n", reader.lines().toList());
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
