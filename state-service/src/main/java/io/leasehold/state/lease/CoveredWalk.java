package io.leasehold.state.lease;

import io.leasehold.ledger.api.RunKind;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.OneReplica;
import io.leasehold.state.breaker.CoveredStacks;
import io.leasehold.state.breaker.OpenBreakers;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;

/**
 * Walks along the queue while a breaker is open and takes out of it what the breaker covers, so
 * that claims need not meet each of them. One process at a time does it; a claim that comes first
 * holds what it meets.
 */
@ApplicationScoped
public class CoveredWalk {
    private static final Logger LOGGER = Logger.getLogger(CoveredWalk.class);

    /** Names this work among the database's advisory locks. */
    private static final long MINE = 0x77616c6bL;

    private static final int AT_ONCE = 500;
    private static final Turns.Turn BEFORE_ALL = new Turns.Turn("", 0, "", "");

    private final Mutiny.SessionFactory sessions;
    private final OpenBreakers open;
    private final CoveredStacks covered;
    private final Turns turns;
    private volatile Turns.Turn reached = BEFORE_ALL;

    CoveredWalk(
            Mutiny.SessionFactory sessions, OpenBreakers open, CoveredStacks covered, Turns turns) {
        this.sessions = sessions;
        this.open = open;
        this.covered = covered;
        this.turns = turns;
    }

    /** A turn, and a stack that is due for it. */
    private record Met(Turns.Turn turn, CoveredStacks.Due due) {}

    @Scheduled(
            every = "${leasehold.breakers.look:PT1S}",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    Uni<Void> look() {
        return (open.any() ? walk() : Uni.createFrom().voidItem())
                .onFailure()
                .recoverWithUni(failure -> {
                    // Looked at again soon.
                    LOGGER.warnf("covered stacks not held reason=%s", failure.getMessage());
                    return Uni.createFrom().voidItem();
                });
    }

    private Uni<Void> walk() {
        return sessions.withTransaction((session, _) ->
                OneReplica.takes(session, MINE)
                        .chain(mine -> mine ? walk(session) : Uni.createFrom().voidItem()));
    }

    private Uni<Void> walk(Mutiny.Session session) {
        return next(session)
                .chain(rows -> {
                    List<Met> met =
                            rows.stream()
                                    // One without a revision is given to nobody.
                                    .filter(row -> row.get("module_digest") != null)
                                    .map(CoveredWalk::met)
                                    .toList();
                    Turns.Turn last = rows.size() < AT_ONCE ? BEFORE_ALL : turn(rows.getLast());
                    return covered.hold(session, met, Met::due)
                            .chain(free -> left(session, met, free))
                            .invoke(() -> reached = last);
                });
    }

    private Uni<Void> left(Mutiny.Session session, List<Met> met, List<Met> free) {
        List<Turns.Turn> held =
                met.stream()
                        .filter(each -> !free.contains(each))
                        .map(Met::turn)
                        .distinct()
                        .toList();
        return turns.leave(session, held).replaceWithVoid();
    }

    /** Like a claim it waits for no turn and no stack: what others have is for the next walk. */
    private Uni<List<Tuple>> next(Mutiny.Session session) {
        Turns.Turn from = reached;
        return session.createNativeQuery(
                        """
                        with near as materialized (
                            select t.tenant_id, t.incarnation, t.caps, cast(t.turn_at as text) as turn_at from turn t
                            where t.queued and (t.tenant_id, t.incarnation, t.caps) > (:tenant, :life, :caps)
                            order by t.tenant_id, t.incarnation, t.caps limit :most for update skip locked)
                        select n.tenant_id, n.incarnation, n.caps, n.turn_at, s.stack,
                            case when s.wanted then 'APPLY' else 'DESTROY' end as kind,
                            case when s.wanted then v.module_digest else coalesce(a.module_digest, v.module_digest) end
                                as module_digest
                        from near n
                        left join lateral (
                            select * from stack o
                            where o.tenant_id = n.tenant_id and o.incarnation = n.incarnation and o.caps = n.caps
                              and could_run(o)
                            order by o.stack for update skip locked) s on true
                        left join stack_revision v on v.tenant_id = s.tenant_id and v.incarnation = s.incarnation
                            and v.stack = s.stack and v.revision = s.revision
                        left join stack_applied a on a.tenant_id = s.tenant_id and a.incarnation = s.incarnation
                            and a.stack = s.stack
                        order by n.tenant_id, n.incarnation, n.caps
                        """,
                        Tuple.class)
                .setParameter("tenant", from.tenantId())
                .setParameter("life", from.incarnation())
                .setParameter("caps", from.caps())
                .setParameter("most", AT_ONCE)
                .getResultList();
    }

    private static Met met(Tuple row) {
        return new Met(
                turn(row),
                new CoveredStacks.Due(
                        new StackRef(
                                row.get("tenant_id", String.class),
                                row.get("incarnation", Integer.class),
                                row.get("stack", String.class)),
                        RunKind.valueOf(row.get("kind", String.class)),
                        row.get("module_digest", String.class)));
    }

    private static Turns.Turn turn(Tuple row) {
        return new Turns.Turn(
                row.get("tenant_id", String.class),
                row.get("incarnation", Integer.class),
                row.get("caps", String.class),
                row.get("turn_at", String.class));
    }
}
