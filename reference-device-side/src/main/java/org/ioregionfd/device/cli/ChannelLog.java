// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.cli;

import java.io.IOException;
import java.io.PrintWriter;
import org.ioregionfd.device.Ending;
import org.ioregionfd.device.netty.ChannelObserver;
import org.ioregionfd.wire.Agreement;

/** What becomes of the channels, as lines on standard error: words and clause ids. */
final class ChannelLog implements ChannelObserver {
    /** Which lines are written. */
    enum Detail {
        /** What failed on this side. */
        OWN_FAULTS,
        /** Also how a channel ended, where its peer did not simply close it. */
        BAD_ENDINGS,
        /** Also what was agreed, and every channel's end. */
        ALL
    }

    private final PrintWriter err;
    private final Detail detail;
    private volatile boolean lastEndedWell;

    ChannelLog(PrintWriter err, Detail detail) {
        this.err = err;
        this.detail = detail;
    }

    @Override
    public void negotiated(long channel, Agreement agreement) {
        if (detail == Detail.ALL) {
            line("channel " + channel + ": " + agreement);
        }
    }

    @Override
    public void ended(long channel, Ending ending) {
        lastEndedWell = ending instanceof Ending.EndOfStream;
        if (detail == Detail.ALL || (detail == Detail.BAD_ENDINGS && !lastEndedWell())) {
            line("channel " + channel + ": ended: " + ending);
        }
    }

    @Override
    public void failed(long channel, Throwable cause) {
        line("channel " + channel + ": failed: " + cause);
    }

    @Override
    public void acceptFailed(Throwable cause) {
        line("cannot accept a connection: " + cause.getMessage());
    }

    /** What keeps the program from serving. */
    void error(IOException cause) {
        line("ioregionfd-device: " + cause.getMessage());
    }

    /** Whether the channel that ended last was simply closed by its peer. */
    boolean lastEndedWell() {
        return lastEndedWell;
    }

    /** One call for one line, from whichever event loop. */
    private synchronized void line(String text) {
        err.println(text);
        err.flush();
    }
}
