// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.device.cli;

import java.io.PrintWriter;
import org.ioregionfd.device.Ending;
import org.ioregionfd.device.server.ChannelEvent;
import org.ioregionfd.device.server.ChannelObserver;

/** The events of channels as lines on standard error: words and clause ids. */
final class ChannelLog implements ChannelObserver {
    /** Which lines are written. */
    enum Detail {
        /** Failures of this side. */
        OWN_FAULTS,
        /** Also how a channel ended, if its peer did not simply close it. */
        BAD_ENDINGS,
        /** Also every negotiation, and every channel's beginning and end. */
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
    public void heard(ChannelEvent event) {
        if (event instanceof ChannelEvent.Failed || event instanceof ChannelEvent.AcceptFailed) {
            line(event.toString());
        } else if (event instanceof ChannelEvent.Ended ended) {
            lastEndedWell = ended.ending() instanceof Ending.EndOfStream;
            if (detail == Detail.ALL || (detail == Detail.BAD_ENDINGS && !lastEndedWell)) {
                line(event.toString());
            }
        } else if (detail == Detail.ALL) {
            line(inWords(event));
        }
    }

    /** Whether the peer simply closed the channel that ended last. */
    boolean lastEndedWell() {
        return lastEndedWell;
    }

    /** One call for each line, from any thread. */
    synchronized void line(String text) {
        err.println(text);
        err.flush();
    }

    private static String inWords(ChannelEvent event) {
        if (event instanceof ChannelEvent.Offered offered) {
            return "channel " + offered.channel() + ": " + NegotiationWords.offered(offered.hello(), offered.offer());
        }
        if (event instanceof ChannelEvent.Agreed agreed) {
            return "channel " + agreed.channel() + ": " + NegotiationWords.agreed(agreed.offer(), agreed.agreement());
        }
        return event.toString();
    }
}
