package io.leasehold.state.run;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.ThreadLocalRandom;

/** Spreads retries in time. Safe to share. */
@ApplicationScoped
public class Jitter {

    /** The next of evenly spread numbers in [0, 1). */
    public double next() {
        return ThreadLocalRandom.current().nextDouble();
    }
}
