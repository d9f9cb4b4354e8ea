// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

/**
 * An access that ended.
 *
 * @param token what the caller gave with the command
 * @param end how it ended
 */
public record Ended<T>(T token, AccessEnd end) {}
