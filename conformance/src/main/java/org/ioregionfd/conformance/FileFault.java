// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Why a file could not be read or written, in words. Java tells the most common causes by the type alone. */
public final class FileFault {
    private FileFault() {}

    /** Without the file's name. */
    public static String why(IOException fault) {
        if (fault instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (fault instanceof NoSuchFileException) {
            return "no such file or folder";
        }
        if (fault instanceof FileAlreadyExistsException) {
            return "something else has this name";
        }
        if (fault instanceof CharacterCodingException) {
            return "it is no text in UTF-8";
        }
        String words = fault instanceof FileSystemException named && named.getReason() != null
                ? named.getReason()
                : String.valueOf(fault.getMessage());
        return switch (words) {
            case "Is a directory" -> "it is a folder";
            case "Not a directory" -> "a part of its path is no folder";
            default -> words;
        };
    }
}
