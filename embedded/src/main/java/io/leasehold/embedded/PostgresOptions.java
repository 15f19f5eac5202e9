package io.leasehold.embedded;

import java.nio.file.Path;
import java.util.List;

/**
 * How a local Postgres runs.
 *
 * @param dataDirectory made if it is not there, kept at close
 * @param log where the server writes
 * @param port on 127.0.0.1; 0 takes a free one
 * @param password of the superuser {@link EmbeddedPostgres#SUPERUSER}; used when the data directory
 *     is made, and must be the same later
 * @param durability what a loss of power may cost
 * @param access the lines of {@code pg_hba.conf}: who may log in to what
 */
public record PostgresOptions(
        Path dataDirectory,
        Path log,
        int port,
        String password,
        Durability durability,
        List<String> access) {
    /** Every role may log in to every database, from this machine, with its password. */
    public static final List<String> ALL_WITH_PASSWORD =
            List.of("host all all 127.0.0.1/32 scram-sha-256");

    /** Takes a copy of the lines. */
    public PostgresOptions {
        access = List.copyOf(access);
    }

    @Override
    public String toString() {
        return "PostgresOptions[dataDirectory=%s, port=%d, durability=%s]"
                .formatted(dataDirectory, port, durability);
    }
}
