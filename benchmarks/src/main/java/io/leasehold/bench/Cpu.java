package io.leasehold.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * CPU time in milliseconds, user and system.
 *
 * @param tofu the processes of the runs: tofu, providers, and what wraps them
 * @param rest everything else that the approach needs, this program among it, by process
 * @param tenantsPostgres the server in which tenants get their databases
 */
record Cpu(long tofu, Map<String, Long> rest, long tenantsPostgres) {

    Cpu {
        rest = Map.copyOf(rest);
    }

    Cpu minus(Cpu earlier) {
        Map<String, Long> difference = new LinkedHashMap<>(rest);
        earlier.rest().forEach((name, millis) -> difference.merge(name, -millis, Long::sum));
        return new Cpu(tofu - earlier.tofu, difference, tenantsPostgres - earlier.tenantsPostgres);
    }

    /** All of the rest together. */
    long restTogether() {
        return rest.values().stream().mapToLong(Long::longValue).sum();
    }
}
