package io.leasehold.state.output;

import com.fasterxml.jackson.core.type.TypeReference;
import io.leasehold.events.EventJson;
import io.leasehold.events.outgoing.OutputValue;
import io.leasehold.events.outgoing.StackOutputs;
import io.leasehold.events.tenant.BlueprintRef;
import io.leasehold.ledger.api.StackRef;
import io.smallrye.mutiny.Uni;
import jakarta.persistence.Tuple;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * What was applied of a stack, as far as its outputs go.
 *
 * @param generation of what was applied
 * @param observedGeneration of the life
 * @param allowed names that the blueprint lets out
 * @param standing what is on the topic
 * @param published the outputs on the topic
 */
record AppliedOutputs(
        StackRef stack,
        long generation,
        long observedGeneration,
        String runId,
        long stateVersion,
        String lineage,
        long serial,
        BlueprintRef blueprint,
        List<String> allowed,
        OutputsDecider.Standing standing,
        Map<String, OutputValue> published) {

    private static final TypeReference<Map<String, OutputValue>> OUTPUTS = new TypeReference<>() {};
    private static final TypeReference<List<String>> NAMES = new TypeReference<>() {};

    /** Null when the stack was never applied. */
    static Uni<@Nullable AppliedOutputs> find(Mutiny.Session session, StackRef stack) {
        return session.createNativeQuery(
                        """
                        select a.generation, l.observed_generation, a.run_id, a.state_version,
                               coalesce(v.lineage, '') as lineage, coalesce(v.serial, 0) as serial,
                               a.blueprint_name, a.blueprint_version,
                               cast(a.outputs_allowed as text) as allowed,
                               cast(a.outputs as text) as outputs,
                               a.outputs_hash, a.outputs_generation, a.outputs_ready
                        from stack_applied a
                        join life l on l.tenant_id = a.tenant_id and l.incarnation = a.incarnation
                        left join state_version v on v.tenant_id = a.tenant_id
                            and v.incarnation = a.incarnation and v.stack = a.stack
                            and v.version = a.state_version
                        where a.tenant_id = :tenant and a.incarnation = :incarnation and a.stack = :stack
                        """,
                        Tuple.class)
                .setParameter("tenant", stack.tenantId())
                .setParameter("incarnation", stack.incarnation())
                .setParameter("stack", stack.stack())
                .getSingleResultOrNull()
                .map(row -> row == null ? null : of(stack, row));
    }

    private static AppliedOutputs of(StackRef stack, Tuple row) {
        return new AppliedOutputs(
                stack,
                row.get("generation", Long.class),
                row.get("observed_generation", Long.class),
                row.get("run_id", String.class),
                row.get("state_version", Long.class),
                row.get("lineage", String.class),
                row.get("serial", Long.class),
                new BlueprintRef(
                        row.get("blueprint_name", String.class),
                        row.get("blueprint_version", String.class)),
                read(row.get("allowed", String.class), NAMES, List.of()),
                new OutputsDecider.Standing(
                        row.get("outputs_hash", String.class),
                        row.get("outputs_generation", Long.class),
                        row.get("outputs_ready", Boolean.class)),
                read(row.get("outputs", String.class), OUTPUTS, Map.of()));
    }

    /** The snapshot to publish under that number. */
    StackOutputs snapshot(long sequence, OutputsDecider.Rendered seen, Terms terms) {
        return new StackOutputs(
                stack.tenantId(),
                stack.incarnation(),
                stack.stack(),
                sequence,
                terms.generation(),
                terms.observedGeneration(),
                runId,
                lineage,
                serial,
                stateVersion,
                blueprint,
                seen.outputs(),
                seen.hash(),
                terms.ready());
    }

    /** What a snapshot says of the outputs it carries. */
    record Terms(long generation, long observedGeneration, boolean ready) {}

    private static <T> T read(@Nullable String json, TypeReference<T> type, T absent) {
        try {
            return json == null ? absent : EventJson.mapper().readValue(json, type);
        } catch (IOException e) {
            throw new UncheckedIOException("what was applied is not readable", e);
        }
    }
}
