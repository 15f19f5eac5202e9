package io.leasehold.provisioner.ledger;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * How long one request is worth being sent again. An outage is outlasted, for as long as the
 * caller's right lasts, which is the caller's to know. A fault is the service's answer to this very
 * request: it is bounded, or slot and stack would wait for ever on something that waiting does not
 * mend. For one request and one thread.
 */
public final class Patience {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final Limits limits;
    private final LongSupplier nanos;
    private int faults;
    private long rowBegan;
    private boolean inRow;
    private Duration next = FIRST_PAUSE;

    /** Begins with the first time the request is sent. */
    public Patience(Limits limits, LongSupplier nanos) {
        this.limits = limits;
        this.nanos = nanos;
    }

    /**
     * What bounds faults.
     *
     * @param tries how many faults in all, whatever comes between them, are one too many
     * @param time how long the service may answer with nothing but faults
     */
    public record Limits(int tries, Duration time) {

        /** A request that must get through, or nothing goes on: faults are outlasted too. */
        public static final Limits NONE =
                new Limits(Integer.MAX_VALUE, Duration.ofSeconds(Long.MAX_VALUE));

        /** As the settings say. */
        public static Limits of(LedgerConfig config) {
            return new Limits(config.faultTries(), config.faultTime());
        }
    }

    /**
     * The faults of one request so far, the last one included.
     *
     * @param count in all
     * @param row since when there was nothing but faults
     */
    record Faults(int count, Duration row) {}

    /** The decision. Pure. */
    static boolean again(Trouble trouble, Faults faults, Limits limits) {
        return switch (trouble) {
            case OUTAGE -> true;
            case FAULT ->
                    faults.count() < limits.tries() && faults.row().compareTo(limits.time()) < 0;
            case REFUSAL -> false;
        };
    }

    /**
     * The request ended so.
     *
     * @return how long to wait before it is sent again; empty when it is not worth it
     */
    public Optional<Duration> after(Trouble trouble) {
        if (!again(trouble, count(trouble), limits)) {
            return Optional.empty();
        }
        Duration pause = next;
        next = pause.multipliedBy(2);
        if (next.compareTo(LONGEST_PAUSE) > 0) {
            next = LONGEST_PAUSE;
        }
        return Optional.of(pause);
    }

    private Faults count(Trouble trouble) {
        if (trouble != Trouble.FAULT) {
            inRow = false;
            return new Faults(faults, Duration.ZERO);
        }
        if (!inRow) {
            inRow = true;
            rowBegan = nanos.getAsLong();
        }
        faults++;
        return new Faults(faults, Duration.ofNanos(nanos.getAsLong() - rowBegan));
    }
}
