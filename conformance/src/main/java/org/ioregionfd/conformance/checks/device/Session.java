// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.checks.device;

import java.util.List;
import java.util.stream.Stream;
import org.ioregionfd.conformance.peer.Conversation;
import org.ioregionfd.conformance.peer.DevicePeer;
import org.ioregionfd.conformance.peer.NotSupported;
import org.ioregionfd.conformance.rules.Access;
import org.ioregionfd.conformance.rules.AnnexDevice;
import org.ioregionfd.conformance.rules.CommandOracle.Service;
import org.ioregionfd.conformance.rules.Dialect;
import org.ioregionfd.conformance.rules.Forge.Choice;
import org.ioregionfd.conformance.rules.Frame;
import org.ioregionfd.conformance.rules.Registry;

/** A channel on which the device serves commands: of version 0 without a handshake, or of the agreed version. */
final class Session {
    private static final int STATUS_OK = Registry.standard().code("statuses", "OK");

    private final Conversation channel;
    private final Service service;
    private final Dialect dialect;
    private long lastTag;

    private Session(Conversation channel, Service service) {
        this.channel = channel;
        this.service = service;
        this.dialect = service.dialect();
    }

    /** A new channel without a handshake. DST-001 */
    static Session unnegotiated(DevicePeer device, Dialect layout) {
        return new Session(device.connect(), Service.unnegotiated(layout));
    }

    /**
     * A new channel after a detached handshake in {@code layout} that ends in {@code choice}, and in the features besides that
     * the device requires of each SELECT: for checks that more features are nothing to. SEL-017
     */
    static Session agreed(DevicePeer device, Dialect layout, Choice choice) {
        return Negotiation.detached(device, layout).open(device, layout, choice, -1);
    }

    /** The same without any other feature. */
    static Session exactly(DevicePeer device, Dialect layout, Choice choice) {
        return Negotiation.detached(device, layout).open(layout, choice);
    }

    /** One of {@code version} with any of the features and any window that the device grants, and what it requires besides. */
    static Session anyhow(DevicePeer device, int version) {
        Negotiation offered = Negotiation.detached(device);
        long features = device.random().nextLong() & offered.featuresFor(version);
        int window = 1 + device.random().nextInt(offered.windowFor(version));
        return offered.open(device, Dialect.INFO_WORD, new Choice(version, features, window), -1);
    }

    /** A channel in each version that the device lists, but for those that it refuses because of its user. SEL-017, SEL-018 */
    static List<Session> inEachVersion(DevicePeer device, Dialect layout) {
        Negotiation offered = Negotiation.detached(device);
        offered.channel().close();
        return Registry.known().versions().stream()
                .filter(offered::isListed)
                .flatMap(version -> ifServed(device, layout, new Choice(version, 0, 1)))
                .toList();
    }

    private static Stream<Session> ifServed(DevicePeer device, Dialect layout, Choice choice) {
        try {
            return Stream.of(agreed(device, layout, choice));
        } catch (NotSupported e) {
            return Stream.empty();
        }
    }

    /** One in version 1 without a feature, but for those that the device requires. */
    static Session plain(DevicePeer device) {
        return agreed(device, Dialect.INFO_WORD, new Choice(1, 0, 1));
    }

    /** The channel of a handshake that has ended in {@code version}; its HELLO was in {@code layout}. */
    static Session after(Conversation channel, Dialect layout, int version) {
        return after(channel, layout, new Choice(version, 0, 1));
    }

    /** The channel of a handshake that has ended in {@code choice}; its HELLO was in {@code layout}. */
    static Session after(Conversation channel, Dialect layout, Choice choice) {
        return new Session(channel, Service.agreed(choice.version(), layout, choice.features()));
    }

    Conversation channel() {
        return channel;
    }

    Dialect dialect() {
        return dialect;
    }

    /** How the channel is served. */
    Service service() {
        return service;
    }

    /** A READ, with a new tag if it has one. */
    Frame read(Access access) {
        return withTag(dialect.read(access));
    }

    /** A WRITE that wants a response, with a new tag if it has one. */
    Frame write(Access access, long data) {
        return withTag(dialect.write(access, data));
    }

    /** A WRITE that wants none. */
    Frame posted(Access access, long data) {
        return dialect.posted(access, data);
    }

    /** A FENCE with a new tag; version 2 only. */
    Frame fence() {
        return Dialect.fence(++lastTag);
    }

    /** Requires the next frame to be the response of {@code command}, successful, with {@code data}. */
    void expectOk(Frame command, long data) {
        expectEnd(command, new AnnexDevice.End("OK", data));
    }

    /** Requires the next frame to be the response of {@code command}, ended with {@code status} and with {@code data}. */
    void expectEnd(Frame command, AnnexDevice.End end) {
        requireEnd(expectAnswer(command), command, end);
    }

    /** Requires a response with this {@code end}. */
    void requireEnd(Frame response, AnnexDevice.End end) {
        requireEnd(response, "data", end);
    }

    /** Requires the {@code response} of {@code command} to tell {@code end}. */
    void requireEnd(Frame response, Frame command, AnnexDevice.End end) {
        String register = AnnexDevice.nameOf(command.get("user_data"), command.get("offset"))
                .map(name -> "data of " + name)
                .orElse("data");
        requireEnd(response, register, end);
    }

    private void requireEnd(Frame response, String data, AnnexDevice.End end) {
        if (dialect == Dialect.TAGGED) {
            expectStatus(end.status(), response);
        }
        channel.require(data + " (" + end.status() + ")", end.data(), response.get("data"));
    }

    /** Requires the next frame to be the response of {@code command}. */
    Frame expectAnswer(Frame command) {
        Frame response = channel.expect(dialect.response());
        if (dialect == Dialect.TAGGED) {
            channel.require("tag", command.get("tag"), response.get("tag"));
        }
        return response;
    }

    /** Sends {@code command} and requires its success with {@code data}. */
    void does(Frame command, long data) {
        channel.send(command);
        expectOk(command, data);
    }

    /** Sends {@code command} and requires that it ends with {@code end}. */
    void ends(Frame command, AnnexDevice.End end) {
        channel.send(command);
        expectEnd(command, end);
    }

    /** Sends {@code frames} in one write, and requires that the device closes the channel and sends nothing before. */
    void isClosedBy(Frame... frames) {
        channel.isClosedBy(frames);
    }

    /** Requires that a READ of {@code access} and a WRITE of {@code data} to it both end with {@code end}. */
    void ends(Access access, long data, AnnexDevice.End end) {
        ends(read(access), end);
        ends(write(access, data), end);
    }

    /** Requires the same with {@code status} and ones. */
    void fails(Access access, long data, String status) {
        ends(access, data, new AnnexDevice.End(status, access.ones()));
    }

    /** Requires the value of the register at {@code offset} of the first region. */
    void holds(long offset, long value) {
        does(read(AnnexDevice.at(offset)), value);
    }

    /** Requires that a 64-bit number is kept in memory. */
    void keeps(long value) {
        does(write(AnnexDevice.at(8), value), 0);
        holds(8, value);
    }

    private void expectStatus(String status, Frame response) {
        int code = status.equals("OK") ? STATUS_OK : Registry.standard().code("statuses", status);
        if (response.get("status") != code) {
            throw channel.violation(
                    "status " + status, "status " + Registry.standard().name("statuses", response.get("status")));
        }
    }

    private Frame withTag(Frame command) {
        return dialect == Dialect.TAGGED ? Dialect.tagged(command, ++lastTag) : command;
    }
}
