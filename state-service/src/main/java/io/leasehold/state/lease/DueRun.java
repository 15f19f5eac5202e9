package io.leasehold.state.lease;

import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.Lease;
import io.leasehold.ledger.api.RunKind;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.breaker.CoveredStacks;
import io.leasehold.state.run.RunRow;
import jakarta.persistence.Tuple;
import org.jspecify.annotations.Nullable;

/**
 * A stack that was found due, with what its run needs.
 *
 * @param inputs sealed
 * @param endpoints JSON list
 */
record DueRun(
        StackRef stack,
        RunKind kind,
        long generation,
        long revision,
        int attempt,
        String blueprint,
        String blueprintVersion,
        String moduleDigest,
        byte[] inputs,
        String endpoints,
        boolean direct,
        boolean interrupted,
        long stateVersion,
        long timeoutMillis,
        @Nullable String traceparent,
        boolean planned) {

    /**
     * Whether a run of the stack {@code s} left a plan that was not applied. Not by {@code exists},
     * which may be answered by reading all plans there are.
     */
    static final String PLANNED =
            """
            coalesce((select true from stack_plan p where p.tenant_id = s.tenant_id
                and p.incarnation = s.incarnation and p.stack = s.stack), false) as planned,
            """;

    /**
     * Whether an apply of the stack {@code s} that was not seen to its end may have made things
     * since the one in {@code a}.
     */
    static final String INTERRUPTED =
            """
            s.apply_started and exists (select 1 from run o where o.tenant_id = s.tenant_id
                and o.incarnation = s.incarnation and o.stack = s.stack and {left-open}
                and (a.applied_at is null or o.started_at > a.applied_at)) as interrupted,
            """
                    .replace("{left-open}", RunRow.leftOpen("o"));

    /**
     * What a run of the stack named {@code s} needs, with {@link #JOINS}. A destroy uses what was
     * applied; where nothing ever was, an apply may still have begun, and its revision is the best
     * that is known.
     */
    static final String COLUMNS =
            """
            s.tenant_id, s.incarnation, s.stack,
            case when s.wanted then 'APPLY' else 'DESTROY' end as kind,
            s.generation, s.revision, s.attempts + 1 as attempt,
            case when s.wanted then s.blueprint_name
                else coalesce(a.blueprint_name, s.blueprint_name) end as blueprint_name,
            case when s.wanted then s.blueprint_version
                else coalesce(a.blueprint_version, s.blueprint_version) end as blueprint_version,
            """
                    + asWantedIf("s.wanted")
                    + """
                    (not s.wanted or not s.apply_started)
                        and coalesce(v.policy ->> 'approval', 'auto') = 'auto'
                        and coalesce(jsonb_array_length(v.policy -> 'gates'), 0) = 0 as direct,
                    """
                    + INTERRUPTED
                    + PLANNED
                    + """
                    s.state_version, v.timeout_millis, l.traceparent
                    """;

    /**
     * Module, inputs and endpoints: of the revision {@code v} where that holds, else of what is
     * applied, {@code a}, as far as anything is.
     */
    static String asWantedIf(String condition) {
        return """
        case when {wanted} then v.module_digest
            else coalesce(a.module_digest, v.module_digest) end as module_digest,
        case when {wanted} then v.inputs else coalesce(a.inputs, v.inputs) end as inputs,
        cast(case when {wanted} then v.endpoints
            else coalesce(a.endpoints, v.endpoints) end as text) as endpoints,
        """
                .replace("{wanted}", condition);
    }

    /** Where the columns come from. Nothing of it is locked. */
    static final String JOINS =
            """
            left join life l on l.tenant_id = s.tenant_id and l.incarnation = s.incarnation
            left join stack_revision v on v.tenant_id = s.tenant_id and v.incarnation = s.incarnation
                and v.stack = s.stack and v.revision = s.revision
            left join stack_applied a on a.tenant_id = s.tenant_id and a.incarnation = s.incarnation
                and a.stack = s.stack
            """;

    static DueRun of(Tuple row) {
        return new DueRun(
                new StackRef(
                        row.get("tenant_id", String.class),
                        row.get("incarnation", Integer.class),
                        row.get("stack", String.class)),
                RunKind.valueOf(row.get("kind", String.class)),
                row.get("generation", Long.class),
                row.get("revision", Long.class),
                row.get("attempt", Integer.class),
                row.get("blueprint_name", String.class),
                row.get("blueprint_version", String.class),
                row.get("module_digest", String.class),
                row.get("inputs", byte[].class),
                row.get("endpoints", String.class),
                row.get("direct", Boolean.class),
                row.get("interrupted", Boolean.class),
                row.get("state_version", Long.class),
                row.get("timeout_millis", Long.class),
                row.get("traceparent", String.class),
                row.get("planned", Boolean.class));
    }

    /** As breakers know it. */
    CoveredStacks.Due covered() {
        return new CoveredStacks.Due(stack, kind, moduleDigest);
    }

    /**
     * The same for what an operator asks of the stack's state: tried once, and nothing is planned.
     */
    DueRun asked() {
        return new DueRun(
                stack,
                RunKind.STATE,
                generation,
                revision,
                1,
                blueprint,
                blueprintVersion,
                moduleDigest,
                inputs,
                endpoints,
                false,
                false,
                stateVersion,
                timeoutMillis,
                traceparent,
                false);
    }

    /**
     * The run as the worker gets it.
     *
     * @param opened its inputs and endpoints, in the clear
     */
    Claim claim(String runId, @Nullable Lease lease, SealedInputs.Opened opened) {
        return new Claim(
                        runId,
                        kind,
                        stack,
                        lease,
                        generation,
                        revision,
                        attempt,
                        blueprint,
                        blueprintVersion,
                        moduleDigest,
                        opened.inputs(),
                        opened.endpoints(),
                        direct,
                        interrupted,
                        stateVersion,
                        timeoutMillis,
                        traceparent)
                .withPlan(planned);
    }
}
