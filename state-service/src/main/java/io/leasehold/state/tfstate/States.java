package io.leasehold.state.tfstate;

import io.leasehold.ledger.api.StackRef;
import io.leasehold.ledger.api.StateVersionView;
import io.leasehold.state.WorkerThreads;
import io.leasehold.state.problem.Refusal;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;

/**
 * The states of all stacks, for the rest of the ledger. Everything joins the caller's transaction;
 * what takes long is done on a worker thread and comes back on the caller's context.
 */
@ApplicationScoped
public class States {
    private static final Logger LOGGER = Logger.getLogger(States.class);

    private final StateRows rows;
    private final StateViews views;
    private final StatePacking packing;
    private final WorkerThreads workers;
    private final Seeding seeding;
    private final PersonLockRows locks;

    States(
            StateRows rows,
            StateViews views,
            StatePacking packing,
            WorkerThreads workers,
            Seeding seeding,
            PersonLockRows locks) {
        this.rows = rows;
        this.views = views;
        this.packing = packing;
        this.workers = workers;
        this.seeding = seeding;
        this.locks = locks;
    }

    /**
     * Gives each new stack an empty state with a lineage of its own at serial 1, before it has its
     * row. The plan of another tenant is then refused by it, and a run that changes nothing writes
     * nothing. A stack that has a state already (a person's, from before it was managed) keeps that
     * one and counts as begun: what it names is there, and a delete must destroy it.
     */
    public Uni<Seeds> seed(Mutiny.Session session, List<StackRef> stacks) {
        return seeding.seed(session, stacks);
    }

    /**
     * Locks the stack until the transaction ends and says who holds it. Whoever locks lives too has
     * locked the stack's life before.
     */
    public Uni<StackHold> hold(Mutiny.Session session, StackRef stack) {
        return rows.hold(session, stack).map(StateRows.Held::hold);
    }

    /** One version as people see it, whatever its kind, deleted or not. */
    public Uni<Optional<StateVersionView>> version(
            Mutiny.Session session, StackRef stack, long version) {
        return views.one(session, stack, version);
    }

    /** The version that is served as people see it; empty when there is none. */
    public Uni<Optional<StateVersionView>> current(Mutiny.Session session, StackRef stack) {
        return views.current(session, stack);
    }

    /** Frees a person's lock by its id, under the stack's lock. */
    public Uni<Void> unlock(Mutiny.Session session, StackRef stack, String lockId) {
        return locks.drop(session, stack, lockId);
    }

    /** The newest state, or empty when there is none. Orphans and deleted ones do not count. */
    public Uni<Optional<StateHead>> head(Mutiny.Session session, StackRef stack) {
        return rows.head(session, stack);
    }

    /**
     * The outputs in the newest state, by name; empty when there is no state, or one that tofu
     * encrypted, or one with outputs of more than 4 MiB.
     */
    public Uni<Map<String, StateOutput>> outputs(Mutiny.Session session, StackRef stack) {
        return rows.newest(session, stack)
                .chain(stored ->
                        stored.isEmpty()
                                ? Uni.createFrom().item(Map.of())
                                : outputs(session, stack, stored.get()));
    }

    /** The outputs in one version, by name; fails with a refusal when there is no such version. */
    public Uni<Map<String, StateOutput>> outputs(
            Mutiny.Session session, StackRef stack, long version) {
        return stored(session, stack, version).chain(stored -> outputs(session, stack, stored));
    }

    /**
     * The bytes of one version, orphans and deleted ones included; fails with a refusal when there
     * is none.
     */
    public Uni<byte[]> bytes(Mutiny.Session session, StackRef stack, long version) {
        return stored(session, stack, version)
                .chain(stored -> packing.unpack(session, stack, stored.packed()));
    }

    /** The stacks of a life with an orphan that nobody has settled. */
    public Uni<List<String>> withOpenOrphans(
            Mutiny.Session session, String tenantId, int incarnation) {
        return rows.withOpenOrphans(session, tenantId, incarnation);
    }

    private Uni<StateRows.Stored> stored(Mutiny.Session session, StackRef stack, long version) {
        return rows.version(session, stack, version)
                .map(stored ->
                        stored.orElseThrow(() ->
                                new Refusal(
                                        404,
                                        "STATE_UNKNOWN",
                                        "%s has no state version %d".formatted(stack, version))));
    }

    private Uni<Map<String, StateOutput>> outputs(
            Mutiny.Session session, StackRef stack, StateRows.Stored stored) {
        return packing.unpack(session, stack, stored.packed())
                .chain(plain -> workers.call(() -> outputs(stack, plain)));
    }

    private static Map<String, StateOutput> outputs(StackRef stack, byte[] plain) {
        return StateDocument.outputs(plain)
                .orElseGet(() -> {
                    LOGGER.warnf("outputs not read, they are above 4 MiB stack=%s", stack);
                    return Map.of();
                });
    }
}
