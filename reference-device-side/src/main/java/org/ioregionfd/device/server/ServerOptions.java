// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.server;

import java.util.function.LongFunction;
import org.ioregionfd.device.DeviceModel;
import org.ioregionfd.device.DevicePolicy;
import org.ioregionfd.trace.FrameTap;

/**
 * What a server serves. {@link #serving} makes it, and the {@code with} methods change it.
 *
 * @param policy of every channel
 * @param model what is served on each
 * @param observer gets the events of the channels
 * @param taps gives each channel, by its number, a tap for all its bytes
 * @param channelsMax how many channels are served at a time; further ones are closed at once. It bounds descriptors, memory
 *     and threads against a peer that keeps connecting
 */
public record ServerOptions(
        DevicePolicy policy,
        DeviceModel model,
        ChannelObserver observer,
        LongFunction<FrameTap> taps,
        int channelsMax) {
    /** Far above the 64 channels that must be served [DEV-004], and within the usual number of a process's descriptors. */
    public static final int CHANNELS_MAX_DEFAULT = 1024;

    public ServerOptions {
        if (channelsMax < 1) {
            throw new IllegalArgumentException("a server serves one channel at least, not " + channelsMax);
        }
    }

    /** The default policy and bound; events are logged. */
    public static ServerOptions serving(DeviceModel model) {
        return new ServerOptions(
                DevicePolicy.DEFAULT, model, new LoggingObserver(), channel -> FrameTap.NONE, CHANNELS_MAX_DEFAULT);
    }

    public ServerOptions withPolicy(DevicePolicy newPolicy) {
        return new ServerOptions(newPolicy, model, observer, taps, channelsMax);
    }

    public ServerOptions withObserver(ChannelObserver newObserver) {
        return new ServerOptions(policy, model, newObserver, taps, channelsMax);
    }

    public ServerOptions withChannelsMax(int newChannelsMax) {
        return new ServerOptions(policy, model, observer, taps, newChannelsMax);
    }

    public ServerOptions withTaps(LongFunction<FrameTap> newTaps) {
        return new ServerOptions(policy, model, observer, newTaps, channelsMax);
    }
}
