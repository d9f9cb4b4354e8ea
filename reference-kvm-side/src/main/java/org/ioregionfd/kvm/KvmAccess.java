// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm;

import java.util.Optional;
import org.ioregionfd.wire.Access;
import org.ioregionfd.wire.Frame;
import org.ioregionfd.wire.Op;
import org.ioregionfd.wire.ResponseWanted;
import org.ioregionfd.wire.Status;

/**
 * One access from its request to its end. First set the request ({@link #read}, {@link #write}, {@link #post}, {@link #fence}
 * or {@link #ask}), then {@link KvmSide#submit(KvmAccess, long) submit} it, and look at the results when it comes back from
 * {@link KvmSide#pollEndedAccess}. Then it can be used again, so that a caller in a loop makes no garbage. An abandoned
 * access cannot be used again, because its response may still come. Confined to the channel's thread.
 *
 * @param <T> the caller's own mark of the access
 */
public final class KvmAccess<T> {
    /** The stage of an access. */
    enum Stage {
        /** Not submitted, or ended. */
        AT_REST,
        WAITING,
        OUTSTANDING,
        /** Posted, and not yet completely written. */
        POSTED
    }

    final T token;
    Stage stage = Stage.AT_REST;
    /** Its caller has gone; K takes its response and drops it. */
    boolean abandoned;

    Op op = Op.FENCE;
    long region;
    long offset;
    int sizeExponent;
    long data;
    ResponseWanted wanted = ResponseWanted.YES;

    /** Before this time the channel must not fail because this access has no response, whatever the policy says. */
    long patientUntilNanos = Long.MIN_VALUE;

    /** Where its command begins in the stream of all sent bytes; set when the command was given out. */
    long position;

    long deadlineNanos;
    int tag;

    private AccessEnd end = AccessEnd.NOT_SENT;
    private long value;
    private Optional<Status> status = Optional.empty();
    private String why = "";

    public KvmAccess(T token) {
        this.token = token;
    }

    public T token() {
        return token;
    }

    /** Asks for a READ of 1, 2, 4 or 8 bytes. */
    public KvmAccess<T> read(long theRegion, long theOffset, int size) {
        return ask(Op.READ, theRegion, theOffset, KvmCommand.exponent(size));
    }

    /** Asks for a WRITE of 1, 2, 4 or 8 bytes; bits of {@code newValue} above the size are dropped [ACE-003]. */
    public KvmAccess<T> write(long theRegion, long theOffset, int size, long newValue) {
        ask(Op.WRITE, theRegion, theOffset, KvmCommand.exponent(size));
        data = Access.truncate(newValue, sizeExponent);
        return this;
    }

    /** Asks for a WRITE without a response: its errors are lost. */
    public KvmAccess<T> post(long theRegion, long theOffset, int size, long newValue) {
        write(theRegion, theOffset, size, newValue);
        wanted = ResponseWanted.NO;
        return this;
    }

    /** Asks for a FENCE: answered when every earlier command on the channel has completed. */
    public KvmAccess<T> fence() {
        return ask(Op.FENCE, 0, 0, 0);
    }

    /** Asks for the access of the command, which has 1, 2, 4 or 8 bytes. */
    public KvmAccess<T> ask(KvmCommand command) {
        ask(command.op(), command.region(), command.offset(), command.sizeExponent());
        data = command.value();
        wanted = command.wanted();
        return this;
    }

    /**
     * Lets this access take until this time, if that is later than the policy's deadline: a register may make a READ wait.
     */
    public KvmAccess<T> patientUntil(long nanos) {
        patientUntilNanos = nanos;
        return this;
    }

    /** How it ended. */
    public AccessEnd end() {
        return end;
    }

    /** A READ's value without bits above the access size; ones if the access failed; 0 if it was not answered. */
    public long value() {
        return value;
    }

    /** The status of an answer in version 2; earlier versions cannot tell a failed access from a value of ones. */
    public Optional<Status> status() {
        return status;
    }

    /** Why it was not answered; empty if it was. */
    public String why() {
        return why;
    }

    /** READ, WRITE or FENCE. */
    public Op op() {
        return op;
    }

    /** Whether D answers it. */
    public boolean wantsResponse() {
        return wanted == ResponseWanted.YES;
    }

    /** Whether a device side could take it for a HELLO, or for a HELLO that lost its marker. */
    boolean isAtHelloOffset() {
        return op != Op.FENCE && offset == Frame.HELLO_OFFSET;
    }

    KvmCommand command() {
        return new KvmCommand(op, region, offset, Access.size(sizeExponent), data, wanted);
    }

    void done(long answered, Optional<Status> with) {
        stage = Stage.AT_REST;
        end = AccessEnd.DONE;
        // [ACE-003, V0-003] bits above the access size do not count
        value = Access.truncate(answered, sizeExponent);
        status = with;
        why = "";
    }

    void unanswered(AccessEnd known, String reason) {
        stage = Stage.AT_REST;
        end = known;
        value = 0;
        status = Optional.empty();
        why = reason;
    }

    private KvmAccess<T> ask(Op theOp, long theRegion, long theOffset, int exponent) {
        if (stage != Stage.AT_REST || abandoned) {
            throw new IllegalStateException("the access has not ended");
        }
        op = theOp;
        region = theRegion;
        offset = theOffset;
        sizeExponent = exponent;
        data = 0;
        wanted = ResponseWanted.YES;
        patientUntilNanos = Long.MIN_VALUE;
        return this;
    }
}
