// SPDX-License-Identifier: BSD-3-Clause
/**
 * The command line of the KVM side. It turns arguments into options, opens the channel and turns outcomes into exit codes;
 * the packages that it calls do all else. Errors are plain lines on standard error.
 */
@NullMarked
package org.ioregionfd.kvm.cli;

import org.jspecify.annotations.NullMarked;
