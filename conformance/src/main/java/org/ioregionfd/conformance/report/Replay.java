// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.report;

import org.ioregionfd.conformance.engine.Result;
import org.ioregionfd.conformance.engine.SubjectRun;

/** The arguments that show a result again. */
final class Replay {
    private Replay() {}

    static String of(SubjectRun run, Result result) {
        return " %s --only %s %s"
                .formatted(
                        run.subject().command(),
                        result.check().name(),
                        run.conditions().options());
    }
}
