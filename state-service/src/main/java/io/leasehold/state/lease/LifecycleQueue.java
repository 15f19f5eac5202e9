package io.leasehold.state.lease;

import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.ClaimRequest;
import io.leasehold.ledger.api.Lease;
import io.leasehold.ledger.api.RunPhase;
import io.leasehold.state.Ids;
import io.leasehold.state.access.RunCredentials;
import io.leasehold.state.run.RunNews;
import io.leasehold.state.run.RunRow;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Hands out stacks that are due, one tenant after the other, each stack to one worker. Everything
 * happens in the caller's transaction. Safe to share.
 */
@ApplicationScoped
public class LifecycleQueue {
    /** Lives that give nothing are taken out of the queue or passed over, so many in one look. */
    private static final int MOST_STEPS = 50;

    /** Until a stack is tried again whose inputs could not be opened. */
    private static final Duration NOT_OPENED = Duration.ofMinutes(1);

    /** What was claimed by a request, as its run was begun: the stack may have moved on since. */
    private static final String GIVEN =
            """
            select s.tenant_id, s.incarnation, s.stack, r.kind, r.generation, r.revision, r.attempt,
                   r.blueprint_name, r.blueprint_version,
            """
                    + DueRun.asWantedIf("r.kind = 'APPLY' or r.kind = 'STATE' and s.wanted")
                    + "r.direct,"
                    + DueRun.INTERRUPTED
                    + """
                           r.state_version, v.timeout_millis, r.traceparent,
                           s.lease_run, s.lease_id, s.lease_epoch,
                           cast(extract(epoch from s.lease_until
                               - (select greatest(clock_timestamp(), beaten_at) from pulse)) * 1000 as bigint) as remaining
                    from stack s
                    join run r on r.run_id = s.lease_run
                    join stack_revision v on v.tenant_id = r.tenant_id and v.incarnation = r.incarnation
                        and v.stack = r.stack and v.revision = r.revision
                    left join stack_applied a on a.tenant_id = r.tenant_id and a.incarnation = r.incarnation
                        and a.stack = r.stack
                    where s.lease_worker = :worker and s.lease_boot = :boot and s.lease_request = :request
                      and s.lease_id is not null and s.lease_beaten_at is null
                      and s.lease_until > clock_timestamp()
                    """;

    /** The lease, its run, and the life's place behind all others. */
    private static final String WRITE =
            """
            with claimed as (
                update stack set {leased}, apply_started = apply_started or :direct, waiting_reason = null,
                    status_seq = status_seq + 1
                {unless-locked} and not {reached}
                returning tenant_id, incarnation, stack, lease_epoch, status_seq
            ), begun as (
                insert into run (run_id, tenant_id, incarnation, stack, kind, phase, generation, revision,
                    attempt, blueprint_name, blueprint_version, worker, lease_id, lease_epoch, direct,
                    state_version, traceparent, credential, started_at)
                select :run, tenant_id, incarnation, stack, :kind, 'CLAIMED', :generation, :revision,
                    :attempt, :blueprint, :version, :worker, :lease, lease_epoch, :direct, :state,
                    cast(:traceparent as text), cast(:credential as bytea), now()
                from claimed
            ), served as (
                update turn t set served_at = mine.behind, turn_at = mine.behind,
                    queued = t.queued and (t.caps <> :caps or exists (select 1 from stack o
                        where o.tenant_id = :tenant and o.incarnation = :incarnation
                          and o.stack <> :stack and o.caps = :caps and could_run(o)))
                from (select caps, statement_timestamp() + interval '1 microsecond'
                        * row_number() over (order by caps = :caps, turn_at, caps) as behind
                    from (select caps, turn_at from turn
                        where tenant_id = :tenant and incarnation = :incarnation
                        for update skip locked) own) mine
                where t.tenant_id = :tenant and t.incarnation = :incarnation and t.caps = mine.caps
                  and exists (select 1 from claimed)
            )
            select lease_epoch, status_seq,
                cast(extract(epoch from now()) * 1000 as bigint) as started_millis
            from claimed
            """
                    .replace("{leased}", Leasing.COLUMNS)
                    .replace("{unless-locked}", Leasing.UNLESS_LOCKED)
                    .replace("{reached}", Turns.reached(":caps"));

    private final LeaseConfig config;
    private final Turns turns;
    private final Ids ids;
    private final RunNews news;
    private final SealedInputs sealed;
    private final RunCredentials credentials;

    /** Takes by {@code turns}, tells of claims through {@code news}. */
    LifecycleQueue(
            LeaseConfig config,
            Turns turns,
            Ids ids,
            RunNews news,
            SealedInputs sealed,
            RunCredentials credentials) {
        this.config = config;
        this.turns = turns;
        this.ids = ids;
        this.news = news;
        this.sealed = sealed;
        this.credentials = credentials;
    }

    /** What is made for a run that is about to begin. */
    private record Made(String runId, String leaseId, RunCredentials.Made credential) {}

    /**
     * Takes one stack, or what this very request was given before, as long as nobody has beaten
     * that lease: the answer was lost on the way. Refuses a process that is not the bearer of its
     * name.
     */
    Uni<Take> take(Mutiny.Session session, ClaimRequest request, Turns.Reached reached) {
        return from(session, request, reached, 1);
    }

    private Uni<Take> from(
            Mutiny.Session session, ClaimRequest request, Turns.Reached reached, int step) {
        return turns.next(session, request, reached)
                .chain(next -> take(session, request, reached, next, step));
    }

    private Uni<Take> take(
            Mutiny.Session session,
            ClaimRequest request,
            Turns.Reached reached,
            Turns.Next next,
            int step) {
        Workers.mustBear(next.boot(), request.bootId());
        if (next.given() != null) {
            return given(session, request);
        }
        Turns.Turn turn = next.turn();
        if (turn == null) {
            return Uni.createFrom().item(next.queued() ? new Take.Busy() : new Take.Nothing());
        }
        DueRun due = next.due();
        if (due == null) {
            return further(session, request, reached, turn, step);
        }
        return sealed.openOr(session, due, reason -> putOff(session, due, reason))
                .chain(opened ->
                        opened.isEmpty()
                                // That is kept, and may have taken as long as a KMS that is away.
                                ? further(session, request, reached, turn, MOST_STEPS)
                                : lease(session, request, turn, due, opened.get()));
    }

    /** Its life is not served by that: another stack of it may be the next. */
    private static Uni<Void> putOff(Mutiny.Session session, DueRun due, String reason) {
        return session.createNativeQuery(
                        """
                        update stack set waiting_reason = :reason,
                            not_before = clock_timestamp() + cast(:wait as bigint) * interval '1 millisecond'
                        where tenant_id = :tenant and incarnation = :incarnation and stack = :stack
                        """)
                .setParameter("reason", reason)
                .setParameter("wait", NOT_OPENED.toMillis())
                .setParameter("tenant", due.stack().tenantId())
                .setParameter("incarnation", due.stack().incarnation())
                .setParameter("stack", due.stack().stack())
                .executeUpdate()
                .replaceWithVoid();
    }

    /** Nothing of this life can be had: it leaves the queue, or is passed over in this look. */
    private Uni<Take> further(
            Mutiny.Session session,
            ClaimRequest request,
            Turns.Reached reached,
            Turns.Turn turn,
            int step) {
        return turns.leave(session, turn)
                .map(left -> left ? reached : reached.past(turn))
                .chain(now ->
                        step == MOST_STEPS
                                ? Uni.createFrom().<Take>item(new Take.Unfinished(now))
                                : from(session, request, now, step + 1));
    }

    /**
     * Whoever was overtaken looks again from the start, in a transaction of its own: this one may
     * have locked caps, and must not go on to lock others.
     */
    private Uni<Take> lease(
            Mutiny.Session session,
            ClaimRequest request,
            Turns.Turn turn,
            DueRun due,
            SealedInputs.Opened opened) {
        String runId = ids.next();
        Made made = new Made(runId, ids.secret(), credentials.make(runId));
        return turns.lockCaps(session, turn)
                .chain(() -> write(session, request, turn, due, made))
                .chain(row ->
                        row.isEmpty()
                                ? Uni.createFrom().item(new Take.Busy())
                                : tell(session, due, made, row.get())
                                        .map(_ -> claim(due, made, row.get(), opened))
                                        .map(Take.Given::new));
    }

    private Claim claim(DueRun due, Made made, Tuple row, SealedInputs.Opened opened) {
        Lease lease =
                new Lease(
                        made.leaseId(),
                        row.get("lease_epoch", Long.class),
                        config.first().toMillis());
        return due.claim(made.runId(), lease, opened).with(made.credential().credential());
    }

    /**
     * The lease, its run, and the life's place behind all others. Empty when a person locked the
     * stack or others reached a cap between the look and the rows' locks: those two look again
     * under the same locks, so this look is the one that counts.
     */
    private Uni<Optional<Tuple>> write(
            Mutiny.Session session, ClaimRequest request, Turns.Turn turn, DueRun due, Made made) {
        Leasing leasing =
                new Leasing(request, due.stack(), made.runId(), made.leaseId(), config.first());
        return leasing.bind(session.createNativeQuery(WRITE, Tuple.class))
                .setParameter("credential", made.credential().digest())
                .setParameter("direct", due.direct())
                .setParameter("kind", due.kind().name())
                .setParameter("generation", due.generation())
                .setParameter("revision", due.revision())
                .setParameter("attempt", due.attempt())
                .setParameter("blueprint", due.blueprint())
                .setParameter("version", due.blueprintVersion())
                .setParameter("state", due.stateVersion())
                .setParameter("traceparent", due.traceparent())
                .setParameter("caps", turn.caps())
                .getSingleResultOrNull()
                .map(Optional::ofNullable);
    }

    private Uni<Void> tell(Mutiny.Session session, DueRun due, Made made, Tuple row) {
        return news.tell(
                session,
                new RunRow(
                        made.runId(),
                        due.stack(),
                        due.kind(),
                        RunPhase.CLAIMED,
                        null,
                        due.generation(),
                        due.revision(),
                        due.attempt(),
                        made.leaseId(),
                        due.stateVersion(),
                        due.traceparent(),
                        Instant.ofEpochMilli(row.get("started_millis", Long.class))),
                RunNews.Step.of(io.leasehold.events.outgoing.RunPhase.STARTED),
                row.get("status_seq", Long.class));
    }

    private Uni<Take> given(Mutiny.Session session, ClaimRequest request) {
        return session.createNativeQuery(GIVEN, Tuple.class)
                .setParameter("worker", request.worker())
                .setParameter("boot", request.bootId())
                .setParameter("request", request.requestId())
                .getSingleResultOrNull()
                // Its lease may have run out since the look.
                .chain(row ->
                        row == null
                                ? Uni.createFrom().item(new Take.Busy())
                                : given(session, row).map(Take.Given::new));
    }

    private Uni<Claim> given(Mutiny.Session session, Tuple row) {
        Lease lease =
                new Lease(
                        row.get("lease_id", String.class),
                        row.get("lease_epoch", Long.class),
                        row.get("remaining", Long.class));
        DueRun due = DueRun.of(row);
        return sealed.open(session, due)
                .map(opened -> due.claim(row.get("lease_run", String.class), lease, opened))
                .chain(claim -> credentials.giveAnew(session, claim));
    }
}
