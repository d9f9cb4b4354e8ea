// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.faults;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Loads classes of some packages anew, from its parent's class path or from a folder that comes before it. */
final class ChildFirst extends ClassLoader {
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

    /** The reference peers, with the classes in {@code faulty} in the place of their own. */
    static ChildFirst ofPeers(Optional<Path> faulty) {
        return new ChildFirst(
                List.of(
                        "org.ioregionfd.attach.",
                        "org.ioregionfd.device.",
                        "org.ioregionfd.kvm.",
                        "org.ioregionfd.trace.",
                        "org.ioregionfd.wire.",
                        "org.ioregionfd.conformance.faults.inner."),
                faulty);
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
        try (InputStream in = faulty.isPresent() ? Files.newInputStream(faulty.get()) : getResourceAsStream(file)) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            byte[] bytes = in.readAllBytes();
            return defineClass(name, bytes, 0, bytes.length);
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }
}
