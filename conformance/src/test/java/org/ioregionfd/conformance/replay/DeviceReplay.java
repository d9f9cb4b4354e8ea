// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.replay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ioregionfd.conformance.replay.StateGraph.State;
import org.ioregionfd.conformance.replay.StateGraph.Step;
import org.ioregionfd.device.DeviceAccess;
import org.ioregionfd.device.DeviceChannel;
import org.ioregionfd.device.DeviceChannel.Phase;
import org.ioregionfd.device.DeviceModel;
import org.ioregionfd.device.DevicePolicy;
import org.ioregionfd.device.DeviceState;
import org.ioregionfd.device.Ending;
import org.ioregionfd.wire.Agreement;
import org.ioregionfd.wire.Framing;
import org.ioregionfd.wire.Layout;

/**
 * The device side's machine along a path: it gets the bytes of the frame that D takes in the model. Every step of an aware D
 * is one call; the two have the same granularity.
 */
final class DeviceReplay implements Replay {
    private static final long REGION_LENGTH = 0x1000;

    private final DeviceChannel channel;
    private final FrameBytes frames = new FrameBytes();
    /** The ids of the accesses that reached the device, in order. */
    private final List<Integer> performed = new ArrayList<>();

    private final List<Integer> performedInModel = new ArrayList<>();

    DeviceReplay(State initial) {
        DevicePolicy policy = Settings.device(initial.get("d"));
        channel = new DeviceChannel(
                policy, Framing.STREAM, DeviceModel.of(AccessBytes.REGION, REGION_LENGTH, () -> this::perform));
    }

    /** A step of an aware device side; no implementation does what the model's legacy devices do. */
    static boolean isOwn(Step step) {
        return (step.action().startsWith("D") || step.action().equals("LegacyServes"))
                && step.from().get("d").field("kind").text().equals("aware");
    }

    @Override
    public void take(Step step) {
        if (!isOwn(step)) {
            return;
        }
        if (step.action().equals("DSeesEnd")) {
            channel.peerClosed();
        } else {
            exchange(step);
        }
        compare(step);
    }

    private void exchange(Step step) {
        Effect effect = new Effect(step);
        TlaValue request = effect.request();
        frames.accesses().note(request);
        ByteBuf out = Unpooled.buffer(DeviceChannel.OUTPUT_MIN);
        channel.receive(frames.fromK(request), out, 0);
        Optional<TlaValue> expected = effect.sentByD();
        Compared.sent(expected, expected.map(frames::fromD), out);
        int ran = step.to().get("dRan").number();
        // A FENCE is no access of the device's
        if (ran != step.from().get("dRan").number()
                && !request.field("kind").text().equals("FENCE")) {
            performedInModel.add(ran);
        }
    }

    private void compare(Step step) {
        State to = step.to();
        Compared.same("the state", to.get("dState").text(), stateName(to));
        Compared.same("the accesses performed, by id", performedInModel, performed);
        Compared.same("what was agreed", agreed(to), channel.agreement().map(Agreement::toString));
        if (channel.state() instanceof DeviceState.Offered offered) {
            Compared.same("the HELLO", frames.hello(to.get("dHello")), offered.hello());
            Compared.same("the OFFER", frames.offer(to.get("dOffer")), offered.offer());
        }
        if (channel.state() instanceof DeviceState.Open open) {
            Layout layout = Settings.layout(to.get("dHello").field("layout"));
            Compared.same("the terms", Settings.agreement(to.get("dAgreed"), layout), open.agreement());
        }
        Compared.same("what the transport has to do", phase(step), channel.phase());
        Compared.same("the ending", ending(step), channel.ending().map(Object::getClass));
        Compared.same(
                "a deadline runs",
                phase(step) == Phase.DRAINING,
                channel.nextDeadlineNanos().isPresent());
    }

    /** The model's name of the machine's state. */
    private String stateName(State model) {
        DeviceState state = channel.state();
        if (state instanceof DeviceState.Offered) {
            return "Offered";
        }
        if (state instanceof DeviceState.Open) {
            return "Open";
        }
        if (state instanceof DeviceState.Closed) {
            return "Closed";
        }
        // [POL-005] under OFF the machine stays in its first state, which the model calls Version0
        return model.get("d").field("policy").text().equals("OFF") ? "Version0" : "Unnegotiated";
    }

    private static Optional<String> agreed(State to) {
        TlaValue terms = to.get("dAgreed");
        return terms.isNone()
                ? Optional.empty()
                : Optional.of(Settings.agreement(terms, Layout.INFO_WORD).toString());
    }

    private static Phase phase(Step step) {
        if (!step.to().get("dState").text().equals("Closed")) {
            return Phase.SERVING;
        }
        // [REJ-001]
        return step.action().startsWith("DRejects") ? Phase.DRAINING : Phase.CLOSED;
    }

    private static Optional<Class<?>> ending(Step step) {
        if (!step.to().get("dState").text().equals("Closed")) {
            return Optional.empty();
        }
        return Optional.of(
                switch (step.action()) {
                    case "DSeesEnd" -> Ending.EndOfStream.class;
                    case "DTakesAbort" -> Ending.Aborted.class;
                    case "DRejectsSelect", "DRejectsOther" -> Ending.Rejected.class;
                    default -> Ending.Violated.class;
                });
    }

    /** One region, whose every READ tells its offset. */
    private void perform(DeviceAccess access) {
        int id = AccessBytes.id(access.offset());
        performed.add(id);
        if (access.isWrite()) {
            Compared.same("the data of a WRITE", AccessBytes.written(id), access.data());
            access.done();
        } else {
            access.answer(AccessBytes.valueAt(access.offset()));
        }
    }
}
