package io.leasehold.provisioner.runner;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/**
 * How long a lease can still be proved, counted from when the heartbeat was <em>sent</em>, by the
 * larger of monotonic and wall clock: a machine that was suspended wakes with a monotonic clock
 * that knows nothing of it. Safe for many threads.
 */
final class LeaseTime {

    private final LongSupplier monotonicNanos;
    private final LongSupplier wallMillis;
    private final AtomicReference<Proof> proof;

    private record Proof(long nanos, long millis, long remainingMillis) {}

    /** A moment at which a request was sent. */
    record Sent(long nanos, long millis) {}

    LeaseTime(LongSupplier monotonicNanos, LongSupplier wallMillis, Sent sent, long remaining) {
        this.monotonicNanos = monotonicNanos;
        this.wallMillis = wallMillis;
        this.proof = new AtomicReference<>(new Proof(sent.nanos(), sent.millis(), remaining));
    }

    /** Now, to be kept while a request is under way. */
    Sent now() {
        return new Sent(monotonicNanos.getAsLong(), wallMillis.getAsLong());
    }

    /**
     * The service said at most {@code remainingMillis} are left, in answer to what was sent then.
     */
    void proved(Sent sent, long remainingMillis) {
        proof.set(new Proof(sent.nanos(), sent.millis(), remainingMillis));
    }

    /** What can still be proved; zero when nothing can. */
    Duration remaining() {
        Proof last = proof.get();
        long byMonotonic = (monotonicNanos.getAsLong() - last.nanos()) / 1_000_000;
        long byWall = wallMillis.getAsLong() - last.millis();
        long elapsed = Math.max(byMonotonic, byWall);
        return Duration.ofMillis(Math.max(0, last.remainingMillis() - elapsed));
    }
}
