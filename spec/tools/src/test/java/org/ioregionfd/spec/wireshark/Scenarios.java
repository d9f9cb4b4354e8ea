// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.spec.wireshark;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.ioregionfd.spec.wireshark.Pcap.Encapsulation;

/** Conversations by name, all in one capture: one start of tshark shows them all. */
final class Scenarios {
    private final Pcap pcap = new Pcap(Encapsulation.EXPORTED_PDU);
    private final Map<String, Conversation> conversations = new LinkedHashMap<>();

    void add(String name, Consumer<Conversation> packets) {
        Conversation conversation = new Conversation(pcap, conversations.size() + 1);
        packets.accept(conversation);
        if (conversations.put(name, conversation) != null) {
            throw new IllegalArgumentException("twice: " + name);
        }
    }

    Map<String, Conversation> conversations() {
        return conversations;
    }

    byte[] capture() {
        return pcap.bytes();
    }

    int firstPacket(String name) {
        return conversations.get(name).findings().keySet().iterator().next();
    }

    int lastPacket(String name) {
        return conversations.get(name).findings().keySet().stream().reduce(0, Math::max);
    }
}
