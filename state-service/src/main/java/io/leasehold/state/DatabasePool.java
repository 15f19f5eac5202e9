package io.leasehold.state;

import io.quarkus.reactive.pg.client.PgPoolCreator;
import io.vertx.pgclient.PgBuilder;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlConnectOptions;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Makes the database's connections, as the settings have them, and lets them keep the plans of long
 * statements too: by itself the client prepares what is longer than 2 KiB anew each time, and
 * planning the claim takes longer than the claim.
 *
 * <p>A machine or a network that is gone says nothing, and TCP waits for it, on either side, for a
 * quarter of an hour up to hours. So whoever says nothing for {@code leasehold.database.silence} is
 * given up: the database by its client (DatabaseSilence), and by the database a client that keeps a
 * transaction open, and its locks with it, and does not go on.
 */
@Singleton
public class DatabasePool implements PgPoolCreator {
    private static final int LONGEST_KEPT = 64 * 1024;

    /** More than the service has: what is not used for a while is to be there when it is. */
    private static final int MOST_KEPT = 1024;

    /** Of PostgreSQL, in seconds or times: a client that is gone is noticed within two minutes. */
    private static final Map<String, String> KEEPALIVE =
            Map.of(
                    "tcp_keepalives_idle", "60",
                    "tcp_keepalives_interval", "20",
                    "tcp_keepalives_count", "3");

    private static final Duration LEAST = Duration.ofSeconds(2);
    private static final int CONNECT_MILLIS = 10_000;

    private final Duration silence;

    DatabasePool(@ConfigProperty(name = "leasehold.database.silence") Duration silence) {
        if (silence.compareTo(LEAST) < 0) {
            throw new IllegalArgumentException(
                    "leasehold.database.silence is %s, and must be %s at least"
                            .formatted(silence, LEAST));
        }
        this.silence = silence;
    }

    @Override
    public Pool create(Input input) {
        List<SqlConnectOptions> servers = List.copyOf(input.pgConnectOptionsList());
        servers.forEach(this::set);
        return PgBuilder.pool()
                // Sooner than by silence, which would take some that are just being asked for.
                .with(
                        new PoolOptions(input.poolOptions())
                                .setIdleTimeout(Math.toIntExact(silence.dividedBy(2).toMillis()))
                                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS))
                .connectingTo(servers)
                .using(input.vertx())
                .build();
    }

    private void set(SqlConnectOptions server) {
        server.setPreparedStatementCacheSqlLimit(LONGEST_KEPT)
                .setPreparedStatementCacheMaxSize(MOST_KEPT);
        server.setConnectTimeout(CONNECT_MILLIS);
        server.addProperty(
                "idle_in_transaction_session_timeout", Long.toString(silence.toMillis()));
        // What is sent to a client that is gone is no idle time, and stops the keepalives.
        server.addProperty("tcp_user_timeout", Long.toString(silence.toMillis()));
        KEEPALIVE.forEach(server::addProperty);
    }
}
