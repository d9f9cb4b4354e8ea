// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.output;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Hands on ASCII as it is, and any other byte as {@code \xNN}: what is printed is the same in every locale. */
final class AsciiEscapes extends FilterOutputStream {
    AsciiEscapes(OutputStream out) {
        super(out);
    }

    @Override
    public void write(int data) throws IOException {
        if ((data & 0x80) == 0) {
            out.write(data);
        } else {
            out.write(("\\x" + Integer.toHexString(data & 0xFF)).getBytes(StandardCharsets.US_ASCII));
        }
    }

    @Override
    public void write(byte[] bytes, int index, int length) throws IOException {
        for (int i = index; i < index + length; i++) {
            write(bytes[i]);
        }
    }
}
