package io.leasehold.state.deadletter;

import io.leasehold.ledger.api.DeadLetterView;
import io.leasehold.ledger.api.LetterGroup;
import io.leasehold.ledger.api.LetterWhere;
import io.leasehold.ledger.api.Page;
import io.leasehold.state.problem.Refusal;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Lists letters, and groups of them. Safe to share. */
@ApplicationScoped
class LetterLists {
    /** What letters can be grouped by, as the ledger has it. The day is UTC's. */
    private static final Map<String, String> KEYS =
            Map.of(
                    "code", "code",
                    "tenant", "coalesce(tenant_id, '')",
                    "blueprint", "coalesce(blueprint, '')",
                    "fingerprint", "coalesce(fingerprint, '')",
                    "day", "to_char(at at time zone 'UTC', 'YYYY-MM-DD')",
                    "age",
                            """
                            case when at > {now} - interval '1 hour' then '1 hour'
                                when at > {now} - interval '1 day' then '1 day'
                                when at > {now} - interval '7 days' then '7 days' else 'longer' end\
                            """);

    private final Mutiny.SessionFactory sessions;
    private final Clock clock;

    LetterLists(Mutiny.SessionFactory sessions, Clock clock) {
        this.sessions = sessions;
        this.clock = clock;
    }

    /** Which letters to list. */
    record PageOf(@Nullable String status, LetterWhere where, @Nullable String after, int limit) {}

    /** A page, newest first, without what was sent. */
    Uni<Page<DeadLetterView>> page(PageOf page) {
        LetterFilter filter = LetterFilter.of(page.status(), page.where());
        String sql =
                "select "
                        + Letter.COLUMNS
                        + " from dead_letter where id < coalesce(cast(:after as text), 'z')"
                        + filter.and()
                        + " order by id desc limit :limit";
        return sessions.withSession(session ->
                        filter.bind(session.createNativeQuery(sql, Tuple.class))
                                .setParameter("after", page.after())
                                .setParameter("limit", page.limit())
                                .getResultList())
                .map(rows -> rows.stream().map(Letter::of).map(Letter::brief).toList())
                .map(letters ->
                        new Page<>(
                                letters,
                                letters.size() < page.limit() ? null : letters.getLast().id()));
    }

    /**
     * A page of groups, in the order of their keys; or those of the most letters, in one page,
     * since counts change from one page to the next.
     *
     * @param order null or most
     * @throws Refusal 400 FILTER_INVALID when letters cannot be grouped or ordered by that
     */
    Uni<Page<LetterGroup>> groups(@Nullable String by, @Nullable String order, PageOf page) {
        String key = by == null ? null : KEYS.get(by);
        if (key == null) {
            throw new Refusal(
                    400,
                    "FILTER_INVALID",
                    "by is one of code, tenant, blueprint, fingerprint, day, age.");
        }
        if (order != null && (!order.equals("most") || page.after() != null)) {
            throw new Refusal(
                    400,
                    "FILTER_INVALID",
                    "order is most, of which there is one page, or not given.");
        }
        boolean most = order != null;
        LetterFilter filter = LetterFilter.of(page.status(), page.where());
        return sessions.withSession(session ->
                        filter.bind(
                                        session.createNativeQuery(
                                                groups(key, most, filter), Tuple.class))
                                .setParameter("now", clock.instant().toString())
                                .setParameter("after", page.after())
                                .setParameter("limit", page.limit())
                                .getResultList())
                .map(rows ->
                        new Page<>(
                                rows.stream().map(LetterLists::group).toList(),
                                most || rows.size() < page.limit()
                                        ? null
                                        : rows.getLast().get("key", String.class)));
    }

    /** The key of no letter that lacks one is empty, and comes before all others. */
    private static String groups(String key, boolean most, LetterFilter filter) {
        return """
        select g.key, g.letters, g.last_hour, g.hour_before, g.oldest_millis, g.newest_millis, g.sample,
            g.keys, d.code, d.reason
        from (select k.*, {keys} as keys
            from (select {key} as key, count(*) as letters, max(id) as sample,
                    count(*) filter (where at > {now} - interval '1 hour') as last_hour,
                    count(*) filter (where at > {now} - interval '2 hours'
                        and at <= {now} - interval '1 hour') as hour_before,
                    cast(extract(epoch from min(at)) * 1000 as bigint) as oldest_millis,
                    cast(extract(epoch from max(at)) * 1000 as bigint) as newest_millis
                from dead_letter
                where (cast(:after as text) is null or {key} > cast(:after as text)) {filter}
                group by 1) k
            order by {order} limit :limit) g
        join dead_letter d on d.id = g.sample
        order by {order}
        """
                .replace("{order}", most ? "letters desc, key" : "key")
                .replace(
                        "{keys}",
                        most ? "count(nullif(k.key, '')) over ()" : "cast(null as bigint)")
                .replace("{key}", key)
                .replace("{now}", "cast(cast(:now as text) as timestamptz)")
                .replace("{filter}", filter.and());
    }

    private static LetterGroup group(Tuple row) {
        String key = row.get("key", String.class);
        return new LetterGroup(
                key.isEmpty() ? null : key,
                row.get("letters", Long.class),
                row.get("last_hour", Long.class),
                row.get("hour_before", Long.class),
                Instant.ofEpochMilli(row.get("oldest_millis", Long.class)).toString(),
                Instant.ofEpochMilli(row.get("newest_millis", Long.class)).toString(),
                row.get("sample", String.class),
                row.get("code", String.class),
                row.get("reason", String.class),
                row.get("keys", Long.class));
    }

    /**
     * The open letters that this holds of, the oldest first.
     *
     * @param limit at most so many
     */
    static Uni<List<Letter>> open(Mutiny.Session session, LetterWhere where, int limit) {
        LetterFilter filter = LetterFilter.of("OPEN", where);
        return filter.bind(
                        session.createNativeQuery(
                                "select "
                                        + Letter.COLUMNS
                                        + " from dead_letter where true"
                                        + filter.and()
                                        + " order by id limit :limit",
                                Tuple.class))
                .setParameter("limit", limit)
                .getResultList()
                .map(rows -> rows.stream().map(Letter::of).toList());
    }
}
