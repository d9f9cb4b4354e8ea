// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.run;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What the peer under test must be able to do for a check to make sense; without it the check is not supported. */
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
public @interface Needs {
    /** All of these, constants of {@link Ability}; those of the class count for each of its checks, and come first. */
    String[] value();
}
