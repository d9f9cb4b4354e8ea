// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.cli;

import io.netty.util.internal.logging.InternalLogger;
import io.netty.util.internal.logging.InternalLoggerFactory;
import java.lang.reflect.Proxy;

/**
 * Loggers for Netty that log nothing: {@link ChannelLog} tells everything that a user should know, without stack traces. With
 * them the program also needs no search for a logging library when it starts.
 */
final class SilentLoggers extends InternalLoggerFactory {
    /** Call it before any other use of Netty. */
    static void install() {
        setDefaultFactory(new SilentLoggers());
    }

    @Override
    protected InternalLogger newInstance(String name) {
        return (InternalLogger) Proxy.newProxyInstance(
                InternalLogger.class.getClassLoader(),
                new Class<?>[] {InternalLogger.class},
                (logger, method, arguments) -> switch (method.getName()) {
                    case "name" -> name;
                    case "hashCode" -> System.identityHashCode(logger);
                    case "equals" -> logger == arguments[0];
                    default -> method.getReturnType() == boolean.class ? Boolean.FALSE : null;
                });
    }
}
