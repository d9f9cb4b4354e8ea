// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.channel;

import java.util.function.IntConsumer;
import org.ioregionfd.kvm.AccessException;
import org.ioregionfd.kvm.AccessQueue;
import org.ioregionfd.kvm.AccessResult;
import org.ioregionfd.kvm.KvmCommand;
import org.jspecify.annotations.Nullable;

/** A queue whose accesses become calls of the core, each with a function in place of a thread. */
final class SlotQueue implements AccessQueue {
    private final ChannelCore core;
    private final Slot[] slots;
    private final IntConsumer whenEnded;

    SlotQueue(ChannelCore core, int count, IntConsumer whenEnded) {
        if (count < 1 || count > SLOTS_MAX) {
            throw new IllegalArgumentException("a queue has 1 to " + SLOTS_MAX + " slots, not " + count);
        }
        this.core = core;
        this.whenEnded = whenEnded;
        slots = new Slot[count];
        for (int i = 0; i < count; i++) {
            slots[i] = new Slot(i);
        }
    }

    @Override
    public void read(int slot, long region, long offset, int size) {
        Slot free = slots[slot];
        if (Pieces.isMadeOf(size)) {
            free.enqueue(KvmCommand.read(region, offset, size));
            return;
        }
        free.requireFree();
        free.access.read(region, offset, size);
        free.enqueue();
    }

    @Override
    public void write(int slot, long region, long offset, int size, long value) {
        Slot free = slots[slot];
        if (Pieces.isMadeOf(size)) {
            free.enqueue(KvmCommand.write(region, offset, size, value));
            return;
        }
        free.requireFree();
        free.access.write(region, offset, size, value);
        free.enqueue();
    }

    @Override
    public void post(int slot, long region, long offset, int size, long value) {
        Slot free = slots[slot];
        if (Pieces.isMadeOf(size)) {
            free.enqueue(KvmCommand.write(region, offset, size, value).posted());
            return;
        }
        free.requireFree();
        free.access.post(region, offset, size, value);
        free.enqueue();
    }

    @Override
    public void fence(int slot) {
        slots[slot].requireFree();
        slots[slot].access.fence();
        slots[slot].enqueue();
    }

    /** Any of them. */
    void enqueue(int slot, KvmCommand command) {
        slots[slot].enqueue(command);
    }

    @Override
    public void flush() {
        core.flush();
    }

    @Override
    public long endedNanos() {
        return core.receivedNanos();
    }

    @Override
    public long value(int slot) throws AccessException {
        return slots[slot].value();
    }

    @Override
    public AccessResult result(int slot) throws AccessException {
        return slots[slot].result();
    }

    private final class Slot extends FunctionCall {
        private final int number;
        private boolean busy;

        /** Of an access of several commands, with how it ended if a command was not answered. */
        private @Nullable Pieces pieces;

        private @Nullable AccessException unanswered;

        Slot(int number) {
            this.number = number;
        }

        void requireFree() {
            if (busy) {
                throw new IllegalStateException("the access in slot " + number + " has not ended");
            }
        }

        void enqueue() {
            pieces = null;
            busy = true;
            core.enqueue(this);
        }

        void enqueue(KvmCommand command) {
            requireFree();
            if (!Pieces.isMadeOf(command.size())) {
                access.ask(command);
                enqueue();
                return;
            }
            busy = true;
            unanswered = null;
            core.cutAccessBegins();
            enqueueNext(new Pieces(command));
        }

        /** Each piece begins at the end of the one before [LEN-001]. */
        private void enqueueNext(Pieces of) {
            pieces = of;
            try {
                access.ask(of.next());
                core.enqueue(this);
            } catch (AccessException e) {
                unanswered = of.unanswered(e);
                core.refuse(this);
            }
        }

        @Override
        void ended() {
            Pieces of = pieces;
            if (of != null && unanswered == null) {
                try {
                    of.answered(super.result());
                    if (!of.haveEnded()) {
                        enqueueNext(of);
                        return;
                    }
                } catch (AccessException e) {
                    unanswered = of.unanswered(e);
                }
            }
            if (of != null) {
                core.cutAccessEnded();
            }
            busy = false;
            whenEnded.accept(number);
        }

        long value() throws AccessException {
            requireFree();
            if (pieces != null) {
                return result().value();
            }
            requireDone();
            return access.value();
        }

        @Override
        AccessResult result() throws AccessException {
            requireFree();
            Pieces of = pieces;
            if (of == null) {
                return super.result();
            }
            if (unanswered != null) {
                throw unanswered;
            }
            return of.result();
        }
    }
}
