// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.ioregionfd.conformance.UsageError;
import org.ioregionfd.conformance.peer.PeerProcess.PeerStart;

/**
 * The user's command for a peer, as words. No shell reads it, so that ending the process ends the peer itself. Quotes and
 * backslashes work as in a shell, but variables and patterns do not.
 *
 * @param words at least one
 */
public record PeerCommand(List<String> words) implements PeerStart {
    /** Stands for the path of the socket. */
    public static final String SOCKET = "{socket}";

    public PeerCommand {
        words = List.copyOf(words);
    }

    /**
     * Takes the text of {@code --exec} apart.
     *
     * @throws UsageError with a message for the user, if there is no word, a quote is open, or no word holds {socket}
     */
    public static PeerCommand parse(String text) {
        List<String> words = words("--exec", text);
        if (words.stream().noneMatch(w -> w.contains(SOCKET))) {
            throw new UsageError("--exec needs a command that names " + SOCKET);
        }
        return new PeerCommand(words);
    }

    /**
     * The words of the text of {@code option}.
     *
     * @throws UsageError with a message for the user, if a quote is open
     */
    public static List<String> words(String option, String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean inWord = false;
        char quote = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && quote != '\'' && i + 1 < text.length()) {
                word.append(text.charAt(++i));
                inWord = true;
            } else if (quote != 0) {
                if (c == quote) {
                    quote = 0;
                } else {
                    word.append(c);
                }
            } else if (c == '"' || c == '\'') {
                quote = c;
                inWord = true;
            } else if (Character.isWhitespace(c)) {
                if (inWord) {
                    words.add(word.toString());
                    word.setLength(0);
                    inWord = false;
                }
            } else {
                word.append(c);
                inWord = true;
            }
        }
        if (quote != 0) {
            throw new UsageError(option + " has an open " + quote);
        }
        if (inWord) {
            words.add(word.toString());
        }
        return words;
    }

    @Override
    public Process at(Path socket) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(with(socket));
        Kin.at(socket).mark(builder.environment());
        try {
            return builder.start();
        } catch (IOException e) {
            String program = words.get(0);
            throw new IOException(isThere(program) ? e.getMessage() : "there is no program " + program, e);
        }
    }

    /** In which words Java says that it is not depends on Java's version. */
    private static boolean isThere(String program) {
        String folders = program.contains("/") ? "" : String.valueOf(System.getenv("PATH"));
        return Stream.of(folders.split(":")).anyMatch(folder -> Files.exists(Path.of(folder, program)));
    }

    /** The words with the socket's path in the place of {socket}. */
    public List<String> with(Path socket) {
        return words.stream().map(w -> w.replace(SOCKET, socket.toString())).toList();
    }
}
