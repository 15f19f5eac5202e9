package io.leasehold.ledger.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One life of a tenant, for people.
 *
 * @param phase READY, PROGRESSING, WAITING, FAILED, SUSPENDED, DELETING or DELETED
 * @param waitingFor in plain words what is waited for and why; empty when nothing is
 */
public record TenantView(
        String tenantId,
        int incarnation,
        long generation,
        long observedGeneration,
        String lifecycle,
        String blueprint,
        String blueprintVersion,
        String phase,
        List<String> waitingFor,
        String acceptedAt,
        List<StackView> stacks,
        @Nullable String name) {

    /** Takes copies of the lists. */
    public TenantView(
            String tenantId,
            int incarnation,
            long generation,
            long observedGeneration,
            String lifecycle,
            String blueprint,
            String blueprintVersion,
            String phase,
            List<String> waitingFor,
            String acceptedAt,
            List<StackView> stacks,
            @Nullable String name) {
        this.tenantId = tenantId;
        this.incarnation = incarnation;
        this.generation = generation;
        this.observedGeneration = observedGeneration;
        this.lifecycle = lifecycle;
        this.blueprint = blueprint;
        this.blueprintVersion = blueprintVersion;
        this.phase = phase;
        this.waitingFor = List.copyOf(waitingFor);
        this.acceptedAt = acceptedAt;
        this.stacks = List.copyOf(stacks);
        this.name = name;
    }
}
