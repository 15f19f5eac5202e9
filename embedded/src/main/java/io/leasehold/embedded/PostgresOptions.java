package io.leasehold.embedded;

import java.nio.file.Path;

/**
 * How a local Postgres runs.
 *
 * @param dataDirectory made if it is not there, kept at close
 * @param log where the server writes
 * @param port on 127.0.0.1; 0 takes a free one
 * @param password of the superuser {@link EmbeddedPostgres#SUPERUSER}; used when the data directory
 *     is made, and must be the same later
 * @param durability what a loss of power may cost
 */
public record PostgresOptions(
        Path dataDirectory, Path log, int port, String password, Durability durability) {
    @Override
    public String toString() {
        return "PostgresOptions[dataDirectory=%s, port=%d, durability=%s]"
                .formatted(dataDirectory, port, durability);
    }
}
