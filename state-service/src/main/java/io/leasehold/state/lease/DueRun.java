package io.leasehold.state.lease;

import com.fasterxml.jackson.databind.JsonNode;
import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.Lease;
import io.leasehold.ledger.api.RunKind;
import io.leasehold.ledger.api.StackRef;
import io.smallrye.mutiny.Uni;
import jakarta.persistence.Tuple;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;
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
        @Nullable String traceparent) {

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
                row.get("traceparent", String.class));
    }

    /** The run as the worker gets it. */
    Uni<Claim> claim(
            Mutiny.Session session, String runId, @Nullable Lease lease, SealedInputs sealed) {
        return sealed.open(session, stack, inputs)
                .map(opened -> claim(runId, lease, opened, sealed.endpoints(endpoints)));
    }

    private Claim claim(
            String runId, @Nullable Lease lease, JsonNode opened, List<String> reachable) {
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
                opened,
                reachable,
                direct,
                interrupted,
                stateVersion,
                timeoutMillis,
                traceparent);
    }
}
