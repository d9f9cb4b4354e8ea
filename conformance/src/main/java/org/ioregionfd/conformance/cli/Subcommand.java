// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.cli;

import java.util.concurrent.Callable;

/**
 * A command that another module gives to the program: a class with picocli's annotations, found by {@link java.util.ServiceLoader}.
 * What it returns is the exit code.
 */
public interface Subcommand extends Callable<Integer> {}
