package io.leasehold.state.lease;

import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.ClaimRequest;
import io.leasehold.ledger.api.Lease;
import io.leasehold.ledger.api.RunPhase;
import io.leasehold.state.Ids;
import io.leasehold.state.run.RunNews;
import io.leasehold.state.run.RunRow;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.time.Instant;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Hands out stacks that are due, the longest waiting first, each to one worker. Everything happens
 * in the caller's transaction. Safe to share.
 */
@ApplicationScoped
public class LifecycleQueue {
    /**
     * What is due. A destroy uses what was applied; where nothing ever was, an apply may still have
     * begun, and its revision is the best that is known.
     */
    private static final String DUE =
            """
            select s.tenant_id, s.incarnation, s.stack,
                   case when s.wanted then 'APPLY' else 'DESTROY' end as kind,
                   s.generation, s.revision, s.attempts + 1 as attempt,
                   case when s.wanted then s.blueprint_name
                       else coalesce(a.blueprint_name, s.blueprint_name) end as blueprint_name,
                   case when s.wanted then s.blueprint_version
                       else coalesce(a.blueprint_version, s.blueprint_version) end as blueprint_version,
                   case when s.wanted then v.module_digest
                       else coalesce(a.module_digest, v.module_digest) end as module_digest,
                   case when s.wanted then v.inputs else coalesce(a.inputs, v.inputs) end as inputs,
                   cast(case when s.wanted then v.endpoints
                       else coalesce(a.endpoints, v.endpoints) end as text) as endpoints,
                   (not s.wanted or not s.apply_started)
                       and coalesce(v.policy ->> 'approval', 'auto') = 'auto'
                       and coalesce(jsonb_array_length(v.policy -> 'gates'), 0) = 0 as direct,
                   s.apply_started and exists (select 1 from run r where r.tenant_id = s.tenant_id
                       and r.incarnation = s.incarnation and r.stack = s.stack
                       and r.code in ('WORKER_LOST', 'TIMEOUT')
                       and (a.applied_at is null or r.started_at > a.applied_at)) as interrupted,
                   s.state_version, v.timeout_millis, l.traceparent
            from stack s
            join life l on l.tenant_id = s.tenant_id and l.incarnation = s.incarnation
            join stack_revision v on v.tenant_id = s.tenant_id and v.incarnation = s.incarnation
                and v.stack = s.stack and v.revision = s.revision
            left join stack_applied a on a.tenant_id = s.tenant_id and a.incarnation = s.incarnation
                and a.stack = s.stack
            where s.due and s.lease_id is null and s.waiting_code is null
              and (s.hold_code is null or s.hold_until <= clock_timestamp())
              and (s.not_before is null or s.not_before <= clock_timestamp())
              and not exists (select 1 from state_lock k where k.tenant_id = s.tenant_id
                  and k.incarnation = s.incarnation and k.stack = s.stack)
            order by s.due_since limit 1
            for update of s skip locked
            """;

    /** What was claimed by a request, as its run was begun: the stack may have moved on since. */
    private static final String GIVEN =
            """
            select s.tenant_id, s.incarnation, s.stack, r.kind, r.generation, r.revision, r.attempt,
                   r.blueprint_name, r.blueprint_version,
                   case when r.kind = 'APPLY' then v.module_digest
                       else coalesce(a.module_digest, v.module_digest) end as module_digest,
                   case when r.kind = 'APPLY' then v.inputs else coalesce(a.inputs, v.inputs) end as inputs,
                   cast(case when r.kind = 'APPLY' then v.endpoints
                       else coalesce(a.endpoints, v.endpoints) end as text) as endpoints,
                   r.direct,
                   s.apply_started and exists (select 1 from run o where o.tenant_id = s.tenant_id
                       and o.incarnation = s.incarnation and o.stack = s.stack
                       and o.code in ('WORKER_LOST', 'TIMEOUT')
                       and (a.applied_at is null or o.started_at > a.applied_at)) as interrupted,
                   r.state_version, v.timeout_millis, r.traceparent,
                   s.lease_run, s.lease_id, s.lease_epoch,
                   cast(extract(epoch from s.lease_until - clock_timestamp()) * 1000 as bigint) as remaining
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

    private final LeaseConfig config;
    private final Ids ids;
    private final RunNews news;
    private final SealedInputs sealed;

    /** Tells of claims through {@code news}. */
    public LifecycleQueue(LeaseConfig config, Ids ids, RunNews news, SealedInputs sealed) {
        this.config = config;
        this.ids = ids;
        this.news = news;
        this.sealed = sealed;
    }

    /** Takes one stack, or nothing when none is due. */
    Uni<Optional<Claim>> take(Mutiny.Session session, ClaimRequest request) {
        return session.createNativeQuery(DUE, Tuple.class)
                .getSingleResultOrNull()
                .chain(row ->
                        row == null
                                ? Uni.createFrom().item(Optional.empty())
                                : lease(session, request, DueRun.of(row)));
    }

    /**
     * Empty when a person locked the stack between the look and the row's lock: whoever locks holds
     * that row too, so this second look, under it, is the one that counts.
     */
    private Uni<Optional<Claim>> lease(Mutiny.Session session, ClaimRequest request, DueRun due) {
        String runId = ids.next();
        String leaseId = ids.secret();
        return session.createNativeQuery(
                        """
                        with claimed as (
                            update stack set lease_id = :lease, lease_epoch = lease_epoch + 1,
                                lease_until = clock_timestamp() + cast(:ttl as bigint) * interval '1 millisecond',
                                lease_beaten_at = null, lease_since = clock_timestamp(), lease_worker = :worker,
                                lease_boot = :boot, lease_request = :request, lease_run = :run,
                                lease_phase = 'CLAIMED', apply_started = apply_started or :direct,
                                last_run = :run, status_seq = status_seq + 1, changed_at = clock_timestamp()
                            where tenant_id = :tenant and incarnation = :incarnation and stack = :stack
                              and not exists (select 1 from state_lock k where k.tenant_id = :tenant
                                  and k.incarnation = :incarnation and k.stack = :stack)
                            returning tenant_id, incarnation, stack, lease_epoch, status_seq
                        ), begun as (
                            insert into run (run_id, tenant_id, incarnation, stack, kind, phase, generation,
                                revision, attempt, blueprint_name, blueprint_version, worker, lease_id,
                                lease_epoch, direct, state_version, traceparent, started_at)
                            select :run, tenant_id, incarnation, stack, :kind, 'CLAIMED', :generation, :revision,
                                :attempt, :blueprint, :version, :worker, :lease, lease_epoch, :direct, :state,
                                cast(:traceparent as text), now()
                            from claimed
                        )
                        select lease_epoch, status_seq,
                            cast(extract(epoch from now()) * 1000 as bigint) as started_millis
                        from claimed
                        """,
                        Tuple.class)
                .setParameter("lease", leaseId)
                .setParameter("ttl", config.first().toMillis())
                .setParameter("worker", request.worker())
                .setParameter("boot", request.bootId())
                .setParameter("request", request.requestId())
                .setParameter("run", runId)
                .setParameter("direct", due.direct())
                .setParameter("tenant", due.stack().tenantId())
                .setParameter("incarnation", due.stack().incarnation())
                .setParameter("stack", due.stack().stack())
                .setParameter("kind", due.kind().name())
                .setParameter("generation", due.generation())
                .setParameter("revision", due.revision())
                .setParameter("attempt", due.attempt())
                .setParameter("blueprint", due.blueprint())
                .setParameter("version", due.blueprintVersion())
                .setParameter("state", due.stateVersion())
                .setParameter("traceparent", due.traceparent())
                .getSingleResultOrNull()
                .call(row ->
                        row == null
                                ? Uni.createFrom().voidItem()
                                : tell(session, due, runId, leaseId, row))
                .chain(row ->
                        row == null
                                ? Uni.createFrom().item(Optional.empty())
                                : due.claim(
                                                session,
                                                runId,
                                                new Lease(
                                                        leaseId,
                                                        row.get("lease_epoch", Long.class),
                                                        config.first().toMillis()),
                                                sealed)
                                        .map(Optional::of));
    }

    private Uni<Void> tell(
            Mutiny.Session session, DueRun due, String runId, String leaseId, Tuple row) {
        return news.tell(
                session,
                new RunRow(
                        runId,
                        due.stack(),
                        due.kind(),
                        RunPhase.CLAIMED,
                        null,
                        due.generation(),
                        due.revision(),
                        due.attempt(),
                        leaseId,
                        due.stateVersion(),
                        due.traceparent(),
                        Instant.ofEpochMilli(row.get("started_millis", Long.class))),
                RunNews.Step.of(io.leasehold.events.outgoing.RunPhase.STARTED),
                row.get("status_seq", Long.class));
    }

    /**
     * What this very request was given before, as long as nobody has beaten that lease: the answer
     * was lost on the way.
     */
    Uni<Optional<Claim>> given(Mutiny.Session session, ClaimRequest request) {
        return session.createNativeQuery(GIVEN, Tuple.class)
                .setParameter("worker", request.worker())
                .setParameter("boot", request.bootId())
                .setParameter("request", request.requestId())
                .getSingleResultOrNull()
                .chain(row ->
                        row == null
                                ? Uni.createFrom().item(Optional.empty())
                                : given(session, row).map(Optional::of));
    }

    private Uni<Claim> given(Mutiny.Session session, Tuple row) {
        Lease lease =
                new Lease(
                        row.get("lease_id", String.class),
                        row.get("lease_epoch", Long.class),
                        row.get("remaining", Long.class));
        return DueRun.of(row).claim(session, row.get("lease_run", String.class), lease, sealed);
    }
}
