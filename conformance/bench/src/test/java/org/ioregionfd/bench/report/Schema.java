// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.report;

import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.util.List;

/** The form that a run as JSON has to have. */
public final class Schema {
    private static final String BENCH = BenchHtml.resource("/bench/bench.schema.json");

    private Schema() {}

    /** What in {@code json} is not as the schema says, in words. */
    public static List<String> faultsOf(String json) {
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(BENCH)
                .validate(json, InputFormat.JSON)
                .stream()
                .map(fault -> fault.getMessage())
                .toList();
    }
}
