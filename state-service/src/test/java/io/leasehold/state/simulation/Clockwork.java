package io.leasehold.state.simulation;

/** The time that goes by, which workers count, and the clock of the database, which may be set. */
final class Clockwork {
    private long time = 1_000_000_000L;
    private long off;

    /** Milliseconds that really went by. */
    long time() {
        return time;
    }

    /** What the database takes for now. */
    long database() {
        return time + off;
    }

    void pass(long millis) {
        time += millis;
    }

    /** Sets the database's clock. */
    void set(long millis) {
        off += millis;
    }
}
