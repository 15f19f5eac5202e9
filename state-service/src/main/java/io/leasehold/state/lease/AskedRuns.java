package io.leasehold.state.lease;

import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.ClaimRequest;
import io.leasehold.state.Ids;
import io.leasehold.state.Signal;
import io.leasehold.state.Startup;
import io.leasehold.state.access.RunCredentials;
import io.leasehold.state.run.OperationText;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;
import jakarta.persistence.Tuple;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;

/**
 * Hands out runs that operators asked for, the oldest first, before anything else that is due. They
 * are rare: claims look for them only after one was asked for here, or was found by a look every
 * second. Safe to share.
 */
@ApplicationScoped
public class AskedRuns {
    private static final Logger LOGGER = Logger.getLogger(AskedRuns.class);

    /**
     * What was asked for and may run now, whatever holds or suspends the stack's own changes: with
     * the module and inputs that the stack's next run would have. Nothing for who is not the bearer
     * of its name, or was given something by this very request: the queue behind this answers both.
     */
    private static final String ASKED =
            """
            select r.run_id as asked_run,
            """
                    + DueRun.COLUMNS
                    + """
                    from run r
                    join stack s on s.tenant_id = r.tenant_id and s.incarnation = r.incarnation
                        and s.stack = r.stack
                    """
                    + DueRun.JOINS
                    + """
                    where r.phase = 'ASKED' and r.started_at >= clock_timestamp() - interval '1 hour'
                      and s.lease_id is null and not s.destroyed and v.revision is not null
                      and not exists (select 1 from state_lock k where k.tenant_id = s.tenant_id
                          and k.incarnation = s.incarnation and k.stack = s.stack)
                      and exists (select 1 from worker where name = :worker and boot_id = :boot)
                      and not exists (select 1 from stack g
                          where g.lease_worker = :worker and g.lease_boot = :boot and g.lease_request = :request
                            and g.lease_id is not null and g.lease_beaten_at is null
                            and g.lease_until > clock_timestamp())
                    order by r.started_at limit 1
                    for update of s, r skip locked
                    """;

    /**
     * Ends what no worker got within an hour: whoever asked thinks of something else by now. A
     * stack that is gone is not claimed at all. Says whether anything waits.
     */
    private static final String LOOK =
            """
            with over as (
                update run set phase = 'FINISHED', result = 'CANCELLED', code = 'NOT_CLAIMED',
                    message = 'No worker could have this run within an hour: ask again.',
                    finished_at = clock_timestamp()
                where phase = 'ASKED' and started_at < clock_timestamp() - interval '1 hour'
                returning 1)
            select exists (select 1 from run where phase = 'ASKED')
            """;

    private static final String LEASE =
            """
            with claimed as (
                update stack s set {leased} {unless-locked}
                returning r.run, r.worker, r.lease, s.lease_epoch)
            update run set phase = 'CLAIMED', worker = claimed.worker, lease_id = claimed.lease,
                lease_epoch = claimed.lease_epoch, generation = :generation, revision = :revision,
                state_version = :state
            from claimed where run_id = claimed.run
            returning run.lease_epoch
            """
                    .replace("{leased}", Leasing.COLUMNS)
                    .replace("{unless-locked}", Leasing.UNLESS_LOCKED);

    private final Mutiny.SessionFactory sessions;
    private final LeaseConfig config;
    private final Ids ids;
    private final SealedInputs sealed;
    private final RunCredentials credentials;
    private final OperationText text;
    private final Signal claims;
    private final AtomicLong asks = new AtomicLong(1);
    private volatile long settled;

    /** Wakes {@code claims} when something was asked for. */
    AskedRuns(
            Mutiny.SessionFactory sessions,
            LeaseConfig config,
            Ids ids,
            SealedInputs sealed,
            RunCredentials credentials,
            OperationText text,
            @Named(Startup.CLAIMS) Signal claims) {
        this.sessions = sessions;
        this.config = config;
        this.ids = ids;
        this.sealed = sealed;
        this.credentials = credentials;
        this.text = text;
        this.claims = claims;
    }

    /** Something was asked for, and is committed. */
    public void wake() {
        lookAgain();
        claims.wake();
    }

    @Scheduled(
            every = "${leasehold.lease.poll:PT1S}",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    Uni<Void> look() {
        return sessions.withSession(
                        session -> session.createNativeQuery(LOOK, Boolean.class).getSingleResult())
                .invoke(waits -> {
                    if (waits) {
                        lookAgain();
                    }
                })
                .replaceWithVoid()
                .onFailure()
                .recoverWithUni(failure -> {
                    // Looked at again soon.
                    LOGGER.warnf("asked runs not looked for reason=%s", failure.getMessage());
                    return Uni.createFrom().voidItem();
                });
    }

    /**
     * What was found out is not known any more: it was before, or in a look that was rolled back.
     */
    void lookAgain() {
        asks.incrementAndGet();
    }

    /** Takes one, or nothing when none may run now. */
    Uni<Optional<Claim>> take(Mutiny.Session session, ClaimRequest request) {
        long seen = asks.get();
        if (seen == settled) {
            return Uni.createFrom().item(Optional.empty());
        }
        return session.createNativeQuery(ASKED, Tuple.class)
                .setParameter("worker", request.worker())
                .setParameter("boot", request.bootId())
                .setParameter("request", request.requestId())
                .getSingleResultOrNull()
                .chain(row -> {
                    if (row == null) {
                        settled = seen;
                        return Uni.createFrom().item(Optional.empty());
                    }
                    return take(
                            session,
                            request,
                            row.get("asked_run", String.class),
                            DueRun.of(row).asked());
                });
    }

    private Uni<Optional<Claim>> take(
            Mutiny.Session session, ClaimRequest request, String runId, DueRun due) {
        return sealed.openOr(session, due, reason -> cannotBegin(session, runId, reason))
                .chain(opened ->
                        opened.isEmpty()
                                ? Uni.createFrom().item(Optional.empty())
                                : lease(session, request, runId, due, opened.get()));
    }

    /** Whoever asked is told, and may ask again. */
    private static Uni<Void> cannotBegin(Mutiny.Session session, String runId, String reason) {
        return session.createNativeQuery(
                        """
                        update run set phase = 'FINISHED', result = 'CANCELLED', code = 'NOT_CLAIMED',
                            message = 'It could not begin: ' || :reason || '; ask again when that is mended.',
                            finished_at = clock_timestamp()
                        where run_id = :run
                        """)
                .setParameter("reason", reason)
                .setParameter("run", runId)
                .executeUpdate()
                .replaceWithVoid();
    }

    /** Empty when a person locked the stack between the look and the row's lock. */
    private Uni<Optional<Claim>> lease(
            Mutiny.Session session,
            ClaimRequest request,
            String runId,
            DueRun due,
            SealedInputs.Opened opened) {
        Leasing leasing = new Leasing(request, due.stack(), runId, ids.secret(), config.first());
        return Leasing.rows(List.of(leasing), each -> each)
                .with("generation", due.generation())
                .with("revision", due.revision())
                .with("state", due.stateVersion())
                .select(session, LEASE, Long.class)
                .chain(epochs ->
                        epochs.isEmpty()
                                ? Uni.createFrom().item(Optional.empty())
                                : claim(
                                        session,
                                        due.claim(
                                                runId, leasing.lease(epochs.getFirst()), opened)));
    }

    private Uni<Optional<Claim>> claim(Mutiny.Session session, Claim leased) {
        return withOperation(session, leased)
                .chain(claim -> credentials.giveAnew(session, claim))
                .map(Optional::of);
    }

    /** Says what the run of a claim does to the state, if that is what it is for. */
    Uni<Claim> withOperation(Mutiny.Session session, Claim claim) {
        return switch (claim.kind()) {
            case APPLY, DESTROY, DRIFT -> Uni.createFrom().item(claim);
            case STATE ->
                    session.createNativeQuery(
                                    "select cast(operation as text) from run where run_id = :run",
                                    String.class)
                            .setParameter("run", claim.runId())
                            .getSingleResult()
                            .map(asked -> claim.with(text.read(asked)));
        };
    }
}
