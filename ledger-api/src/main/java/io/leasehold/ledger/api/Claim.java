package io.leasehold.ledger.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One run handed to a worker, with all it needs but credentials.
 *
 * @param lease null for drift checks, which hold none
 * @param generation the tenant's generation this run is for
 * @param revision the stack revision to apply; for drift the applied one
 * @param attempt from 1: the tries that the revision has spent, and this one. What spends none,
 *     such as a lost worker, is not counted
 * @param moduleDigest SHA-256 (lower-case hex) of the module archive; for a destroy and for drift
 *     the one that was applied
 * @param inputs resolved module inputs, without the platform's own
 * @param endpoints {@code host:port} names the blueprint asks for
 * @param direct true where one process without a saved plan is allowed: nothing looks at the plan
 *     first, and the stack is destroyed or never started an apply
 * @param interrupted true where an apply of this stack, or the state it wrote, was lost after it
 *     may have begun, and none has succeeded since: what it made may be there without the state
 *     knowing
 * @param stateVersion newest state version at claim time
 * @param timeoutMillis wall-clock limit of the whole run
 * @param traceparent W3C trace context of the event that caused it
 * @param credential what the run's state is read and written with: good for this stack and as long
 *     as the run has it; null from a service that gives none yet
 * @param operation what a run of kind {@code STATE} does; null for all others
 * @param planned an earlier run of the stack left a plan that this one may ask for before it makes
 *     one of its own
 */
public record Claim(
        String runId,
        RunKind kind,
        StackRef stack,
        @Nullable Lease lease,
        long generation,
        long revision,
        int attempt,
        String blueprint,
        String blueprintVersion,
        String moduleDigest,
        JsonNode inputs,
        List<String> endpoints,
        boolean direct,
        boolean interrupted,
        long stateVersion,
        long timeoutMillis,
        @Nullable String traceparent,
        @Nullable String credential,
        @Nullable StateOperation operation,
        boolean planned) {

    /** Takes a copy of the endpoint list. */
    public Claim {
        endpoints = List.copyOf(endpoints);
    }

    /** A claim without a credential, of a run that is no operation on a state. */
    public Claim(
            String runId,
            RunKind kind,
            StackRef stack,
            @Nullable Lease lease,
            long generation,
            long revision,
            int attempt,
            String blueprint,
            String blueprintVersion,
            String moduleDigest,
            JsonNode inputs,
            List<String> endpoints,
            boolean direct,
            boolean interrupted,
            long stateVersion,
            long timeoutMillis,
            @Nullable String traceparent) {
        this(
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
                inputs,
                endpoints,
                direct,
                interrupted,
                stateVersion,
                timeoutMillis,
                traceparent,
                null,
                null,
                false);
    }

    /** The same with a credential. */
    public Claim with(String given) {
        return with(given, operation, planned);
    }

    /** The same with what it does to the state. */
    public Claim with(StateOperation asked) {
        return with(credential, asked, planned);
    }

    /** The same with a plan to ask for, or none. */
    public Claim withPlan(boolean left) {
        return with(credential, operation, left);
    }

    private Claim with(@Nullable String given, @Nullable StateOperation asked, boolean left) {
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
                inputs,
                endpoints,
                direct,
                interrupted,
                stateVersion,
                timeoutMillis,
                traceparent,
                given,
                asked,
                left);
    }

    /** Leaves out what is a right or may be a secret. */
    @Override
    public String toString() {
        return "Claim[runId=%s, kind=%s, stack=%s, revision=%d, attempt=%d]"
                .formatted(runId, kind, stack, revision, attempt);
    }
}
