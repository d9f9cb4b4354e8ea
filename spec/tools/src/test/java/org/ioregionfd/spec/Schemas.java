// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec;

import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;

/** The JSON schemas in the folder of the document. */
final class Schemas {
    private Schemas() {}

    static JsonSchema of(String name) {
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(SpecFiles.json(name));
    }
}
