// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The path of a socket, as a user writes it for {@code --unix}. */
public final class UnixPath implements ITypeConverter<Path> {
    @Override
    public Path convert(String text) {
        if (text.startsWith("@")) {
            throw new TypeConversionException(
                    "'" + text + "': the suite cannot reach abstract names; a file of that name is ./" + text);
        }
        if (text.isEmpty() || text.chars().anyMatch(Character::isISOControl)) {
            throw new TypeConversionException("a socket's path is not empty and has no control characters");
        }
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new TypeConversionException("'" + text + "' is no path: " + e.getReason());
        }
    }
}
