package io.leasehold.state.tfstate;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.leasehold.ledger.api.StackRef;
import io.leasehold.ledger.api.StateVersionView;
import io.leasehold.state.Ids;
import io.leasehold.state.WorkerThreads;
import io.leasehold.state.problem.Refusal;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HexFormat;
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
    private final Ids ids;

    States(StateRows rows, StateViews views, StatePacking packing, WorkerThreads workers, Ids ids) {
        this.rows = rows;
        this.views = views;
        this.packing = packing;
        this.workers = workers;
        this.ids = ids;
    }

    /**
     * Gives a new stack an empty state with a lineage of its own at serial 1 and says its version.
     * The plan of another tenant is then refused by it, and a run that changes nothing writes
     * nothing. A stack that has a state already (a person's, from before it was managed) keeps that
     * one and counts as begun: what it names is there, and a delete must destroy it.
     */
    public Uni<Long> seed(Mutiny.Session session, StackRef stack) {
        // A person may be pushing the first state of a stack that only now gets its row.
        return rows.lockName(session, stack)
                .chain(() -> head(session, stack))
                .chain(head ->
                        head.isPresent()
                                ? rows.begun(session, stack).replaceWith(head.get().version())
                                : plant(session, stack));
    }

    private Uni<Long> plant(Mutiny.Session session, StackRef stack) {
        String lineage = ids.next();
        byte[] plain = empty(lineage).getBytes(UTF_8);
        String md5 = HexFormat.of().formatHex(StatePacking.md5(plain));
        return packing.pack(session, stack, () -> plain)
                .map(packed ->
                        new StateWrite(
                                stack,
                                new StateWrite.Writer.Person("leasehold", null, null),
                                lineage,
                                1,
                                md5,
                                plain.length,
                                packed))
                .chain(write ->
                        rows.add(
                                session,
                                write,
                                new StateRows.Origin("SEED", null, null, null, null)));
    }

    private static String empty(String lineage) {
        return """
        {"version":4,"terraform_version":"1.9.0","serial":1,"lineage":"%s","outputs":{},"resources":[],
        "check_results":null}
        """
                .formatted(lineage);
    }

    /**
     * Locks the stack until the transaction ends and says who holds it. Whoever locks lives too has
     * locked the stack's life before.
     */
    public Uni<StackHold> hold(Mutiny.Session session, StackRef stack) {
        return rows.hold(session, stack);
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
        return rows.unlock(session, stack, lockId);
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
