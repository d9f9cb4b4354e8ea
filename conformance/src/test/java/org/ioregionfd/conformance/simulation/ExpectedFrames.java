// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.conformance.simulation;

import org.ioregionfd.kvm.KvmCommand;
import org.ioregionfd.kvm.KvmPolicy;
import org.ioregionfd.wire.Agreement;
import org.ioregionfd.wire.FeatureSet;
import org.ioregionfd.wire.Layout;
import org.ioregionfd.wire.Op;
import org.ioregionfd.wire.ProtocolVersion;

/** The bytes of the frames that K has to send, but for tags, which are K's to choose. */
final class ExpectedFrames {
    private ExpectedFrames() {}

    /** [HEL-005] */
    static byte[] detachedHello(KvmPolicy policy, long region, int nonce) {
        return hello(policy, KvmCommand.read(region, Octets.HELLO_OFFSET, 1), nonce);
    }

    /** [HEL-007] The READ that is sent under OFF, but for bytes 2..7. */
    static byte[] hello(KvmPolicy policy, KvmCommand read, int nonce) {
        byte[] frame = command(read, new Agreement(ProtocolVersion.LEGACY, FeatureSet.NONE, 1, policy.layout()));
        System.arraycopy(Octets.markedByK(Octets.HELLO), 2, frame, 2, 6);
        frame[7] = (byte) nonce;
        return frame;
    }

    /** [V0-001, V1-001, V2-001], the tag of version 2 left 0. */
    static byte[] command(KvmCommand command, Agreement terms) {
        byte[] frame = new byte[Octets.LENGTH];
        boolean wanted = command.wanted() == org.ioregionfd.wire.ResponseWanted.YES;
        int resp = wanted ? 1 : 0;
        int cmd = command.op() == Op.WRITE ? 1 : 0;
        if (terms.version() == ProtocolVersion.TAGGED) {
            frame[0] = (byte) (command.op() == Op.FENCE ? Performed.FENCE : Performed.READ + cmd);
            frame[1] = (byte) command.sizeExponent();
            frame[2] = (byte) resp;
        } else if (terms.version() == ProtocolVersion.EXACT || terms.layout() == Layout.INFO_WORD) {
            frame[0] = (byte) (cmd | command.sizeExponent() << 4 | resp << 6);
        } else {
            frame[0] = (byte) cmd;
            frame[1] = (byte) (command.sizeExponent() | resp << 4);
        }
        Octets.set64(frame, 8, command.region());
        Octets.set64(frame, 16, command.offset());
        // [ACE-003]
        Octets.set64(frame, 24, command.value() & Octets.ones(command.sizeExponent()));
        return frame;
    }
}
