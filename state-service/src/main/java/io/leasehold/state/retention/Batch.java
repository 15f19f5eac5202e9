package io.leasehold.state.retention;

import io.smallrye.mutiny.Uni;
import jakarta.persistence.Tuple;
import java.time.Duration;
import java.time.Instant;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * One statement that looks at the next rows after {@code :from}, at most {@code :most}, and deletes
 * those of them that may go. It gives {@code gone}, {@code seen} and {@code last}, how many went,
 * how many were looked at, and the place of the last one.
 */
public final class Batch {
    private final String sql;
    private final RetentionConfig config;

    /**
     * @param sql has the parameters {@code from} (text), {@code most} (int) and {@code before}, in
     *     milliseconds since 1970
     */
    public Batch(String sql, RetentionConfig config) {
        this.sql = sql;
        this.config = config;
    }

    /**
     * Of a table whose rows go by their age alone.
     *
     * @param key its primary key, a text
     * @param time the column that says how old a row is
     */
    public static Batch byAge(String table, String key, String time, RetentionConfig config) {
        return new Batch(
                """
                with old as (
                    select {key} from {table} where {key} > :from order by {key} limit :most
                    for update skip locked
                ), gone as (
                    delete from {table} r using old o where r.{key} = o.{key}
                      and r.{time} < to_timestamp(cast(:before as bigint) / 1000.0)
                    returning 1)
                select (select count(*) from gone) as gone, count(*) as seen, max({key}) as last from old
                """
                        .replace("{table}", table)
                        .replace("{key}", key)
                        .replace("{time}", time),
                config);
    }

    /** Runs it for what is older than that. */
    public Uni<Swept> run(Mutiny.Session session, String from, Instant now, Duration keepFor) {
        return session.createNativeQuery(sql, Tuple.class)
                .setParameter("from", from)
                .setParameter("most", config.batch())
                .setParameter("before", now.minus(keepFor).toEpochMilli())
                .getSingleResult()
                .map(row ->
                        new Swept(
                                row.get("gone", Long.class),
                                row.get("seen", Long.class) < config.batch()
                                        ? null
                                        : row.get("last", String.class)));
    }
}
