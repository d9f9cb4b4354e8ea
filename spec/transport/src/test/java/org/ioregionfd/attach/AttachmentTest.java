// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.attach;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import org.ioregionfd.attach.Attachment.AbstractName;
import org.ioregionfd.attach.Attachment.Descriptor;
import org.ioregionfd.attach.Attachment.DescriptorPair;
import org.ioregionfd.attach.Attachment.UnixPath;
import org.junit.jupiter.api.Test;

class AttachmentTest {
    @Test
    void readsWhatAUserWrites() {
        assertEquals(new UnixPath(Path.of("/run/device.sock")), Attachment.ofUnix("/run/device.sock"));
        assertEquals(new UnixPath(Path.of("./@device")), Attachment.ofUnix("./@device"));
        assertEquals(new AbstractName("device"), Attachment.ofUnix("@device"));
    }

    @Test
    void refusesWhatCanBeNeitherPathNorName() {
        assertThrows(IllegalArgumentException.class, () -> Attachment.ofUnix(""));
        assertThrows(IllegalArgumentException.class, () -> Attachment.ofUnix("@"));
        assertThrows(IllegalArgumentException.class, () -> Attachment.ofUnix("a\0b"));
        assertThrows(IllegalArgumentException.class, () -> Attachment.ofUnix("@" + "\u00fc".repeat(54)));
        assertThrows(IllegalArgumentException.class, () -> Attachment.ofUnix("a\nb"));
        assertThrows(IllegalArgumentException.class, () -> Attachment.ofUnix("@a\u001bb"));
        assertEquals("x".repeat(106), new AbstractName("x".repeat(106)).name());
        assertThrows(IllegalArgumentException.class, () -> Attachment.ofUnix("@" + "x".repeat(107)));
        assertThrows(IllegalArgumentException.class, () -> Attachment.ofUnix("x".repeat(108)));
        assertEquals("x".repeat(107), Attachment.ofUnix("x".repeat(107)).toString());
    }

    @Test
    void isShownAsItIsWritten() {
        assertEquals("/run/device.sock", Attachment.ofUnix("/run/device.sock").toString());
        assertEquals("@device", Attachment.ofUnix("@device").toString());
        assertEquals("descriptor 3", new Descriptor(3).toString());
        assertEquals("descriptors 3 and 4", new DescriptorPair(3, 4).toString());
    }
}
