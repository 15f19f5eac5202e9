package io.leasehold.state;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Wakes the long polls of this process. Wake after commit only: who is woken looks at the database.
 *
 * <p>A wake between looking and waiting is not lost when the waiter reads {@link #version()} before
 * it looks and hands it to {@link #await(long, Duration)}. A wake is a hint: it reaches other
 * processes soon where {@link Hints} carries it, or not at all, so a waiter must look again after a
 * while anyway.
 *
 * <p>Safe for use by any thread. Waiters go on on the context on which they began to wait.
 */
public final class Signal {
    private final Vertx vertx;
    private final AtomicLong version = new AtomicLong();
    private volatile Runnable relay = () -> {};
    private final Set<Waiter> waiters = ConcurrentHashMap.newKeySet();

    /** A signal whose time-outs are kept by this Vert.x. */
    public Signal(Vertx vertx) {
        this.vertx = vertx;
    }

    /** How often it was woken. Read it before you look, wait with it afterwards. */
    public long version() {
        return version.get();
    }

    /** Lets go on whoever waits now, here and where it is carried to. */
    public void wake() {
        wakeHere();
        relay.run();
    }

    /** Called with each wake that was not carried here from elsewhere. */
    void relayBy(Runnable carrier) {
        relay = carrier;
    }

    /** Lets go on whoever waits in this process. */
    void wakeHere() {
        version.incrementAndGet();
        for (Waiter waiter : waiters) {
            waiter.end();
        }
    }

    /** Completes at the next wake from now, or after that time. */
    public Uni<Void> await(Duration atMost) {
        return Uni.createFrom().deferred(() -> await(version(), atMost));
    }

    /** Completes when the version is no longer {@code seen}, or after that time. */
    public Uni<Void> await(long seen, Duration atMost) {
        if (atMost.toMillis() <= 0) {
            return Uni.createFrom().voidItem();
        }
        return Uni.createFrom().emitter(emitter -> begin(emitter, seen, atMost));
    }

    private void begin(UniEmitter<? super Void> emitter, long seen, Duration atMost) {
        Waiter waiter = new Waiter(emitter, vertx.getOrCreateContext());
        waiters.add(waiter);
        waiter.timer = vertx.setTimer(atMost.toMillis(), _ -> waiter.end());
        emitter.onTermination(waiter::forget);
        if (version.get() != seen) {
            waiter.end();
        }
    }

    private final class Waiter {
        private final UniEmitter<? super Void> emitter;
        private final Context context;
        private volatile long timer;

        Waiter(UniEmitter<? super Void> emitter, Context context) {
            this.emitter = emitter;
            this.context = context;
        }

        void end() {
            if (waiters.remove(this)) {
                vertx.cancelTimer(timer);
                context.runOnContext(_ -> emitter.complete(null));
            }
        }

        void forget() {
            if (waiters.remove(this)) {
                vertx.cancelTimer(timer);
            }
        }
    }
}
