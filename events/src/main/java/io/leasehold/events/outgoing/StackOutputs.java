package io.leasehold.events.outgoing;

import io.leasehold.events.EventType;
import io.leasehold.events.StackKey;
import io.leasehold.events.Topics;
import io.leasehold.events.tenant.BlueprintRef;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * The full snapshot of a stack's allowed outputs, as of its last successful run.
 *
 * @param tenantId the tenant
 * @param incarnation its life
 * @param stack the stack
 * @param sequence counts up per stack with every outputs record
 * @param generation upstream's generation this belongs to
 * @param observedGeneration the newest generation all of whose stacks are applied
 * @param runId the run that produced it
 * @param stateLineage of the state
 * @param stateSerial of the state
 * @param stateVersion the ledger's number of the stored state
 * @param blueprint what it was built from
 * @param outputs by name, in order of their names
 * @param outputsHash hash of the outputs: equal hashes, equal outputs
 * @param ready false as soon as a newer state exists than the one the outputs are of
 */
public record StackOutputs(
        String tenantId,
        long incarnation,
        String stack,
        long sequence,
        long generation,
        long observedGeneration,
        String runId,
        String stateLineage,
        long stateSerial,
        long stateVersion,
        BlueprintRef blueprint,
        Map<String, OutputValue> outputs,
        String outputsHash,
        boolean ready)
        implements EventData {

    public StackOutputs {
        outputs = Collections.unmodifiableMap(new TreeMap<>(outputs));
    }

    /** The stack's life this is about. */
    public StackKey stackKey() {
        return new StackKey(tenantId, incarnation, stack);
    }

    @Override
    public EventType type() {
        return EventType.OUTPUTS_PUBLISHED;
    }

    @Override
    public String topic() {
        return Topics.STACK_OUTPUTS;
    }

    @Override
    public String key() {
        return stackKey().toString();
    }

    @Override
    public String subject() {
        return stackKey().subject();
    }
}
