package io.leasehold.testsupport;

import io.leasehold.embedded.Durability;
import io.leasehold.embedded.EmbeddedPostgres;
import io.leasehold.embedded.PostgresOptions;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;

/** A Postgres as in production, whole pages in its WAL, with nothing in it but the service's. */
public final class DurablePostgres implements QuarkusTestResourceLifecycleManager {
    @Override
    public Map<String, String> start() {
        Path folder = TestFolder.make("durable-postgres");
        EmbeddedPostgres server =
                EmbeddedPostgres.start(
                        new PostgresOptions(
                                folder.resolve("data"),
                                folder.resolve("postgres.log"),
                                0,
                                UUID.randomUUID().toString(),
                                Durability.DURABLE,
                                PostgresOptions.ALL_WITH_PASSWORD));
        TestFolder.stopAtEnd(server, folder);
        return Map.of(
                "quarkus.datasource.jdbc.url", server.jdbcUrl("postgres"),
                "quarkus.datasource.reactive.url", server.reactiveUrl("postgres"),
                "quarkus.datasource.username", EmbeddedPostgres.SUPERUSER,
                "quarkus.datasource.password", server.password());
    }

    @Override
    public void stop() {
        // It ends with the JVM: the service still closes its connections.
    }
}
