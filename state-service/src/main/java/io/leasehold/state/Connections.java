package io.leasehold.state;

import io.quarkus.reactive.pg.client.PgPoolCreator;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgPool;
import io.vertx.sqlclient.Pool;
import jakarta.inject.Singleton;

/**
 * Makes the pool of connections as it is configured, but lets each connection keep all statements
 * prepared that this service has: the driver would parse and plan the long ones each time anew,
 * which costs more than running them.
 */
@Singleton
public class Connections implements PgPoolCreator {
    private static final int LONGEST_STATEMENT = 32 * 1024;
    private static final int MOST_STATEMENTS = 1024;

    /** For the container. */
    Connections() {}

    @Override
    @SuppressWarnings("deprecation") // the builder that takes its place knows one server only
    public Pool create(Input input) {
        for (PgConnectOptions options : input.pgConnectOptionsList()) {
            options.setPreparedStatementCacheSqlLimit(LONGEST_STATEMENT);
            options.setPreparedStatementCacheMaxSize(MOST_STATEMENTS);
        }
        return PgPool.pool(input.vertx(), input.pgConnectOptionsList(), input.poolOptions());
    }
}
