/**
 * The devices behind the protocol: regions that answer reads and writes, the conformance device among them. A
 * model knows offsets, sizes and values, and decides when an access completes; it knows neither frames nor
 * versions, and does no I/O.
 */
@NullMarked
package org.ioregionfd.device.model;

import org.jspecify.annotations.NullMarked;
