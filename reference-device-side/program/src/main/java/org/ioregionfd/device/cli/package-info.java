/**
 * The command line of the device side. It turns arguments into options, opens the channels and turns outcomes into exit
 * codes; the packages that it calls do all else. Errors are plain lines on standard error.
 */
@NullMarked
package org.ioregionfd.device.cli;

import org.jspecify.annotations.NullMarked;
