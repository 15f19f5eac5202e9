package io.leasehold.state.keys;

import io.leasehold.state.WorkerThreads;
import io.leasehold.state.problem.Refusal;
import io.leasehold.state.sealing.KeyOwner;
import io.leasehold.state.sealing.Sealer;
import io.leasehold.state.sealing.Sealers;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.util.ArrayList;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Seals anew, with the keys of their owners, what a master key sealed by itself before there were
 * data keys. A row that changes meanwhile is left for the next round. Safe to run in several
 * processes at once.
 */
@ApplicationScoped
class OldSeals {
    private static final Logger LOGGER = Logger.getLogger(OldSeals.class);

    private final Mutiny.SessionFactory sessions;
    private final Sealers sealers;
    private final WorkerThreads workers;

    OldSeals(Mutiny.SessionFactory sessions, Sealers sealers, WorkerThreads workers) {
        this.sessions = sessions;
        this.sealers = sealers;
        this.workers = workers;
    }

    private record Old(
            String at,
            @Nullable String tenantId,
            @Nullable Integer incarnation,
            String context,
            byte[] sealed) {
        static Old of(Tuple row) {
            return new Old(
                    row.get("at", String.class),
                    row.get("tenant_id", String.class),
                    row.get("incarnation", Integer.class),
                    row.get("context", String.class),
                    row.get("sealed", byte[].class));
        }
    }

    private record Ready(Old old, Sealer sealer) {}

    private record Anew(Old old, byte[] sealed) {}

    Uni<Long> count(Mutiny.Session session) {
        return session.createNativeQuery(SealedColumn.countAll(), Long.class).getSingleResult();
    }

    Uni<Boolean> anyOf(Mutiny.Session session, String tenantId, int incarnation) {
        return session.createNativeQuery(SealedColumn.anyOfLife(), Boolean.class)
                .setParameter("tenant", tenantId)
                .setParameter("incarnation", incarnation)
                .getSingleResult();
    }

    /** A column whose rows cannot be opened is left, with an error in the log. */
    Uni<Void> sealAllAnew() {
        if (sealers.asBefore()) {
            // The version before may still read it.
            return Uni.createFrom().voidItem();
        }
        return Multi.createFrom()
                .iterable(SealedColumn.ALL)
                .onItem()
                .transformToUniAndConcatenate(column ->
                        sealAnew(column)
                                .onFailure(OldSeals::cannotBeOpened)
                                .invoke(failure -> tell(column, failure))
                                .onFailure(OldSeals::cannotBeOpened)
                                .recoverWithNull())
                .collect()
                .asList()
                .replaceWithVoid();
    }

    private static boolean cannotBeOpened(Throwable failure) {
        return failure instanceof IllegalStateException || failure instanceof Refusal;
    }

    private static void tell(SealedColumn column, Throwable failure) {
        LOGGER.errorf(
                "what was sealed in the old way cannot be opened table=%s column=%s reason=%s",
                column.table(), column.column(), failure.getMessage());
    }

    private Uni<Void> sealAnew(SealedColumn column) {
        return Multi.createBy()
                .repeating()
                .uni(() -> sealSomeAnew(column))
                .whilst(replaced -> replaced > 0)
                .collect()
                .last()
                .replaceWithVoid();
    }

    /** How many rows were replaced. */
    private Uni<Integer> sealSomeAnew(SealedColumn column) {
        return sessions.withSession(session ->
                        session.createNativeQuery(column.some(), Tuple.class).getResultList())
                .map(rows -> rows.stream().map(Old::of).toList())
                .chain(rows ->
                        makeKeys(column, rows)
                                .chain(() ->
                                        sessions.withTransaction(
                                                (session, _) -> sealAnew(session, column, rows))));
    }

    /**
     * Before any row is locked, and each committed at once: whoever waits for a key that is just
     * being made must not be waited for.
     */
    private Uni<Void> makeKeys(SealedColumn column, List<Old> rows) {
        return Multi.createFrom()
                .items(
                        rows.stream()
                                .map(old ->
                                        column.ofLifeOrPlatform() ? KeyOwner.PLATFORM : life(old))
                                .distinct())
                .onItem()
                .transformToUniAndConcatenate(sealers::of)
                .collect()
                .asList()
                .replaceWithVoid();
    }

    private static KeyOwner life(Old old) {
        if (old.tenantId() == null || old.incarnation() == null) {
            throw new IllegalStateException("a row without a life: " + old.context());
        }
        return KeyOwner.life(old.tenantId(), old.incarnation());
    }

    private Uni<Integer> sealAnew(Mutiny.Session session, SealedColumn column, List<Old> rows) {
        List<Ready> ready = new ArrayList<>();
        Uni<Void> found = Uni.createFrom().voidItem();
        for (Old old : rows) {
            found =
                    found.chain(() -> sealer(session, column, old))
                            .invoke(sealer -> ready.add(new Ready(old, sealer)))
                            .replaceWithVoid();
        }
        return found.chain(() -> workers.call(() -> ready.stream().map(OldSeals::anew).toList()))
                .chain(anew -> replace(session, column, anew));
    }

    private Uni<Sealer> sealer(Mutiny.Session session, SealedColumn column, Old old) {
        return column.ofLifeOrPlatform()
                ? sealers.ofLifeOrPlatform(session, old.tenantId(), old.incarnation())
                : sealers.of(session, life(old));
    }

    private static Anew anew(Ready ready) {
        Old old = ready.old();
        byte[] plain = ready.sealer().open(old.sealed(), old.context());
        return new Anew(old, ready.sealer().seal(plain, old.context()));
    }

    private static Uni<Integer> replace(
            Mutiny.Session session, SealedColumn column, List<Anew> all) {
        Uni<Integer> replaced = Uni.createFrom().item(0);
        for (Anew each : all) {
            replaced =
                    replaced.chain(before ->
                            session.createNativeQuery(column.replace())
                                    .setParameter("anew", each.sealed())
                                    .setParameter("at", each.old().at())
                                    .setParameter("sealed", each.old().sealed())
                                    .executeUpdate()
                                    .map(now -> before + now));
        }
        return replaced;
    }
}
