// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.attach;

import io.netty.channel.epoll.Epoll;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.Collections;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Netty's epoll: whether it can be used here and, if not, what whoever put the class path together has to change. */
public final class NettyEpoll {
    /** The oldest Netty with all that is used; the build tests with one version of it. */
    static final String NEEDED = "4.2";

    private static final String VERSIONS = "META-INF/io.netty.versions.properties";
    private static final Pattern VERSION = Pattern.compile("(netty-[a-z-]+)\\.version");
    private static final Pattern MINOR = Pattern.compile("(\\d{1,9})\\.(\\d{1,9}).*");
    private static final ClassLoader NETTY = Epoll.class.getClassLoader();

    /** Kept, because each connection asks, and to read them takes longer than to connect. */
    private static volatile @Nullable String tooOldHere;

    private NettyEpoll() {}

    /** Throws, with {@code what} and the cause as its message, if epoll cannot be used. */
    public static void require(String what) throws IOException {
        String old = tooOldHere;
        if (old == null) {
            old = tooOld(versions());
            tooOldHere = old;
        }
        if (!old.isEmpty()) {
            throw new IOException(what + ": Netty " + NEEDED + " is needed, and here is " + old);
        }
        LibraryFolder.beforeUse();
        if (!Epoll.isAvailable()) {
            Throwable cause = Epoll.unavailabilityCause();
            throw new IOException(what + ": " + inWords(cause), cause);
        }
    }

    /** The version of each of Netty's jars; where one is there twice, its classes come from the first. */
    private static Map<String, String> versions() throws IOException {
        Map<String, String> versions = new TreeMap<>();
        for (URL jar : Collections.list(NETTY.getResources(VERSIONS))) {
            Properties properties = new Properties();
            try (InputStream in = jar.openStream()) {
                properties.load(in);
            }
            properties.forEach((key, value) -> {
                Matcher name = VERSION.matcher(key.toString());
                if (name.matches()) {
                    versions.putIfAbsent(name.group(1), value.toString());
                }
            });
        }
        return versions;
    }

    /** Of these jars the ones that are older than needed, or nothing. */
    static String tooOld(Map<String, String> versions) {
        return versions.entrySet().stream()
                .filter(jar -> isOlder(jar.getValue()))
                .map(jar -> jar.getKey() + ' ' + jar.getValue())
                .collect(Collectors.joining(", "));
    }

    private static boolean isOlder(String version) {
        Matcher found = MINOR.matcher(version);
        Matcher needed = MINOR.matcher(NEEDED);
        if (!found.matches() || !needed.matches()) {
            return false;
        }
        int major = Integer.compare(Integer.parseInt(found.group(1)), Integer.parseInt(needed.group(1)));
        return major < 0 || (major == 0 && Integer.parseInt(found.group(2)) < Integer.parseInt(needed.group(2)));
    }

    private static String inWords(@Nullable Throwable cause) {
        String system = System.getProperty("os.name", "");
        if (!system.startsWith("Linux")) {
            return "it needs Linux, and this is " + system;
        }
        String architecture = architecture();
        if (cause instanceof UnsatisfiedLinkError && !hasLibrary(architecture)) {
            String others = Stream.of("x86_64", "aarch_64", "riscv64")
                    .filter(NettyEpoll::hasLibrary)
                    .map(other -> ", and that for linux-" + other + " is of no use here")
                    .collect(Collectors.joining());
            return "the native part of Netty for linux-" + architecture + " is missing" + others
                    + ": add netty-transport-native-epoll with that classifier"
                    + (NettyEpoll.class.getModule().isNamed() ? ", and require its module" : "");
        }
        return LibraryFolder.advice().orElseGet(() -> told(cause));
    }

    /** The message alone, unless it is only the name of what was not found. */
    private static String told(@Nullable Throwable cause) {
        String message = cause == null || (cause instanceof LinkageError && !(cause instanceof UnsatisfiedLinkError))
                ? null
                : cause.getMessage();
        String text = message == null ? String.valueOf(cause) : message;
        return text.lines().findFirst().orElse(text);
    }

    /** The processor, as Netty names it in its jars and libraries. */
    private static String architecture() {
        String name = System.getProperty("os.arch", "");
        return switch (name) {
            case "amd64" -> "x86_64";
            case "aarch64" -> "aarch_64";
            default -> name;
        };
    }

    private static boolean hasLibrary(String architecture) {
        return NETTY.getResource("META-INF/native/libnetty_transport_native_epoll_" + architecture + ".so") != null;
    }
}
