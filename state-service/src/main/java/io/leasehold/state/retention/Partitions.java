package io.leasehold.state.retention;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;

/**
 * The partitions of tables that grow with time. To make or drop one locks its table for a moment:
 * who does not get that lock within two seconds gives up, since all others would wait behind.
 */
@ApplicationScoped
public class Partitions {
    private static final Logger LOGGER = Logger.getLogger(Partitions.class);

    private final Mutiny.SessionFactory sessions;

    Partitions(Mutiny.SessionFactory sessions) {
        this.sessions = sessions;
    }

    /**
     * Makes those of the coming time, by the database's function {@code TABLE_partitions}. What is
     * written without one goes to a partition for the rest, so nothing fails for want of it. Any
     * number of processes may do this.
     */
    public Uni<Void> keepAhead(String table) {
        return sessions.withTransaction(session ->
                        waitShortly(session)
                                .chain(() ->
                                        ask(
                                                session,
                                                "select cast(" + table + "_partitions() as text)"))
                                .replaceWithVoid())
                .onFailure()
                .recoverWithUni(failure -> {
                    LOGGER.warnf(
                            "partition not made yet table=%s reason=%s",
                            table, failure.getMessage());
                    return Uni.createFrom().voidItem();
                });
    }

    /** Those of which everything is older than that, the oldest first. */
    public Uni<List<Partition>> endedBy(Mutiny.Session session, String table, Instant time) {
        return all(session, table)
                .map(all -> all.stream().filter(each -> !each.end().isAfter(time)).toList());
    }

    /** When the last one ends; the distant past when there is none. */
    public Uni<Instant> end(Mutiny.Session session, String table) {
        return all(session, table).map(all -> all.isEmpty() ? Instant.EPOCH : all.getLast().end());
    }

    private static Uni<List<Partition>> all(Mutiny.Session session, String table) {
        return ask(
                        session,
                        """
                        select cast(c.relname as text) from pg_inherits i join pg_class c on c.oid = i.inhrelid
                        where i.inhparent = cast('%s' as regclass)
                        """
                                .formatted(table))
                .map(names ->
                        names.stream()
                                .map(name -> Partition.of(table, name))
                                .flatMap(Optional::stream)
                                .sorted(Comparator.comparing(Partition::end))
                                .toList());
    }

    /** Drops it with everything in it when the caller's transaction commits. */
    public Uni<Void> drop(Mutiny.Session session, Partition partition) {
        return waitShortly(session)
                .chain(() ->
                        session.createNativeQuery("drop table " + partition.name()).executeUpdate())
                .replaceWithVoid();
    }

    private static Uni<Void> waitShortly(Mutiny.Session session) {
        return ask(session, "select set_config('lock_timeout', '2s', true)").replaceWithVoid();
    }

    private static Uni<List<String>> ask(Mutiny.Session session, String sql) {
        return session.createNativeQuery(sql, String.class).getResultList();
    }
}
