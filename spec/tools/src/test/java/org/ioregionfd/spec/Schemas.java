// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;

/** The JSON schemas in the folder of the document. */
final class Schemas {
    private Schemas() {}

    static Schema of(String name) {
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(SpecFiles.json(name));
    }
}
