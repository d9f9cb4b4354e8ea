// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.channel;

import java.util.Optional;
import org.ioregionfd.kvm.AccessEnd;
import org.ioregionfd.kvm.AccessException;
import org.ioregionfd.kvm.AccessResult;
import org.ioregionfd.kvm.KvmCommand;
import org.ioregionfd.wire.Status;

/**
 * Makes commands of 1, 2 and 4 bytes of an access of 3, 5, 6 or 7 bytes, for which there is no size exponent. Ask for the
 * next command and tell how it ended, until all have ended. Confined to one thread at a time.
 */
final class Pieces {
    private final KvmCommand whole;
    /** Bytes. */
    private int ended;
    /** Bytes of the present command. */
    private int size;

    private long value;
    private Optional<Status> status = Optional.empty();

    Pieces(KvmCommand whole) {
        this.whole = whole;
    }

    /** Whether an access of so many bytes takes more than one command [LEN-004]. */
    static boolean isMadeOf(int size) {
        return size == 3 || (size >= 5 && size <= 7);
    }

    boolean haveEnded() {
        return ended == whole.size();
    }

    /** [LEN-001] The largest size that ends within the access, at a multiple of its size. */
    KvmCommand next() throws AccessException {
        long offset = whole.offset() + ended;
        if (Long.compareUnsigned(whole.offset(), -whole.size()) > 0) {
            // [LEN-005]
            throw new AccessException(AccessEnd.NOT_SENT, "the access goes beyond the last offset");
        }
        size = Integer.highestOneBit(whole.size() - ended);
        while ((offset & (size - 1)) != 0) {
            size >>= 1;
        }
        long data = whole.value() >>> (Byte.SIZE * ended);
        // [LEN-006] all of them want a response, or none
        return new KvmCommand(whole.op(), whole.region(), offset, size, data, whole.wanted());
    }

    /** [LEN-003] A status that is not OK stays, and the rest is sent all the same. */
    void answered(AccessResult result) {
        value |= result.value() << (Byte.SIZE * ended);
        if (status.isEmpty() || status.get() == Status.OK) {
            status = result.status();
        }
        ended += size;
    }

    /** [LEN-002] The end of the whole access; the rest is not sent. */
    AccessException unanswered(AccessException e) {
        return ended == 0 ? e : new AccessException(AccessEnd.MAYBE_EXECUTED, String.valueOf(e.getMessage()));
    }

    AccessResult result() {
        return new AccessResult(value, status);
    }
}
