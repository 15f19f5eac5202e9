package io.leasehold.state.keys;

import io.leasehold.state.Ids;
import io.leasehold.state.WorkerThreads;
import io.leasehold.state.audit.Audit;
import io.leasehold.state.sealing.KeyOwner;
import io.leasehold.state.sealing.KeyWrapping;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;

/**
 * Brings everything under the master key that comes first: wraps data keys anew, in batches of
 * their own transactions, and seals anew what is still sealed in the old way. What is left to do
 * stands in the tables, so it goes on in any process, after any stop. A process whose own first key
 * is another leaves it alone: two would wrap back and forth.
 */
@ApplicationScoped
class KeyRotations {
    private static final Logger LOGGER = Logger.getLogger(KeyRotations.class);

    private final Mutiny.SessionFactory sessions;
    private final KeyRows rows;
    private final OldSeals oldSeals;
    private final KeyWrapping wrapping;
    private final WorkerThreads workers;
    private final Audit audit;
    private final Ids ids;

    KeyRotations(
            Mutiny.SessionFactory sessions,
            KeyRows rows,
            OldSeals oldSeals,
            KeyWrapping wrapping,
            WorkerThreads workers,
            Audit audit,
            Ids ids) {
        this.sessions = sessions;
        this.rows = rows;
        this.oldSeals = oldSeals;
        this.wrapping = wrapping;
        this.workers = workers;
        this.audit = audit;
        this.ids = ids;
    }

    /** Asks for it; one that is open for the same master key simply goes on. */
    Uni<Void> ask(String actor, String reason) {
        String master = wrapping.primary();
        return sessions.withTransaction((session, _) ->
                audit.record(session, actor, "rotate-keys", master, reason)
                        .chain(() -> rows.open(session))
                        .chain(open ->
                                open.filter(it -> it.masterKeyId().equals(master)).isPresent()
                                        ? Uni.createFrom().voidItem()
                                        : rows.ask(session, ids.next(), master, actor, reason)));
    }

    @Scheduled(
            every = "${leasehold.keys.rotation-check:PT5S}",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    Uni<Void> goOn() {
        return sessions.withSession(rows::open)
                .chain(open ->
                        open.filter(it -> it.masterKeyId().equals(wrapping.primary()))
                                .map(this::goOn)
                                .orElseGet(() -> Uni.createFrom().voidItem()))
                .onFailure()
                .invoke(failure -> LOGGER.warnf("no rotation now reason=%s", failure.toString()))
                .onFailure()
                .recoverWithNull();
    }

    private Uni<Void> goOn(KeyRows.Rotation rotation) {
        return wrapAll(rotation.masterKeyId())
                .chain(oldSeals::sealAllAnew)
                .chain(() -> sessions.withTransaction((session, _) -> finish(session, rotation)));
    }

    private Uni<Void> finish(Mutiny.Session session, KeyRows.Rotation rotation) {
        return rows.left(session, rotation.masterKeyId())
                .chain(keys ->
                        oldSeals.count(session)
                                .chain(old ->
                                        keys + old > 0
                                                ? Uni.createFrom().voidItem()
                                                : rows.done(session, rotation)
                                                        .invoke(() -> tellDone(rotation))));
    }

    private static void tellDone(KeyRows.Rotation rotation) {
        LOGGER.infof(
                "keys rotated masterKey=%s: no other wraps anything now", rotation.masterKeyId());
    }

    /** One pass over all that another key wraps; what cannot be unwrapped now is passed over. */
    private Uni<Void> wrapAll(String master) {
        String[] after = {""};
        return Multi.createBy()
                .repeating()
                .uni(() -> wrapSome(master, after[0]).invoke(last -> after[0] = last.orElse("")))
                .whilst(Optional::isPresent)
                .collect()
                .last()
                .replaceWithVoid();
    }

    /** The last owner of a batch; empty after the last batch. */
    private Uni<Optional<String>> wrapSome(String master, String after) {
        return sessions.withTransaction((session, _) ->
                rows.lockSome(session, master, after)
                        .chain(some ->
                                some.isEmpty()
                                        ? Uni.createFrom().item(Optional.empty())
                                        : workers.call(() -> anew(some, master))
                                                .chain(anew -> rows.wrapped(session, master, anew))
                                                .replaceWith(Optional.of(some.getLast().owner()))));
    }

    private List<KeyRows.Wrapped> anew(List<KeyRows.Wrapped> some, String master) {
        List<KeyRows.Wrapped> anew = new ArrayList<>();
        for (KeyRows.Wrapped each : some) {
            try {
                KeyOwner owner = new KeyOwner(each.owner());
                byte[] keyset = wrapping.again(owner, each.keyset(), each.masterKeyId(), master);
                anew.add(new KeyRows.Wrapped(each.owner(), keyset, master));
            } catch (RuntimeException e) {
                LOGGER.errorf(
                        "a data key cannot be wrapped anew owner=%s masterKey=%s reason=%s",
                        each.owner(), each.masterKeyId(), e.getMessage());
            }
        }
        return anew;
    }
}
