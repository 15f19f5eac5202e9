package io.leasehold.state.tfstate;

import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.WorkerThreads;
import io.leasehold.state.audit.Audit;
import io.leasehold.state.problem.Refusal;
import io.leasehold.state.tfstate.StateWrite.Writer;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Stores states: one statement where nothing speaks against it, else one transaction under the
 * stack's lock that decides and writes.
 */
@ApplicationScoped
class StateWrites {
    private static final Logger LOGGER = Logger.getLogger(StateWrites.class);

    private final Mutiny.SessionFactory sessions;
    private final StateRows rows;
    private final PlainWrites plain;
    private final StatePacking packing;
    private final WorkerThreads workers;
    private final Audit audit;
    private final KeptOrphans orphans;

    StateWrites(
            Mutiny.SessionFactory sessions,
            StateRows rows,
            PlainWrites plain,
            StatePacking packing,
            WorkerThreads workers,
            Audit audit,
            KeptOrphans orphans) {
        this.sessions = sessions;
        this.rows = rows;
        this.plain = plain;
        this.packing = packing;
        this.workers = workers;
        this.audit = audit;
        this.orphans = orphans;
    }

    /**
     * Stores a state, or fails with a refusal. When it completes the state is durable.
     *
     * @param contentMd5 Base64, as sent; null when none was sent
     */
    Uni<Void> write(StackRef stack, Writer writer, RequestBody body, @Nullable String contentMd5) {
        return workers.call(() -> sound(body, contentMd5))
                .chain(sound ->
                        packing.seal(stack, sound.compressed()).map(sound.packed(stack, writer)))
                .chain(this::write);
    }

    private Uni<Void> write(StateWrite write) {
        return sessions.withSession(session -> plain.store(session, write))
                .chain(stored ->
                        stored
                                ? Uni.createFrom().voidItem()
                                : sessions.withTransaction((session, _) -> decide(session, write))
                                        .call(decided -> told(write, decided))
                                        .invoke(decided -> refuse(decided.verdict()))
                                        .replaceWithVoid());
    }

    /**
     * What was decided and done.
     *
     * @param orphan the version that was kept as one
     */
    private record Decided(WriteVerdict verdict, Optional<Long> orphan) {}

    /** Whoever handed it in may claim a run of the stack next, which should plan upon it. */
    private Uni<Void> told(StateWrite write, Decided decided) {
        return decided.orphan()
                .map(version -> orphans.kept(write.stack(), version, write.size()))
                .orElseGet(() -> Uni.createFrom().voidItem());
    }

    /** What a body says of itself, when it is a state. */
    private record Sound(StateDocument document, String md5, int size, byte[] compressed) {
        Function<byte[], StateWrite> packed(StackRef stack, Writer writer) {
            return packed ->
                    new StateWrite(
                            stack,
                            writer,
                            document.lineage(),
                            document.serial(),
                            md5,
                            size,
                            packed);
        }
    }

    /**
     * The bytes are taken from the body, so that they are gone while the database takes the packed
     * ones.
     */
    private static Sound sound(RequestBody body, @Nullable String contentMd5) {
        byte[] plain = body.take();
        byte[] md5 = StatePacking.md5(plain);
        if (contentMd5 != null && !contentMd5.equals(Base64.getEncoder().encodeToString(md5))) {
            throw new Refusal(
                    400,
                    "CONTENT_MD5_MISMATCH",
                    "The body is not what Content-MD5 says: it was changed or cut on the way");
        }
        return new Sound(
                StateDocument.read(plain),
                HexFormat.of().formatHex(md5),
                plain.length,
                StatePacking.compressed(plain));
    }

    private Uni<Decided> decide(Mutiny.Session session, StateWrite write) {
        return rows.hold(session, write.stack())
                .chain(held -> {
                    WriteVerdict verdict = WriteDecider.decide(write, held.hold(), held.head());
                    return apply(session, write, held.hold(), verdict)
                            .map(orphan -> new Decided(verdict, orphan));
                });
    }

    /** Gives the version that was kept as an orphan. */
    private Uni<Optional<Long>> apply(
            Mutiny.Session session, StateWrite write, StackHold hold, WriteVerdict verdict) {
        return switch (verdict) {
            case WriteVerdict.Repeated _ -> Uni.createFrom().item(Optional.empty());
            case WriteVerdict.Store store ->
                    store(session, write, hold, store).replaceWith(Optional.empty());
            case WriteVerdict.Refuse refuse ->
                    refuse.keep()
                            ? keep(session, write, refuse)
                            : Uni.createFrom().item(Optional.empty());
        };
    }

    private Uni<Void> store(
            Mutiny.Session session, StateWrite write, StackHold hold, WriteVerdict.Store store) {
        return switch (write.writer()) {
            case Writer.Run run ->
                    rows.add(
                                    session,
                                    write,
                                    new StateRows.Origin(
                                            store.kind(),
                                            null,
                                            hold.leaseRun(),
                                            run.leaseId(),
                                            null))
                            .replaceWithVoid();
            case Writer.Person person ->
                    rows.add(
                                    session,
                                    write,
                                    new StateRows.Origin(
                                            store.kind(), person.reason(), null, null, null),
                                    audit.along(
                                            person.name(),
                                            store.forced() ? "force-write-state" : "write-state",
                                            write.stack().key(),
                                            person.reason()))
                            .replaceWithVoid();
        };
    }

    private Uni<Optional<Long>> keep(
            Mutiny.Session session, StateWrite write, WriteVerdict.Refuse refuse) {
        String lease = write.writer() instanceof Writer.Run run ? run.leaseId() : null;
        return rows.has(session, write, lease)
                .chain(kept ->
                        kept
                                ? Uni.createFrom().item(Optional.empty())
                                : rows.add(
                                                session,
                                                write,
                                                new StateRows.Origin(
                                                        "ORPHAN",
                                                        refuse.code() + ": " + refuse.detail(),
                                                        null,
                                                        lease,
                                                        null))
                                        .invoke(version -> warn(write, refuse, version))
                                        .map(Optional::of));
    }

    private static void warn(StateWrite write, WriteVerdict.Refuse refuse, long version) {
        LOGGER.warnf(
                "state kept as an orphan stack=%s version=%d serial=%d writer=%s errorCode=%s",
                write.stack(), version, write.serial(), write.writer().name(), refuse.code());
    }

    private static void refuse(WriteVerdict verdict) {
        if (verdict instanceof WriteVerdict.Refuse refuse) {
            throw new Refusal(refuse.status(), refuse.code(), refuse.detail());
        }
    }
}
