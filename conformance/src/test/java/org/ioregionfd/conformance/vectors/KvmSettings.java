// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.vectors;

import com.google.gson.JsonElement;
import io.netty.buffer.ByteBuf;
import org.ioregionfd.conformance.vectors.Transcript.Side;
import org.ioregionfd.kvm.HelloMode;
import org.ioregionfd.kvm.KvmCommand;
import org.ioregionfd.kvm.KvmPolicy;
import org.ioregionfd.kvm.Policy;
import org.ioregionfd.kvm.SavedAgreement;
import org.ioregionfd.wire.Access;
import org.ioregionfd.wire.Agreement;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.Frame;
import org.ioregionfd.wire.FrameKind;
import org.ioregionfd.wire.Layout;
import org.ioregionfd.wire.LegacyCommand;
import org.ioregionfd.wire.Op;
import org.ioregionfd.wire.ProtocolVersion;
import org.ioregionfd.wire.ResponseWanted;
import org.ioregionfd.wire.TaggedCommand;
import org.ioregionfd.wire.VersionSet;

/** The configuration of a transcript's KVM side, and its user's requests; both follow from the frames that it sends. */
final class KvmSettings {
    private KvmSettings() {}

    /** The policy that gives the next HELLO from that frame on. */
    static KvmPolicy policy(Transcript transcript, int index) {
        KvmPolicy.Builder builder = KvmPolicy.builder()
                .versions(new VersionSet((int) transcript.bits(Side.K, "versions", KvmPolicy.VERSIONS_KNOWN.bits())))
                .features(new FeatureSet(transcript.bits(Side.K, "features", FeatureSet.ALL.bits())))
                .requiredFeatures(new FeatureSet(transcript.bits(Side.K, "required_features", 0)))
                .maxInflight(transcript
                        .configured(Side.K, "max_inflight")
                        .map(JsonElement::getAsInt)
                        .orElse(KvmPolicy.MAX_INFLIGHT_DEFAULT));
        transcript.configured(Side.K, "policy").ifPresent(word -> builder.policy(Policy.valueOf(word.getAsString())));
        transcript
                .configured(Side.K, "pin")
                .ifPresent(hex ->
                        builder.pin(SavedAgreement.ofHex(hex.getAsString().replace(" ", ""))));
        builder.layout(layout(transcript));
        transcript.first(Side.K, FrameKind.HELLO, index).ifPresent(hello -> {
            boolean detached = hello.getLongLE(16) == Frame.HELLO_OFFSET;
            builder.hello(detached ? HelloMode.DETACHED : HelloMode.ATTACHED)
                    .layout(legacy(hello).layout());
        });
        return builder.build();
    }

    /** Where there is no HELLO, K and D are configured for the same layout. */
    private static Layout layout(Transcript transcript) {
        return transcript
                .configured(Side.D, "layout")
                .map(layout -> Layout.valueOf(layout.getAsString()))
                .orElse(Layout.INFO_WORD);
    }

    /** Version 0 in the layout of a HELLO. */
    static Agreement legacy(ByteBuf hello) {
        Layout layout = hello.getByte(0) == 0 ? Layout.BYTE_FIELDS : Layout.INFO_WORD;
        return new Agreement(ProtocolVersion.LEGACY, FeatureSet.NONE, 1, layout);
    }

    /** The access that is sent as this command. */
    static KvmCommand access(ByteBuf bytes, Agreement terms) {
        return switch (terms.version()) {
            case LEGACY -> access(new LegacyCommand(terms.layout()).read(bytes, 0));
            case EXACT -> access(new LegacyCommand(Layout.INFO_WORD).read(bytes, 0));
            case TAGGED -> access(new TaggedCommand().read(bytes, 0));
        };
    }

    private static KvmCommand access(LegacyCommand command) {
        int size = Access.size(command.sizeExponent());
        if (command.cmd() == LegacyCommand.READ) {
            return KvmCommand.read(command.userData(), command.offset(), size);
        }
        KvmCommand write = KvmCommand.write(command.userData(), command.offset(), size, command.data());
        return command.resp() ? write : write.posted();
    }

    private static KvmCommand access(TaggedCommand command) {
        if (command.op() == Op.FENCE.taggedCode()) {
            return KvmCommand.fence();
        }
        int size = Access.size(command.sizeExponent());
        if (command.op() == Op.READ.taggedCode()) {
            return KvmCommand.read(command.userData(), command.offset(), size);
        }
        KvmCommand write = KvmCommand.write(command.userData(), command.offset(), size, command.data());
        return command.responseWanted() == ResponseWanted.YES ? write : write.posted();
    }
}
