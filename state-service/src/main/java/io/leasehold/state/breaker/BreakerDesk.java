package io.leasehold.state.breaker;

import io.leasehold.ledger.api.BreakerView;
import io.leasehold.ledger.api.Page;
import io.leasehold.state.Signal;
import io.leasehold.state.Startup;
import io.leasehold.state.audit.Audit;
import io.leasehold.state.audit.Reason;
import io.leasehold.state.problem.Refusal;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;
import jakarta.persistence.Tuple;
import java.time.Instant;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Breakers, for people: which there are, and closing one by hand. Safe to share. */
@ApplicationScoped
class BreakerDesk {
    private static final int MOST = 500;

    private static final String SELECT =
            """
            select b.breaker_id, b.kind, b.phase, b.provider, b.credentials, b.region, b.run_kind,
                b.fingerprint, b.modules, b.code, b.failures, b.tenants, b.seen_run,
                (select count(*) from stack s where s.hold_code = 'BREAKER' and s.hold_by = b.breaker_id) as held,
                cast(extract(epoch from b.opened_at) * 1000 as bigint) as opened_millis,
                cast(extract(epoch from b.open_until) * 1000 as bigint) as until_millis,
                b.probe_tenant || '/' || b.probe_incarnation || '/' || b.probe_stack as probe,
                cast(extract(epoch from b.closed_at) * 1000 as bigint) as closed_millis,
                b.closed_by, b.closed_reason
            from breaker b
            """;

    private final Mutiny.SessionFactory sessions;
    private final BreakerRows rows;
    private final OpenBreakers open;
    private final Audit audit;
    private final Signal claims;

    BreakerDesk(
            Mutiny.SessionFactory sessions,
            BreakerRows rows,
            OpenBreakers open,
            Audit audit,
            @Named(Startup.CLAIMS) Signal claims) {
        this.sessions = sessions;
        this.rows = rows;
        this.open = open;
        this.audit = audit;
        this.claims = claims;
    }

    /** Those that are open, the newest first; and those that closed, where {@code closed}. */
    Uni<Page<BreakerView>> list(boolean closed) {
        return sessions.withSession(session ->
                        session.createNativeQuery(
                                        SELECT
                                                + (closed ? "" : "where b.phase <> 'CLOSED' ")
                                                + "order by b.opened_at desc, b.breaker_id",
                                        Tuple.class)
                                .setMaxResults(MOST)
                                .getResultList())
                .map(found -> new Page<>(found.stream().map(BreakerDesk::view).toList(), null));
    }

    /** Closes one; what it holds is let go some at a time. One that is closed is refused. */
    Uni<BreakerView> close(String actor, String id, String why) {
        String reason = Reason.required(why);
        return sessions.withTransaction((session, _) ->
                        rows.close(session, id, actor, reason)
                                .call(closed -> closed ? open.load(session) : refuse(session, id))
                                .chain(() ->
                                        audit.record(session, actor, "close-breaker", id, reason))
                                .chain(() -> show(session, id)))
                .invoke(claims::wake);
    }

    private static Uni<Void> refuse(Mutiny.Session session, String id) {
        return show(session, id)
                .invoke(breaker -> {
                    throw new Refusal(
                            409,
                            "BREAKER_CLOSED",
                            "The breaker "
                                    + id
                                    + " was closed at "
                                    + breaker.closedAt()
                                    + " by "
                                    + breaker.closedBy()
                                    + ".");
                })
                .replaceWithVoid();
    }

    private static Uni<BreakerView> show(Mutiny.Session session, String id) {
        return session.createNativeQuery(SELECT + "where b.breaker_id = :id", Tuple.class)
                .setParameter("id", id)
                .getSingleResultOrNull()
                .map(row -> {
                    if (row == null) {
                        throw new Refusal(
                                404, "BREAKER_UNKNOWN", "There is no breaker " + id + ".");
                    }
                    return view(row);
                });
    }

    private static BreakerView view(Tuple row) {
        Signature of = Signature.of(row);
        return new BreakerView(
                row.get("breaker_id", String.class),
                of.kind().name(),
                row.get("phase", String.class),
                of.words(),
                row.get("code", String.class),
                row.get("failures", Integer.class),
                row.get("tenants", Integer.class),
                row.get("seen_run", String.class),
                List.of(row.get("modules", String.class).split(",")),
                row.get("held", Long.class),
                String.valueOf(time(row, "opened_millis")),
                String.valueOf(time(row, "until_millis")),
                row.get("probe", String.class),
                time(row, "closed_millis"),
                row.get("closed_by", String.class),
                row.get("closed_reason", String.class));
    }

    private static @Nullable String time(Tuple row, String column) {
        Long millis = row.get(column, Long.class);
        return millis == null ? null : Instant.ofEpochMilli(millis).toString();
    }
}
