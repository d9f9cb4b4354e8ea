// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Marks a class that holds checks: {@code @Test} methods and {@code @Property} methods. A parameter of the peer's type is given
 * the peer under test; what a check opens is closed after it, and after each try of a property.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(ExampleBridge.class)
@AddLifecycleHook(PropertyBridge.class)
public @interface Checks {}
