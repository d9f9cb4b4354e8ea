// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.faults;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Loads classes of some packages anew, from its parent's class path or from a folder that comes before it. */
final class ChildFirst extends ClassLoader {
    private static final List<String> PEERS = List.of("org.ioregionfd.device.", "org.ioregionfd.kvm.");

    /** What both peers use, and what uses none of their classes. */
    private static final List<String> BELOW_THE_PEERS =
            List.of("org.ioregionfd.attach.", "org.ioregionfd.trace.", "org.ioregionfd.wire.");

    /** The class files of the class path that were read: a world has hundreds, and there are hundreds of worlds. */
    private static final Map<String, byte[]> READ = new ConcurrentHashMap<>();

    private final List<String> prefixes;
    private final Optional<Path> folder;

    static {
        registerAsParallelCapable();
    }

    private ChildFirst(List<String> prefixes, Optional<Path> folder) {
        super(ChildFirst.class.getClassLoader());
        this.prefixes = prefixes;
        this.folder = folder;
    }

    /**
     * The reference peers, with the classes in {@code faulty} in the place of their own. What does not use a faulty class is not
     * loaded again: the JIT has compiled it, and it has no state.
     */
    static ChildFirst ofPeers(Path faulty) {
        boolean isBelow =
                BELOW_THE_PEERS.stream().anyMatch(name -> Files.exists(faulty.resolve(name.replace('.', '/'))));
        return new ChildFirst(
                isBelow
                        ? Stream.of(PEERS, BELOW_THE_PEERS)
                                .flatMap(List::stream)
                                .toList()
                        : PEERS,
                Optional.of(faulty));
    }

    /** The suite and its test engines: jqwik has state that two runs at a time would share. */
    static ChildFirst ofSuite() {
        return new ChildFirst(
                List.of(
                        "org.ioregionfd.conformance.",
                        "net.jqwik.",
                        "org.junit.",
                        "org.opentest4j.",
                        "com.tngtech.archunit."),
                Optional.empty());
    }

    /** The suite with the classes in {@code faulty} in the place of its own. */
    static ChildFirst ofRules(Path faulty) {
        return new ChildFirst(List.of("org.ioregionfd.conformance."), Optional.of(faulty));
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (prefixes.stream().noneMatch(name::startsWith)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? define(name) : loaded;
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        String file = name.replace('.', '/') + ".class";
        Optional<Path> faulty = folder.map(classes -> classes.resolve(file)).filter(Files::exists);
        try {
            byte[] bytes = faulty.isPresent() ? Files.readAllBytes(faulty.get()) : usual(file);
            return defineClass(name, bytes, 0, bytes.length);
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }

    private byte[] usual(String file) throws IOException, ClassNotFoundException {
        byte[] known = READ.get(file);
        if (known != null) {
            return known;
        }
        try (InputStream in = getResourceAsStream(file)) {
            if (in == null) {
                throw new ClassNotFoundException(file);
            }
            byte[] bytes = in.readAllBytes();
            READ.put(file, bytes);
            return bytes;
        }
    }
}
