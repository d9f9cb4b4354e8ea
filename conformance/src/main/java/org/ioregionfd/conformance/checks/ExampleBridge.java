// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks;

import org.ioregionfd.conformance.run.Check;
import org.ioregionfd.conformance.run.Stage;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Puts {@code @Test} methods on the stage. */
final class ExampleBridge implements BeforeEachCallback, AfterEachCallback, ParameterResolver {

    @Override
    public void beforeEach(ExtensionContext context) {
        Stage.current().enter(Check.of(context.getRequiredTestClass(), context.getRequiredTestMethod()));
    }

    @Override
    public void afterEach(ExtensionContext context) {
        Stage.current().leave(context.getExecutionException());
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType().isInstance(Stage.current().peer());
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return Stage.current().peer();
    }
}
