// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import org.ioregionfd.conformance.run.Check;
import org.ioregionfd.conformance.run.CheckContext;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Marks a class that holds checks: {@code @Test} methods and {@code @Property} methods. A parameter of the peer's type gets
 * the peer under test. Everything that a check opens is closed after it, and after each try of a property.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(Checks.Examples.class)
@AddLifecycleHook(PropertyBridge.class)
public @interface Checks {
    /** Gives {@code @Test} methods their context. */
    static final class Examples implements BeforeEachCallback, AfterEachCallback, ParameterResolver {
        @Override
        public void beforeEach(ExtensionContext context) {
            CheckContext.current().enter(Check.of(context.getRequiredTestClass(), context.getRequiredTestMethod()));
        }

        @Override
        public void afterEach(ExtensionContext context) {
            CheckContext.current().leave(context.getExecutionException());
        }

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter
                    .getParameter()
                    .getType()
                    .isInstance(CheckContext.current().peer());
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return CheckContext.current().peer();
        }
    }
}
