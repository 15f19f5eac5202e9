package io.leasehold.state.lease;

import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.ClaimRequest;
import io.leasehold.ledger.api.Lease;
import io.leasehold.state.access.RunCredentials;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Gives a request again what it was given before, as long as nobody has beaten that lease: the
 * answer was lost on the way. With a credential anew. Safe to share.
 */
@ApplicationScoped
class LostAnswers {
    /** What was claimed by a request, as its run was begun: the stack may have moved on since. */
    private static final String GIVEN =
            """
            select s.tenant_id, s.incarnation, s.stack, r.kind, r.generation, r.revision, r.attempt,
                   r.blueprint_name, r.blueprint_version,
            """
                    + DueRun.asWantedIf("r.kind = 'APPLY' or r.kind = 'STATE' and s.wanted")
                    + "r.direct,"
                    + DueRun.INTERRUPTED
                    + DueRun.PLANNED
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

    private final SealedInputs sealed;
    private final RunCredentials credentials;
    private final AskedRuns asked;

    LostAnswers(SealedInputs sealed, RunCredentials credentials, AskedRuns asked) {
        this.sealed = sealed;
        this.credentials = credentials;
        this.asked = asked;
    }

    /** In the caller's transaction. Its lease may have run out since it was seen. */
    Uni<Take> again(Mutiny.Session session, ClaimRequest request) {
        return session.createNativeQuery(GIVEN, Tuple.class)
                .setParameter("worker", request.worker())
                .setParameter("boot", request.bootId())
                .setParameter("request", request.requestId())
                .getSingleResultOrNull()
                .chain(row ->
                        row == null
                                ? Uni.createFrom().item(new Take.Busy())
                                : again(session, row).map(Take.Given::new));
    }

    /** It may have been asked for by an operator. */
    private Uni<Claim> again(Mutiny.Session session, Tuple row) {
        Lease lease =
                new Lease(
                        row.get("lease_id", String.class),
                        row.get("lease_epoch", Long.class),
                        row.get("remaining", Long.class));
        DueRun due = DueRun.of(row);
        return sealed.open(session, due)
                .map(opened -> due.claim(row.get("lease_run", String.class), lease, opened))
                .chain(claim -> credentials.giveAnew(session, claim))
                .chain(claim -> asked.withOperation(session, claim));
    }
}
