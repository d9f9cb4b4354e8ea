// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device;

import java.util.Arrays;
import java.util.List;
import org.ioregionfd.wire.Access;
import org.ioregionfd.wire.Status;

/** The regions of a device, each with another user_data. A value: it can be shared by any number of channels. */
public final class Regions {
    private final List<Region> all;

    /** In ascending order, so that a search makes no object. */
    private final long[] userData;

    private final long[] lengths;

    private Regions(List<Region> all) {
        this.all = all;
        userData = all.stream().mapToLong(Region::userData).toArray();
        lengths = all.stream().mapToLong(Region::length).toArray();
    }

    /** These regions, in any order; an IllegalArgumentException if two have the same user_data. */
    public static Regions of(Region... regions) {
        Region[] sorted = regions.clone();
        Arrays.sort(sorted, (one, other) -> Long.compare(one.userData(), other.userData()));
        for (int i = 1; i < sorted.length; i++) {
            if (sorted[i - 1].userData() == sorted[i].userData()) {
                throw new IllegalArgumentException(
                        "two regions with user_data " + Long.toUnsignedString(sorted[i].userData()));
            }
        }
        return new Regions(List.of(sorted));
    }

    /** One region. */
    public static Regions of(long userData, long length) {
        return of(new Region(userData, length));
    }

    /**
     * [ACE-001] Checks the place of an access: first the region, then the offset, without wrap. OK if both are right. Any
     * offset within is right, aligned or not [ACE-005], and HELLO_OFFSET is like its neighbours [ACE-004].
     */
    Status statusOf(long region, long offset, int sizeExponent) {
        int index = Arrays.binarySearch(userData, region);
        if (index < 0) {
            return Status.BAD_REGION;
        }
        long last = lengths[index] - Access.size(sizeExponent);
        return last < 0 || Long.compareUnsigned(offset, last) > 0 ? Status.BAD_OFFSET : Status.OK;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Regions regions && all.equals(regions.all);
    }

    @Override
    public int hashCode() {
        return all.hashCode();
    }

    @Override
    public String toString() {
        return all.toString();
    }
}
