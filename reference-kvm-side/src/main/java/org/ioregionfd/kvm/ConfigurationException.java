// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import java.util.Optional;
import org.ioregionfd.wire.Clause;

/** Options that contradict each other: the user's mistake, in plain words with the clause that forbids it. */
public final class ConfigurationException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final transient Optional<Clause> clause;

    /** An error in the options for which there is no clause. */
    public ConfigurationException(String message) {
        super(message);
        this.clause = Optional.empty();
    }

    /** An error of configuration by a clause [POL-003, REC-003]. */
    public ConfigurationException(String message, Clause clause) {
        super(message + " [" + clause.id() + "]");
        this.clause = Optional.of(clause);
    }

    /** Whether it is the host that forbids the policy, and not another option. */
    public boolean isOfHost() {
        return clause.equals(Optional.of(Clause.CHN_012));
    }
}
