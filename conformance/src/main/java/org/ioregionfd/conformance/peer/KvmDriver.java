// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.peer;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.ioregionfd.conformance.peer.Patience.Deadline;
import org.ioregionfd.conformance.peer.PeerProcess.PeerStart;

/**
 * The process of a test driver and its lines. Two threads carry the lines, so that neither a driver that reads nothing nor one
 * that writes without end can stop the run; everything else is confined to the thread that runs the checks.
 */
public final class KvmDriver implements AutoCloseable {
    /** Far longer than any answer of the annex, also than the durations of a run. */
    private static final int LINE_MAX = 64 * 1024;

    /** More than a check has requests; more answers are a fault of the driver. */
    private static final int LINES_MAX = 1024;

    /** How long a started driver may take until it answers: a JVM on a busy machine takes seconds. */
    private static final Duration START_WITHIN = Duration.ofSeconds(20);

    /** An op that no driver knows: its answer shows that the driver runs and keeps to DRV-001. */
    static final Request UNKNOWN = Request.of("no-such-op");

    private static final String END = "the driver to end";

    private final PeerProcess process;
    /** What the driver is to read, lines with their ends; an empty one stands for the end of its input. */
    private final BlockingQueue<Optional<String>> input = new ArrayBlockingQueue<>(LINES_MAX);

    /** The driver's lines; an empty one stands for the end of its output. */
    private final BlockingQueue<Optional<String>> output = new ArrayBlockingQueue<>(LINES_MAX);

    private final Map<Integer, Answer> early = new HashMap<>();
    private final Set<Integer> outstanding = new HashSet<>();
    private final Account lines = new Account();
    private int lastId;

    private KvmDriver(PeerProcess process) {
        this.process = process;
        daemon("driver-input", this::writeLines);
        daemon("driver-output", this::readLines);
    }

    /** Starts a driver whose socket is {@code path}, and requires that it answers. It ends with {@code resources} at the latest. */
    public static KvmDriver started(PeerStart start, Path path, RunResources resources) throws NotAttached {
        KvmDriver driver;
        try {
            driver = resources.keep(new KvmDriver(PeerProcess.started(start, path)));
        } catch (IOException e) {
            throw new NotAttached("the driver could not be started: " + e.getMessage());
        }
        try {
            Answer answer = driver.await(driver.send(UNKNOWN), START_WITHIN);
            if (!answer.status().equals("unsupported")) {
                throw new NotAttached("the driver answers an unknown op with " + answer);
            }
            return driver;
        } catch (Violation e) {
            boolean isGone = !driver.isAlive() && driver.process.exitCode() == 0;
            throw new NotAttached(
                    "the driver does not answer: " + e.seen() + (isGone ? "; " + PeerProcess.FOREGROUND : ""));
        }
    }

    /** The process itself. */
    public PeerProcess process() {
        return process;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    String howItEnded() {
        return process.howItEnded();
    }

    /** Sends {@code request} and gives the id that its answer will have. */
    public int send(Request request) {
        int id = ++lastId;
        outstanding.add(id);
        if (request.op().equals("connect")) {
            lines.clear();
        }
        sendLine(request.line(id));
        return id;
    }

    /** Sends a line that may be anything, without its end. */
    void sendLine(String line) {
        lines.told(line);
        put(Optional.of(line + '\n'));
    }

    /** Ends the driver's input behind the lines that were sent and {@code rest}, which has no line end. */
    void endInput(String rest) {
        lines.told(rest + "(the end of its input)");
        put(Optional.of(rest));
        put(Optional.empty());
    }

    private void put(Optional<String> line) {
        if (!input.offer(line)) {
            throw new Violation(
                    Violation.Kind.NO_ANSWER, "the driver to read its input", LINES_MAX + " lines unread", "");
        }
    }

    /** The lines to and from the driver since its last {@code connect}, for a report. */
    String account() {
        return lines.render(output.stream().flatMap(Optional::stream).toList());
    }

    /** Begins a new record of these lines. */
    void forgetLines() {
        lines.clear();
    }

    /** Waits until the driver's output and process have ended, and gives the exit code. Answers are kept as before. */
    int awaitEnd(Duration wait) {
        Deadline deadline = Deadline.in(wait);
        for (Optional<String> line = poll(deadline, END); line.isPresent(); line = poll(deadline, END)) {
            keep(line.get());
        }
        if (!process.hasEndedWithin(Duration.ofMillis(deadline.millisLeft()))) {
            throw new Violation(Violation.Kind.NO_ANSWER, END, "it still runs", "");
        }
        return process.exitCode();
    }

    /** The answer with this id. Answers with other ids are kept for later calls. */
    public Answer await(int id, Duration wait) {
        Deadline deadline = Deadline.in(wait);
        while (!early.containsKey(id)) {
            take(deadline, "an answer with id " + id);
        }
        return Optional.ofNullable(early.remove(id)).orElseThrow();
    }

    /** Whether the answer with this id has come; does not wait. */
    boolean isAnswered(int id) {
        while (Optional.ofNullable(output.peek()).flatMap(line -> line).isPresent()) {
            take(Deadline.in(Duration.ZERO), "a line");
        }
        return early.containsKey(id);
    }

    /** Whether the answer with this id comes within {@code wait}; it is kept for a later call. */
    boolean isAnsweredWithin(int id, Duration wait) {
        Deadline deadline = Deadline.in(wait);
        try {
            while (!early.containsKey(id)) {
                take(deadline, "an answer with id " + id);
            }
            return true;
        } catch (Violation e) {
            if (e.kind() == Violation.Kind.NO_ANSWER) {
                return false;
            }
            throw e;
        }
    }

    /** The next line without an id: the driver's answer to a line that is no request. */
    Answer awaitWithoutId(Duration wait) {
        String line = next(Deadline.in(wait), "an answer with id null");
        lines.said(line);
        return parse(line);
    }

    /** Drops answers that no call has taken, so that the next check begins with none. */
    public void forgetAnswers() {
        early.clear();
    }

    @Override
    public void close() {
        process.close();
    }

    private void take(Deadline deadline, String wanted) {
        keep(next(deadline, wanted));
    }

    private void keep(String line) {
        lines.said(line);
        Answer answer = parse(line);
        int id = (int) answer.id().orElse(0);
        if (!outstanding.remove(id)) {
            throw wrong("exactly one line for each request", line);
        }
        early.put(id, answer);
    }

    private String next(Deadline deadline, String wanted) {
        return poll(deadline, wanted)
                .orElseThrow(() -> new Violation(
                        Violation.Kind.GONE, wanted, "the end of the driver's output; " + howItEnded(), ""));
    }

    /** The next line, or empty at the end of the driver's output. */
    private Optional<String> poll(Deadline deadline, String wanted) {
        try {
            Optional<String> line = output.poll(deadline.millisLeft(), TimeUnit.MILLISECONDS);
            if (line == null) {
                throw new Violation(Violation.Kind.NO_ANSWER, wanted, "nothing", "");
            }
            if (line.isEmpty()) {
                output.add(line); // The next call sees it too.
            }
            return line;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw wrong(wanted, "an interrupt");
        }
    }

    private static Answer parse(String line) {
        try {
            JsonElement json = JsonParser.parseString(line);
            if (json.isJsonObject()) {
                return new Answer(json.getAsJsonObject());
            }
        } catch (JsonParseException e) {
            throw wrong("a JSON object on each line", line);
        }
        throw wrong("a JSON object on each line", line);
    }

    private static Violation wrong(String expected, String seen) {
        return new Violation(Violation.Kind.WRONG_ANSWER, expected, seen, "");
    }

    private void writeLines() throws IOException, InterruptedException {
        try (OutputStream to = process.input()) {
            for (Optional<String> line = input.take(); line.isPresent(); line = input.take()) {
                to.write(line.get().getBytes(StandardCharsets.UTF_8));
                to.flush();
            }
        }
    }

    private void readLines() throws IOException, InterruptedException {
        try (InputStream from = new BufferedInputStream(process.output())) {
            byte[] line = new byte[LINE_MAX];
            int length = 0;
            for (int next = from.read(); next >= 0; next = from.read()) {
                if (next == '\n') {
                    output.put(Optional.of(new String(line, 0, length, StandardCharsets.UTF_8)));
                    length = 0;
                } else if (length < LINE_MAX) {
                    line[length++] = (byte) next;
                }
            }
        } finally {
            output.put(Optional.empty());
        }
    }

    /** The loop of a thread. It ends with the process, which the waiting checks notice. */
    private interface Loop {
        void run() throws IOException, InterruptedException;
    }

    private static void daemon(String name, Loop loop) {
        Thread thread = new Thread(
                () -> {
                    try {
                        loop.run();
                    } catch (IOException e) {
                        return; // The process has closed its end.
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * The lines to and from a driver, for the report of a failure. The first line is always kept: it is the {@code connect},
     * which shows how K was configured.
     */
    static final class Account {
        /** After the first line: enough for the important requests and their answers; earlier lines are only counted. */
        private static final int LATER_MAX = 12;

        /** Longer than any line of a driver that follows the annex. */
        private static final int LENGTH_MAX = 600;

        private final Deque<String> later = new ArrayDeque<>();
        private String first = "";
        private int omitted;

        void told(String line) {
            add("driver was told " + cut(line));
        }

        void said(String line) {
            add("driver said     " + cut(line));
        }

        void clear() {
            first = "";
            later.clear();
            omitted = 0;
        }

        /** All kept lines, oldest first, and then {@code unread}: lines of the driver that no check asked for. */
        String render(List<String> unread) {
            StringBuilder text = new StringBuilder(first);
            if (omitted > 0) {
                text.append("\n(").append(omitted).append(" lines left out)");
            }
            later.forEach(line -> text.append('\n').append(line));
            unread.stream()
                    .limit(LATER_MAX)
                    .forEach(line -> text.append("\ndriver said     ").append(cut(line)));
            return text.toString();
        }

        private void add(String line) {
            if (first.isEmpty()) {
                first = line;
                return;
            }
            if (later.size() == LATER_MAX) {
                later.removeFirst();
                omitted++;
            }
            later.addLast(line);
        }

        private static String cut(String line) {
            return line.length() <= LENGTH_MAX ? line : line.substring(0, LENGTH_MAX) + "...";
        }
    }
}
