// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.output;

import java.io.BufferedOutputStream;
import java.io.File;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The standard streams of a program: ASCII in every locale; nobody waits for standard error; what could not be written is told
 * and is never a success.
 */
public final class StandardStreams {
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final int COUNT = 3;

    /** Hold the numbers of streams that were closed, so that nothing else that is opened gets them. */
    private final List<FileInputStream> held = new ArrayList<>();

    /** A name of the file system is printed by its bytes, whatever the locale takes them for. */
    private final Charset names = Charset.forName(System.getProperty("sun.jnu.encoding"));

    private final DescriptorStream output = new DescriptorStream(FileDescriptor.out);
    private final ErrorLines errors = new ErrorLines(BackgroundOutput.start(
            "standard-error", ErrorLines.CAPACITY, () -> new DescriptorStream(FileDescriptor.err)));

    private StandardStreams() throws IOException {
        for (int i = 0; i < COUNT && Files.isDirectory(DESCRIPTORS); i++) {
            if (!Files.exists(descriptor(i), LinkOption.NOFOLLOW_LINKS)) {
                // for reading, so that a write to it fails
                held.add(new FileInputStream("/dev/null"));
            }
        }
    }

    /** Replaces the streams of {@link System}, and sets the locale that is the same everywhere. Call it first. */
    public static StandardStreams install() throws IOException {
        Locale.setDefault(Locale.ROOT);
        boolean isInputOpen = Files.exists(descriptor(0), LinkOption.NOFOLLOW_LINKS) && !isOfTheJvm(descriptor(0));
        StandardStreams streams = new StandardStreams();
        if (!isInputOpen) {
            System.setIn(new ClosedInput());
        }
        OutputStream buffered = new BufferedOutputStream(streams.output);
        System.setOut(new PrintStream(new AsciiEscapes(buffered), true, streams.names));
        System.setErr(new PrintStream(new AsciiEscapes(streams.errors), false, streams.names));
        return streams;
    }

    /** Writes to System.out, line by line. */
    public PrintWriter out() {
        return new PrintWriter(System.out, true, names);
    }

    /** Writes to System.err, line by line. */
    public PrintWriter err() {
        return new PrintWriter(System.err, true, names);
    }

    /**
     * Writes what is left, and gives the exit status: {@code failed} instead of 0 if a part could not be written. Says why on
     * standard error, if that can be written. Nothing can be printed any more then.
     */
    public int end(String program, int status, int failed) {
        System.out.flush();
        output.failure()
                .ifPresent(e -> System.err.println(program + ": standard output cannot be written: " + e.getMessage()));
        System.err.close();
        boolean isAll = output.failure().isEmpty() && errors.isWhole();
        return status == 0 && !isAll ? failed : status;
    }

    /** Standard output for any bytes, which are written as they are. */
    public static OutputStream rawOutput() {
        return new DescriptorStream(FileDescriptor.out);
    }

    /** Whether there is a standard input, be it at its end. */
    public static boolean isInputOpen() {
        return !(System.in instanceof ClosedInput);
    }

    private static Path descriptor(int number) {
        return DESCRIPTORS.resolve(Integer.toString(number));
    }

    /** The first file that the JVM opens gets the number of a closed stream. */
    private static boolean isOfTheJvm(Path descriptor) throws IOException {
        if (!Files.isRegularFile(descriptor)) {
            return false;
        }
        Path file = descriptor.toRealPath();
        List<String> own = new ArrayList<>(List.of(System.getProperty("java.home")));
        own.addAll(List.of(System.getProperty("java.class.path").split(Pattern.quote(File.pathSeparator))));
        for (String path : own) {
            if (Files.exists(Path.of(path)) && file.startsWith(Path.of(path).toRealPath())) {
                return true;
            }
        }
        return false;
    }

    private static final class ClosedInput extends InputStream {
        @Override
        public int read() throws IOException {
            throw new IOException("standard input is closed");
        }

        @Override
        public int read(byte[] bytes, int index, int length) throws IOException {
            return read();
        }
    }
}
