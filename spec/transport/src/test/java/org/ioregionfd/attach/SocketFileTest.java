// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.attach;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.ioregionfd.attach.Attachment.UnixPath;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who may make, replace and remove the socket at a path. */
@Timeout(60)
class SocketFileTest {
    @TempDir
    Path folder;

    /** Both ways to listen on a path. */
    private enum By {
        JDK {
            @Override
            DirectListener listen(Path path) throws IOException {
                return JdkListener.listen(path, Waiting.BLOCK);
            }
        },
        NETTY {
            @Override
            DirectListener listen(Path path) throws IOException {
                return new DescriptorListener(NativeListener.listen(new UnixPath(path)), Waiting.BLOCK);
            }
        };

        abstract DirectListener listen(Path path) throws IOException;
    }

    private static void leave(Path path) throws IOException {
        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(path))
                .close();
    }

    private static void assertReachable(Path path, DirectListener listener) throws IOException {
        DirectChannel.open(new UnixPath(path), Waiting.BLOCK).close();
        listener.accept().close();
    }

    /** Between the look and the bind of one, there was room for all of another. */
    @ParameterizedTest
    @EnumSource
    void onlyOneOfManyThatStartAtATimeListens(By by) throws Exception {
        int starters = 4;
        CyclicBarrier together = new CyclicBarrier(starters);
        ExecutorService threads = Executors.newFixedThreadPool(starters);
        try {
            for (int round = 0; round < 50; round++) {
                Path path = folder.resolve("socket" + round);
                if (round % 2 == 0) {
                    leave(path);
                }
                List<Callable<Object>> starts = new ArrayList<>();
                for (int i = 0; i < starters; i++) {
                    starts.add(() -> {
                        together.await();
                        try {
                            return by.listen(path);
                        } catch (IOException e) {
                            return e.getMessage();
                        }
                    });
                }
                List<Object> outcomes = new ArrayList<>();
                for (Future<Object> start : threads.invokeAll(starts)) {
                    outcomes.add(start.get());
                }
                List<DirectListener> listening = outcomes.stream()
                        .filter(DirectListener.class::isInstance)
                        .map(DirectListener.class::cast)
                        .toList();
                assertEquals(1, listening.size(), outcomes::toString);
                outcomes.removeAll(listening);
                outcomes.forEach(message -> assertEquals("somebody listens on " + path + " already", message));
                listening.get(0).close();
                assertFalse(Files.exists(path));
            }
        } finally {
            threads.shutdown();
        }
    }

    @ParameterizedTest
    @EnumSource
    void removesNoSocketOfAnother(By by) throws Exception {
        Path path = folder.resolve("socket");
        DirectListener first = by.listen(path);
        Files.delete(path);
        try (DirectListener second = by.listen(path)) {
            first.close();
            assertReachable(path, second);
        }
        assertFalse(Files.exists(path));
        DirectListener third = by.listen(path);
        Files.delete(path);
        Files.writeString(path, "a file");
        third.close();
        assertEquals("a file", Files.readString(path));
    }

    /** Netty's own bind removes a file. */
    @ParameterizedTest
    @EnumSource
    void touchesNothingThatIsNoSocket(By by) throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "a file");
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("none"));
        assertEquals(file + " exists and is not a socket but a file", messageOf(by, file));
        assertEquals(link + " exists and is not a socket but a link", messageOf(by, link));
        assertEquals(folder + " exists and is not a socket but a folder", messageOf(by, folder));
        assertEquals("a file", Files.readString(file));
        assertArrayEquals(new String[] {"file", "link"}, names(folder), "no lock file beside these");
    }

    @ParameterizedTest
    @EnumSource
    void saysThatItsLockFileIsNone(By by) throws Exception {
        Path lock = Files.createDirectory(folder.resolve("socket.lock"));
        Path socket = folder.resolve("socket");
        assertEquals(
                "cannot listen on " + socket + ": " + lock + " is in the way: it is no regular file",
                messageOf(by, socket));
    }

    @ParameterizedTest
    @EnumSource
    void aPathMayHaveAllTheBytesThatAnAddressHolds(By by) throws Exception {
        String start = folder.resolve("s").toString();
        Path path = Path.of(start + "x".repeat(Attachment.PATH_BYTES_MAX - start.length()));
        assertEquals(Attachment.PATH_BYTES_MAX, path.toString().length());
        if (by == By.NETTY) {
            by.listen(path).close();
        }
        try (DirectListener listener = DirectListener.listen(new UnixPath(path), Waiting.BLOCK)) {
            assertReachable(path, listener);
            assertEquals("somebody listens on " + path + " already", messageOf(By.NETTY, path));
        }
        Socket left = Socket.newSocketDomain();
        left.bind(new DomainSocketAddress(path.toFile()));
        left.close();
        assertTrue(Files.exists(path));
        DirectListener.listen(new UnixPath(path), Waiting.BLOCK).close();
    }

    private static String messageOf(By by, Path path) {
        return assertThrows(IOException.class, () -> by.listen(path)).getMessage();
    }

    private static String[] names(Path folder) {
        return Stream.of(folder.toFile().list()).sorted().toArray(String[]::new);
    }
}
