// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.cli;

import java.util.concurrent.Callable;

/**
 * A command that another module adds to the program: a class with picocli's annotations, found by {@link
 * java.util.ServiceLoader}. Its result is the exit code.
 */
public interface Subcommand extends Callable<Integer> {}
