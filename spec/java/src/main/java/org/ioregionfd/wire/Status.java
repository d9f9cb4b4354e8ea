// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.wire;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** How an access ended; carried by version-2 responses. Access errors are found in the order of the codes [ACE-001]. */
public enum Status {
    OK(1, "ok"),
    /** No region has that user_data. */
    BAD_REGION(2, "bad-region"),
    /** The offset is above the region's length less the access size. */
    BAD_OFFSET(3, "bad-offset"),
    /** The device failed the access. */
    DEVICE_FAULT(4, "device-fault");

    /** By code, from 1 on; made once, because it is used for every response of version 2. */
    private static final List<Optional<Status>> BY_CODE =
            Arrays.stream(values()).map(Optional::of).toList();

    private final int code;
    private final String label;

    Status(int code, String label) {
        this.code = code;
        this.label = label;
    }

    /** The status's number in a response. */
    public int code() {
        return code;
    }

    /** The status's name in messages and for the test driver. */
    public String label() {
        return label;
    }

    /** The status with that code, if this revision knows it. */
    public static Optional<Status> of(int code) {
        return code >= 1 && code <= BY_CODE.size() ? BY_CODE.get(code - 1) : Optional.empty();
    }
}
