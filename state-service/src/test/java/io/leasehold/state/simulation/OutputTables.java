package io.leasehold.state.simulation;

import com.fasterxml.jackson.databind.node.TextNode;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.output.OutputsDecider;
import io.leasehold.state.simulation.Tables.Message;
import io.leasehold.state.simulation.Tables.Stack;
import io.leasehold.state.tfstate.StateOutput;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What {@code OutputSnapshots} does, on tables. */
final class OutputTables {
    private final @Nullable Defect defect;

    OutputTables(@Nullable Defect defect) {
        this.defect = defect;
    }

    /** A run that just ended left these outputs. */
    void published(Tables tables, Stack stack) {
        String host = stack.head().host();
        OutputsDecider.Rendered seen = rendered(stack, host);
        OutputsDecider.Standing standing =
                new OutputsDecider.Standing(stack.outHash, stack.outGeneration, stack.outReady);
        if (OutputsDecider.publishes(standing, seen, stack.rememberedGeneration)) {
            publish(
                    tables,
                    stack,
                    seen.hash(),
                    allowed(stack).isEmpty() ? null : host,
                    stack.rememberedGeneration,
                    true);
        }
    }

    /** A newer generation needed no run. */
    void republish(Tables tables, Stack stack, long generation) {
        String hash = stack.outHash;
        if (hash != null && stack.outReady && stack.outGeneration < generation) {
            publish(tables, stack, hash, stack.outHost, generation, true);
        }
    }

    void notReady(Tables tables, Stack stack) {
        String hash = stack.outHash;
        if (hash != null && stack.outReady && defect != Defect.READY_WHILE_APPLYING) {
            publish(tables, stack, hash, stack.outHost, stack.outGeneration, false);
        }
    }

    void withdraw(Tables tables, Stack stack, long generation) {
        if (stack.outHash != null) {
            publish(tables, stack, null, null, generation, false);
        }
    }

    /**
     * What is gone is taken off the topic. Days later in production: who waits is not told apart.
     */
    void tombstone(Tables tables, Stack stack) {
        tables.outbox.add(new Message(tables.next(), stack.ref, null, null, 0, false));
    }

    private static void publish(
            Tables tables,
            Stack stack,
            @Nullable String hash,
            @Nullable String host,
            long generation,
            boolean ready) {
        stack.outHash = hash;
        stack.outHost = host;
        stack.outGeneration = generation;
        stack.outReady = ready;
        tables.outbox.add(new Message(tables.next(), stack.ref, hash, host, generation, ready));
    }

    private static OutputsDecider.Rendered rendered(Stack stack, @Nullable String host) {
        StackRef ref = stack.ref;
        Map<String, StateOutput> outputs =
                host == null
                        ? Map.of()
                        : Map.of(
                                "host",
                                new StateOutput(
                                        false, TextNode.valueOf("string"), TextNode.valueOf(host)));
        return OutputsDecider.render(ref, allowed(stack), outputs, (what, _) -> what);
    }

    private static List<String> allowed(Stack stack) {
        var content = stack.contents.get(stack.rememberedRevision);
        return content == null ? List.of() : content.outputs();
    }
}
