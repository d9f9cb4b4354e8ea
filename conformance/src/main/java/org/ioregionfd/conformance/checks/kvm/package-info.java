// SPDX-License-Identifier: BSD-3-Clause
/**
 * The checks of a KVM side: one class for each area of the document. They play D by hand, and tell a driver what K should do.
 */
@NullMarked
package org.ioregionfd.conformance.checks.kvm;

import org.jspecify.annotations.NullMarked;
