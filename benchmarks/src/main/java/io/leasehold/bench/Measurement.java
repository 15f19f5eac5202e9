package io.leasehold.bench;

import java.time.Duration;
import java.util.List;

/**
 * One phase of one approach on one module.
 *
 * @param wall from the first tenant's beginning to the last one's end
 * @param done how long after the beginning each tenant was done, ascending
 * @param cpu what was used
 */
record Measurement(
        BenchModule module,
        Approach approach,
        Phase phase,
        Duration wall,
        List<Duration> done,
        Cpu cpu) {

    Measurement {
        done = done.stream().sorted().toList();
    }

    int tenants() {
        return done.size();
    }

    double tenantsPerSecond() {
        return tenants() / Math.max(1e-9, wall.toNanos() / 1e9);
    }

    /**
     * The smallest time within which the given share, above 0 and at most 1, of the tenants was
     * done.
     */
    Duration percentile(double share) {
        return done.get((int) Math.ceil(share * done.size()) - 1);
    }

    /** Milliseconds of tofu, its providers and what wraps them, for each tenant. */
    double tofuPerTenant() {
        return (double) cpu.tofu() / tenants();
    }

    /** Milliseconds of everything else, for each tenant. */
    double restPerTenant() {
        return (double) cpu.restTogether() / tenants();
    }

    /** Milliseconds of the server that the tenants' databases are made in, for each tenant. */
    double postgresPerTenant() {
        return (double) cpu.tenantsPostgres() / tenants();
    }
}
