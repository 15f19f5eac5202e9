package io.leasehold.state.deadletter;

import io.leasehold.ledger.api.Page;
import io.leasehold.ledger.api.ReplayItemState;
import io.leasehold.ledger.api.ReplayItemView;
import io.leasehold.ledger.api.ReplayView;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** The history of replays, for people. Safe to share. */
@ApplicationScoped
class ReplayViews {
    /** Names and numbers of a replay's states on one text, such as {@code DONE=4 FAILED=1}. */
    private static final String SELECT =
            """
            select b.id, b.state, b.asked_by, b.reason, b.filter, b.representative, b.force,
                cast(extract(epoch from b.created_at) * 1000 as bigint) as created_millis,
                cast(extract(epoch from b.ended_at) * 1000 as bigint) as ended_millis,
                cast(extract(epoch from case when b.driver_until > clock_timestamp() then b.driver_until end)
                    * 1000 as bigint) as driven_millis,
                coalesce((select string_agg(c.state || '=' || c.n, ' ') from (
                    select state, count(*) as n from replay_item where batch_id = b.id group by state) c), '')
                    as counts
            from replay_batch b
            """;

    private final Mutiny.SessionFactory sessions;
    private final ReplayItems items;

    ReplayViews(Mutiny.SessionFactory sessions, ReplayItems items) {
        this.sessions = sessions;
        this.items = items;
    }

    Uni<Page<ReplayView>> page(@Nullable String after, int limit) {
        return sessions.withSession(session ->
                        session.createNativeQuery(
                                        SELECT
                                                + " where b.id < coalesce(cast(:after as text), 'z')"
                                                + " order by b.id desc limit :limit",
                                        Tuple.class)
                                .setParameter("after", after)
                                .setParameter("limit", limit)
                                .getResultList())
                .map(rows -> rows.stream().map(ReplayViews::view).toList())
                .map(views ->
                        new Page<>(views, views.size() < limit ? null : views.getLast().id()));
    }

    Uni<ReplayView> one(String id) {
        return sessions.withSession(session -> one(session, id));
    }

    Uni<ReplayView> one(Mutiny.Session session, String id) {
        return session.createNativeQuery(SELECT + " where b.id = :id", Tuple.class)
                .setParameter("id", id)
                .getSingleResultOrNull()
                .map(row -> {
                    if (row == null) {
                        throw ReplayBatches.unknown(id);
                    }
                    return view(row);
                });
    }

    Uni<Page<ReplayItemView>> items(String id, int after, int limit) {
        return sessions.withSession(session ->
                        one(session, id).chain(() -> items.of(session, id, after, limit)))
                .map(found ->
                        new Page<>(
                                found.stream().map(ReplayItems.Item::view).toList(),
                                found.size() < limit
                                        ? null
                                        : Integer.toString(found.getLast().position())));
    }

    Uni<Page<ReplayItemView>> ofLetter(String letterId, @Nullable String after, int limit) {
        return sessions.withSession(session -> items.ofLetter(session, letterId, after, limit))
                .map(found ->
                        new Page<>(
                                found.stream().map(ReplayItems.Item::view).toList(),
                                found.size() < limit ? null : found.getLast().batchId()));
    }

    private static ReplayView view(Tuple row) {
        Long ended = row.get("ended_millis", Long.class);
        Long driven = row.get("driven_millis", Long.class);
        return new ReplayView(
                row.get("id", String.class),
                row.get("state", String.class),
                row.get("asked_by", String.class),
                row.get("reason", String.class),
                row.get("filter", String.class),
                row.get("representative", Boolean.class),
                row.get("force", Boolean.class),
                Instant.ofEpochMilli(row.get("created_millis", Long.class)).toString(),
                ended == null ? null : Instant.ofEpochMilli(ended).toString(),
                driven == null ? null : Instant.ofEpochMilli(driven).toString(),
                counts(row.get("counts", String.class)));
    }

    private static Map<ReplayItemState, Integer> counts(String text) {
        Map<ReplayItemState, Integer> counts = new EnumMap<>(ReplayItemState.class);
        for (String each : text.isEmpty() ? List.<String>of() : List.of(text.split(" "))) {
            int equals = each.indexOf('=');
            counts.put(
                    ReplayItemState.valueOf(each.substring(0, equals)),
                    Integer.parseInt(each.substring(equals + 1)));
        }
        return counts;
    }
}
