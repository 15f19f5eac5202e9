package io.leasehold.state.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.state.blueprint.Blueprint;
import io.leasehold.state.blueprint.BlueprintKey;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All that is known when a life is planned.
 *
 * @param blueprint the one wanted now; null while it is not registered
 * @param blueprints those that the stacks were built from, and the wanted one
 * @param stacks in name order
 * @param outputs of applied stacks that others use, by stack and name
 * @param events accepted and not ended, and those that ended as failed
 * @param orphaned stacks that leave and have an orphan state that nobody has settled
 */
public record Situation(
        Life life,
        @Nullable Blueprint blueprint,
        Map<BlueprintKey, Blueprint> blueprints,
        List<Stack> stacks,
        Map<String, Map<String, JsonNode>> outputs,
        List<OpenEvent> events,
        Set<String> orphaned) {

    /** Takes copies of the collections. */
    public Situation {
        blueprints = Map.copyOf(blueprints);
        stacks = List.copyOf(stacks);
        outputs = Map.copyOf(outputs);
        events = List.copyOf(events);
        orphaned = Set.copyOf(orphaned);
    }

    /** What is wanted of a life. */
    public enum Lifecycle {
        ACTIVE,
        SUSPENDED,
        DELETED
    }

    /**
     * One life of a tenant.
     *
     * @param attempted the newest generation that was planned
     * @param spec null when nothing but a delete was ever seen
     * @param deletePolicy what the delete says otherwise
     * @param previousAlive an older life is not gone yet
     */
    public record Life(
            String tenantId,
            int incarnation,
            long generation,
            long observed,
            long attempted,
            Lifecycle lifecycle,
            @Nullable ObjectNode spec,
            JsonNode deletePolicy,
            boolean previousAlive,
            boolean gone) {}

    /**
     * One stack as its row has it.
     *
     * @param generation the newest generation its revision was computed for; 0 before the first
     * @param leased a run is at work
     * @param runGeneration of that run
     * @param outputsOut its outputs stand on the topic
     */
    public record Stack(
            String name,
            boolean wanted,
            long revision,
            String inputHash,
            long generation,
            BlueprintKey blueprint,
            long appliedRevision,
            long appliedGeneration,
            boolean destroyed,
            boolean applyStarted,
            boolean due,
            @Nullable String waitingCode,
            @Nullable String waitingReason,
            @Nullable String holdCode,
            long failedRevision,
            @Nullable String failedCode,
            @Nullable String failedMessage,
            boolean leased,
            long runGeneration,
            boolean outputsOut) {

        /** Its last run failed for good and nothing newer was asked for. */
        public boolean failed() {
            return revision > 0 && failedRevision == revision && revision != appliedRevision;
        }

        /** A run, or a person by a state of their own, may have made something of it. */
        public boolean begun() {
            return (applyStarted && revision > 0) || appliedRevision > 0;
        }
    }

    /**
     * One accepted event.
     *
     * @param failed it ended as failed, which a retry can undo
     */
    public record OpenEvent(long id, long generation, boolean failed) {}
}
