package io.leasehold.testsupport;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that stands still until a test moves it. UTC. Safe for use by several threads. */
public final class MutableClock extends Clock {
    private final AtomicReference<Instant> now;

    /** A clock that shows the given time. */
    public MutableClock(Instant start) {
        this.now = new AtomicReference<>(start);
    }

    /** Moves the clock on; a negative duration moves it back, as a corrected machine clock does. */
    public void advance(Duration by) {
        now.updateAndGet(time -> time.plus(by));
    }

    /** Puts the clock to a time. */
    public void set(Instant time) {
        now.set(time);
    }

    @Override
    public Instant instant() {
        return now.get();
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    /** Not supported: everything here is in UTC. */
    @Override
    public Clock withZone(ZoneId zone) {
        if (zone.equals(ZoneOffset.UTC)) {
            return this;
        }
        throw new UnsupportedOperationException("this clock shows UTC only");
    }
}
