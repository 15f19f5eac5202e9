package io.leasehold.state.deadletter;

import io.leasehold.ledger.api.DeadLetterView;
import io.leasehold.ledger.api.LetterGroup;
import io.leasehold.ledger.api.LetterWhere;
import io.leasehold.ledger.api.Page;
import io.leasehold.state.problem.Refusal;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
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
                    "day", "to_char(at at time zone 'UTC', 'YYYY-MM-DD')");

    private final Mutiny.SessionFactory sessions;

    LetterLists(Mutiny.SessionFactory sessions) {
        this.sessions = sessions;
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
     * A page of groups, in the order of their keys.
     *
     * @throws Refusal 400 FILTER_INVALID when letters cannot be grouped by that
     */
    Uni<Page<LetterGroup>> groups(@Nullable String by, PageOf page) {
        String key = by == null ? null : KEYS.get(by);
        if (key == null) {
            throw new Refusal(
                    400,
                    "FILTER_INVALID",
                    "by is one of code, tenant, blueprint, fingerprint, day.");
        }
        LetterFilter filter = LetterFilter.of(page.status(), page.where());
        // The key of no letter that lacks one is empty, and comes before all others.
        String sql =
                """
                select g.key, g.letters, g.oldest_millis, g.newest_millis, g.sample, d.code, d.reason
                from (select {key} as key, count(*) as letters, max(id) as sample,
                        cast(extract(epoch from min(at)) * 1000 as bigint) as oldest_millis,
                        cast(extract(epoch from max(at)) * 1000 as bigint) as newest_millis
                    from dead_letter
                    where (cast(:after as text) is null or {key} > cast(:after as text)) {filter}
                    group by 1 order by 1 limit :limit) g
                join dead_letter d on d.id = g.sample
                order by g.key
                """
                        .replace("{key}", key)
                        .replace("{filter}", filter.and());
        return sessions.withSession(session ->
                        filter.bind(session.createNativeQuery(sql, Tuple.class))
                                .setParameter("after", page.after())
                                .setParameter("limit", page.limit())
                                .getResultList())
                .map(rows -> groups(rows, page.limit()));
    }

    private static Page<LetterGroup> groups(List<Tuple> rows, int limit) {
        return new Page<>(
                rows.stream().map(LetterLists::group).toList(),
                rows.size() < limit ? null : rows.getLast().get("key", String.class));
    }

    private static LetterGroup group(Tuple row) {
        String key = row.get("key", String.class);
        return new LetterGroup(
                key.isEmpty() ? null : key,
                row.get("letters", Long.class),
                Instant.ofEpochMilli(row.get("oldest_millis", Long.class)).toString(),
                Instant.ofEpochMilli(row.get("newest_millis", Long.class)).toString(),
                row.get("sample", String.class),
                row.get("code", String.class),
                row.get("reason", String.class));
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
