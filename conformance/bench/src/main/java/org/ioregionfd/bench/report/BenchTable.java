// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.report;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.ioregionfd.bench.figure.BenchRun;
import org.ioregionfd.bench.figure.Comparison;
import org.ioregionfd.bench.figure.Subject;

/** A run as a table for people. */
public final class BenchTable {
    private final PrintWriter out;

    /** Writes to {@code out}. */
    public BenchTable(PrintWriter out) {
        this.out = out;
    }

    /** Shows how it was measured. */
    public void conditions(BenchRun run) {
        run.machine().forEach(out::println);
        run.conditions().forEach(out::println);
        out.flush();
    }

    /** Shows one of the subjects. */
    public void subject(Subject subject) {
        out.println();
        out.println(subject.title());
        out.println("  baseline: " + subject.baseline());
        subject.remarks().forEach(remark -> out.println("  " + remark));
        List<List<String>> rows = new ArrayList<>(List.of(Numbers.HEAD));
        subject.figures().forEach(figure -> rows.add(Numbers.row(figure)));
        print(rows);
        out.flush();
    }

    /** Shows the figures that two runs have of a subject. */
    public void comparison(String title, List<Comparison> figures) {
        out.println();
        out.println(title);
        if (figures.isEmpty()) {
            out.println("  is in one of the runs alone");
        } else {
            List<List<String>> rows = new ArrayList<>(List.of(Numbers.COMPARED));
            figures.forEach(figure -> rows.add(Numbers.row(figure)));
            print(rows);
        }
        out.flush();
    }

    private void print(List<List<String>> rows) {
        int[] widths = new int[rows.get(0).size()];
        rows.forEach(row -> {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        });
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder("  ");
            for (int i = 0; i < widths.length; i++) {
                String pad = " ".repeat(widths[i] - row.get(i).length());
                // The first column has words, and the last begins with a sign; numbers are aligned to the right.
                boolean isLeft = i == 0 || i == widths.length - 1;
                line.append(isLeft ? row.get(i) + pad : pad + row.get(i)).append("  ");
            }
            out.println(line.toString().stripTrailing());
        }
    }
}
