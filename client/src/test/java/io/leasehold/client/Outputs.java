package io.leasehold.client;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.leasehold.events.outgoing.OutputValue;
import io.leasehold.events.outgoing.OutputsWithdrawn;
import io.leasehold.events.outgoing.StackOutputs;
import io.leasehold.events.tenant.BlueprintRef;
import java.time.Instant;
import java.util.Map;

/** Outputs for tests. */
public final class Outputs {
    private Outputs() {}

    public static StackOutputs of(String tenant, long incarnation, long generation, long sequence) {
        var nodes = JsonNodeFactory.instance;
        return new StackOutputs(
                tenant,
                incarnation,
                "database",
                sequence,
                generation,
                generation,
                "run-" + sequence,
                "lineage",
                sequence,
                sequence,
                new BlueprintRef("starter", "1.0.0"),
                Map.of(
                        "sequence",
                        OutputValue.plain(
                                nodes.textNode("number"), nodes.numberNode((int) sequence))),
                "ab".repeat(32),
                true);
    }

    public static OutputsWithdrawn withdrawn(
            String tenant, long incarnation, long generation, long sequence) {
        return new OutputsWithdrawn(
                tenant,
                incarnation,
                "database",
                sequence,
                generation,
                sequence,
                OutputsWithdrawn.Reason.DESTROYING,
                Instant.EPOCH);
    }
}
