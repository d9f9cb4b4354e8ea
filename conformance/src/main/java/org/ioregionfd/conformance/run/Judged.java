// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.run;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.ioregionfd.conformance.rules.ClauseBook.ClauseKinds;

/** Marks a check that judges by time or by chance. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Judged {
    /** By which of them. */
    ClauseKinds.Kind by();
}
