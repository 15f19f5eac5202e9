package io.leasehold.bench;

/**
 * CPU time in milliseconds, user and system.
 *
 * @param tofu the processes of the runs: tofu, providers, and what wraps them
 * @param rest everything else that the approach needs, and this program itself
 * @param tenantsPostgres the server in which tenants get their databases
 */
record Cpu(long tofu, long rest, long tenantsPostgres) {

    Cpu minus(Cpu earlier) {
        return new Cpu(
                tofu - earlier.tofu,
                rest - earlier.rest,
                tenantsPostgres - earlier.tenantsPostgres);
    }
}
