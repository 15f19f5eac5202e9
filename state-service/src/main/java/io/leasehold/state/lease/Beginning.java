package io.leasehold.state.lease;

import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.ClaimRequest;
import io.leasehold.ledger.api.RunPhase;
import io.leasehold.state.Ids;
import io.leasehold.state.access.RunCredentials;
import io.leasehold.state.run.RunNews;
import io.leasehold.state.run.RunRow;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.hibernate.reactive.mutiny.Mutiny;

/** Begins runs of stacks that are locked, in the caller's transaction. Safe to share. */
@ApplicationScoped
class Beginning {
    /**
     * The leases, their runs, and the lives' places behind all others, in the order of the rows.
     */
    private static final String WRITE =
            """
            with claimed as (
                update stack s set {leased}, apply_started = s.apply_started or r.direct,
                    waiting_reason = null, status_seq = s.status_seq + 1
                {unless-locked}
                returning r.*, s.lease_epoch as epoch, s.status_seq as seq
            ), begun as (
                insert into run (run_id, tenant_id, incarnation, stack, kind, phase, generation, revision,
                    attempt, blueprint_name, blueprint_version, worker, lease_id, lease_epoch, direct,
                    state_version, traceparent, credential, started_at)
                select run, tenant, life, stack, kind, 'CLAIMED', generation, revision, attempt, blueprint,
                    version, worker, lease, epoch, direct, state, traceparent, credential, now()
                from claimed order by n
            ), places as (
                select c.n, c.tenant, c.life, c.stack, c.caps as served, t.caps,
                    row_number() over (order by c.n, c.caps = t.caps, t.turn_at, t.caps) as place
                from claimed c cross join lateral (
                    select caps, turn_at from turn
                    where tenant_id = c.tenant and incarnation = c.life for update skip locked) t
            ), behind as (
                update turn t set served_at = {behind}, turn_at = {behind},
                    queued = t.queued and (t.caps <> p.served or exists (select 1 from stack o
                        where o.tenant_id = p.tenant and o.incarnation = p.life
                          and o.stack <> p.stack and o.caps = p.served and could_run(o)))
                from places p
                where t.tenant_id = p.tenant and t.incarnation = p.life and t.caps = p.caps
            )
            select n, epoch, seq, cast(extract(epoch from now()) * 1000 as bigint) as started_millis
            from claimed
            """
                    .replace("{leased}", Leasing.COLUMNS)
                    .replace("{unless-locked}", Leasing.UNLESS_LOCKED)
                    .replace(
                            "{behind}",
                            "statement_timestamp() + interval '1 microsecond' * p.place");

    private final LeaseConfig config;
    private final Ids ids;
    private final RunNews news;
    private final RunCredentials credentials;

    /** Tells of runs through {@code news}. */
    Beginning(LeaseConfig config, Ids ids, RunNews news, RunCredentials credentials) {
        this.config = config;
        this.ids = ids;
        this.news = news;
        this.credentials = credentials;
    }

    /** A stack that was found, and is open. */
    record Found(Turns.Turn turn, DueRun due, SealedInputs.Opened opened) {}

    /** What is made for a run that is about to begin. */
    private record Run(Found found, Leasing leasing, RunCredentials.Made credential) {
        private DueRun due() {
            return found.due();
        }

        private Claim claim(Tuple row) {
            return due().claim(
                            leasing.runId(),
                            leasing.lease(row.get("epoch", Long.class)),
                            found.opened())
                    .with(credential.credential());
        }

        private RunNews.Begun begun(Tuple row) {
            RunRow run =
                    new RunRow(
                            leasing.runId(),
                            due().stack(),
                            due().kind(),
                            RunPhase.CLAIMED,
                            null,
                            due().generation(),
                            due().revision(),
                            due().attempt(),
                            leasing.leaseId(),
                            due().stateVersion(),
                            due().traceparent(),
                            Instant.ofEpochMilli(row.get("started_millis", Long.class)));
            return new RunNews.Begun(run, row.get("seq", Long.class));
        }
    }

    /**
     * Leases each stack to its request. One that a person locked between the look and the row's
     * lock is not there: that is looked at again under the row's lock, and this look counts.
     */
    Uni<Map<ClaimRequest, Claim>> begin(Mutiny.Session session, Map<ClaimRequest, Found> all) {
        List<Run> runs =
                all.entrySet().stream().map(each -> run(each.getKey(), each.getValue())).toList();
        return Leasing.rows(runs, Run::leasing)
                .text("kind", run -> run.due().kind().name())
                .number("generation", run -> run.due().generation())
                .number("revision", run -> run.due().revision())
                .number("attempt", run -> run.due().attempt())
                .text("blueprint", run -> run.due().blueprint())
                .text("version", run -> run.due().blueprintVersion())
                .truth("direct", run -> run.due().direct())
                .number("state", run -> run.due().stateVersion())
                .text("traceparent", run -> run.due().traceparent())
                .bytes("credential", run -> run.credential().digest())
                .text("caps", run -> run.found().turn().caps())
                .select(session, WRITE, Tuple.class)
                .chain(rows -> told(session, runs, rows));
    }

    private Run run(ClaimRequest request, Found found) {
        String runId = ids.next();
        return new Run(
                found,
                new Leasing(request, found.due().stack(), runId, ids.secret(), config.first()),
                credentials.make(runId));
    }

    private Uni<Map<ClaimRequest, Claim>> told(
            Mutiny.Session session, List<Run> runs, List<Tuple> rows) {
        Map<ClaimRequest, Claim> claims = new HashMap<>();
        List<RunNews.Begun> begun = new ArrayList<>();
        for (Tuple row : rows) {
            Run run = runs.get(row.get("n", Long.class).intValue() - 1);
            claims.put(run.leasing().request(), run.claim(row));
            begun.add(run.begun(row));
        }
        return news.started(session, begun).replaceWith(claims);
    }
}
