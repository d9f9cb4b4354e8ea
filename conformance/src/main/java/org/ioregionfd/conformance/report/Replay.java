// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.report;

import java.nio.file.Path;
import org.ioregionfd.conformance.run.Result;
import org.ioregionfd.conformance.run.SubjectRun;

/** The arguments that show a result again. */
final class Replay {
    private Replay() {}

    /** For the user who has started the run. */
    static String of(SubjectRun run, Result result) {
        return of(run.subject().command(), run, result);
    }

    /** For the user, who has saved the failure as {@code file}. */
    static String of(SubjectRun run, Path file) {
        String command = run.subject().command();
        String peer = command.indexOf(' ') < 0 ? " --exec 'CMD {socket}'" : command.substring(command.indexOf(' '));
        return " replay " + file + peer;
    }

    /** For a report, which others read: without what the user has typed, which names files of the machine. */
    static String anywhere(SubjectRun run, Result result) {
        String command = run.subject()
                .command()
                .replaceFirst("(?s) --unix .*", " --unix PATH")
                .replaceFirst("(?s) --exec .*", " --exec 'CMD {socket}'");
        return "conformance/run" + of(command, run, result);
    }

    private static String of(String command, SubjectRun run, Result result) {
        return " %s --only %s %s"
                .formatted(command, result.check().name(), run.conditions().options());
    }
}
