// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.ioregionfd.conformance.checks.device.DeviceSuite;
import org.ioregionfd.conformance.checks.kvm.KvmSuite;
import org.ioregionfd.conformance.peer.RunResources;
import org.ioregionfd.conformance.run.RunSettings.Effort;
import org.ioregionfd.conformance.run.Subject;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Judges both reference peers, each in a process of its own. */
@Command(
        name = "self",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Judge both reference peers, each in a process of its own.")
final class SelfCommand implements Callable<Integer> {
    private static final List<String> LAYOUTS = List.of("info-word", "byte-fields");

    /** A layout mostly changes version 0, and these checks change least. */
    private static final List<String> QUICK_LAYOUTS = LAYOUTS.subList(0, 1);

    /** Because its checks wait more than they compute. */
    private static final int MORE_FOR_THE_KVM_SIDE = 1;

    @Mixin
    private RunOptions options = new RunOptions();

    @Override
    public Integer call() throws Exception {
        return judge(options);
    }

    static int judge(RunOptions options) {
        CheckRun judging = new CheckRun(options, Effort.SELF);
        if (options.isList()) {
            List<Class<?>> all = new ArrayList<>(DeviceSuite.classes());
            all.addAll(KvmSuite.classes());
            return judging.list(all).number();
        }
        try (RunResources resources = RunResources.create()) {
            List<Subject> subjects = new ArrayList<>();
            for (String layout : options.effort(Effort.SELF) == Effort.QUICK ? QUICK_LAYOUTS : LAYOUTS) {
                subjects.add(DeviceCommand.reference("--layout " + layout, resources, options));
            }
            subjects.add(KvmCommand.reference("", resources, options));
            return judging.judge(subjects, subjects.size() + MORE_FOR_THE_KVM_SIDE, resources)
                    .number();
        }
    }
}
