// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.bench.report;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** The form that a run as JSON has to have. */
public final class Schema {
    private Schema() {}

    /** What in {@code json} is not as the schema says, in words. */
    public static List<String> faultsOf(String json) throws IOException {
        try (InputStream schema = BenchJson.class.getResourceAsStream("/bench/bench.schema.json")) {
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(schema)
                    .validate(json, InputFormat.JSON)
                    .stream()
                    .map(fault -> fault.getMessage())
                    .toList();
        }
    }
}
