package io.leasehold.state;

import io.quarkus.reactive.pg.client.PgPoolCreator;
import io.vertx.pgclient.PgBuilder;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnectOptions;
import jakarta.inject.Singleton;
import java.util.List;

/**
 * Makes the database's connections, as the settings have them, and lets them keep the plans of long
 * statements too: by itself the client prepares what is longer than 2 KiB anew each time, and
 * planning the claim takes longer than the claim.
 */
@Singleton
public class DatabasePool implements PgPoolCreator {
    private static final int LONGEST_KEPT = 64 * 1024;

    /** More than the service has: what is not used for a while is to be there when it is. */
    private static final int MOST_KEPT = 1024;

    @Override
    public Pool create(Input input) {
        List<SqlConnectOptions> servers = List.copyOf(input.pgConnectOptionsList());
        servers.forEach(server ->
                server.setPreparedStatementCacheSqlLimit(LONGEST_KEPT)
                        .setPreparedStatementCacheMaxSize(MOST_KEPT));
        return PgBuilder.pool()
                .with(input.poolOptions())
                .connectingTo(servers)
                .using(input.vertx())
                .build();
    }
}
