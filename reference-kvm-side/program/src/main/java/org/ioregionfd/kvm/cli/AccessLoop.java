// SPDX-License-Identifier: BSD-3-Clause
package org.ioregionfd.kvm.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.ioregionfd.kvm.AccessException;
import org.ioregionfd.kvm.AccessQueue;
import org.ioregionfd.kvm.AccessResult;
import org.ioregionfd.kvm.KvmChannel;
import org.ioregionfd.kvm.KvmCommand;
import org.ioregionfd.wire.Op;

/**
 * The same access again and again, for {@code run} of annex A. With one at a time, a thread calls and waits, like a vCPU;
 * with more, a queue begins each at the end of another. The first access begins when the loop is made, so that later requests come later.
 */
final class AccessLoop implements Runnable {
    private final KvmChannel channel;
    private final RunRequest request;
    private final JsonElement id;
    private final DriverAnswers answers;
    private final Durations durations = new Durations();
    private final long startNanos = System.nanoTime();
    private final CompletionStage<AccessResult> first;
    private final AtomicReference<AccessException> failure = new AtomicReference<>();
    private long lastValue;

    /** {@code id} is the id of the request, which gets one answer. */
    AccessLoop(KvmChannel channel, RunRequest request, JsonElement id, DriverAnswers answers) {
        this.channel = channel;
        this.request = request;
        this.id = id;
        this.answers = answers;
        this.first = channel.submit(request.command());
    }

    @Override
    public void run() {
        try {
            lastValue = first.toCompletableFuture().join().value();
            durations.add(System.nanoTime() - startNanos);
            long count = 1 + (request.depth() == 1 ? oneByOne() : manyAtATime());
            AccessException failed = failure.get();
            if (failed != null) {
                throw failed;
            }
            JsonObject members = members(count, System.nanoTime() - startNanos);
            answers.done(id, members, ChannelJson.of(channel.status()));
        } catch (AccessException e) {
            answers.accessFailed(id, e, channel.status());
        } catch (CompletionException e) {
            answers.accessFailed(id, asEnded(e), channel.status());
        }
    }

    private long oneByOne() throws AccessException {
        KvmCommand command = request.command();
        long before = System.nanoTime();
        long count = 0;
        while (count < request.count() - 1 && before - startNanos < request.nanos()) {
            if (command.op() == Op.READ) {
                lastValue = channel.readValue(command.region(), command.offset(), command.size());
            } else {
                channel.write(command.region(), command.offset(), command.size(), command.value());
            }
            long now = System.nanoTime();
            durations.add(now - before);
            before = now;
            count++;
        }
        return count;
    }

    private long manyAtATime() {
        long slots = Math.min(request.count() - 1, Math.min(request.depth(), AccessQueue.SLOTS_MAX));
        return slots == 0 || System.nanoTime() - startNanos >= request.nanos() ? 0 : new Window((int) slots).run();
    }

    private JsonObject members(long count, long nanos) {
        JsonObject members = new JsonObject();
        members.addProperty("count", count);
        members.addProperty("nanos", nanos);
        members.add("latency", durations.pairs());
        if (request.command().op() == Op.READ) {
            members.addProperty("value", Numbers.hex(lastValue));
        }
        return members;
    }

    private static AccessException asEnded(CompletionException e) {
        if (e.getCause() instanceof AccessException ended) {
            return ended;
        }
        throw e;
    }

    /** So many accesses at a time, of which each begins when another has ended; the queue tells of one end at a time. */
    private final class Window {
        private final AccessQueue queue;
        private final long[] begun;
        private final CountDownLatch atRest;
        private long count;

        Window(int slots) {
            queue = channel.newQueue(slots, this::ended);
            begun = new long[slots];
            atRest = new CountDownLatch(slots);
            count = slots;
        }

        long run() {
            long now = System.nanoTime();
            for (int slot = 0; slot < begun.length; slot++) {
                begin(slot, now);
            }
            queue.flush();
            join(atRest);
            return count;
        }

        private void begin(int slot, long now) {
            KvmCommand command = request.command();
            begun[slot] = now;
            if (command.op() == Op.READ) {
                queue.read(slot, command.region(), command.offset(), command.size());
            } else {
                queue.write(slot, command.region(), command.offset(), command.size(), command.value());
            }
        }

        private void ended(int slot) {
            long now = queue.endedNanos();
            try {
                lastValue = queue.value(slot);
                durations.add(now - begun[slot]);
            } catch (AccessException e) {
                failure.compareAndSet(null, e);
            }
            if (count < request.count() - 1 && now - startNanos < request.nanos() && failure.get() == null) {
                count++;
                begin(slot, now);
            } else {
                atRest.countDown();
            }
        }
    }

    private static void join(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e); // nobody interrupts this thread
        }
    }
}
