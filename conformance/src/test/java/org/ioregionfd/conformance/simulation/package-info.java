// SPDX-License-Identifier: BSD-3-Clause
/**
 * Both reference machines in seeded worlds on virtual time: a guest, a K, a channel that may do anything, a D, and two judges
 * that share no code with the machines. In many worlds the device answers later or never, and the guest does not wait for all
 * of its accesses. A world is a pure function of its seed.
 *
 * <p>The judges see only bytes and outcomes, and use the suite's rules, which share no code with the machines. So they also
 * find an error of the codec that the machines share. Beyond the rules they know what a machine in memory must do in time.
 */
package org.ioregionfd.conformance.simulation;
