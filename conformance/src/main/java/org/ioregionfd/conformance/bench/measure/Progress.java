// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.bench.measure;

/** Who is told what is being done. Called between two slices only, never while something is measured. */
@FunctionalInterface
public interface Progress {
    /** Replaces what was shown before. */
    void show(String what);
}
