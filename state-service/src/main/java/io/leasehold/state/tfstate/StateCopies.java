package io.leasehold.state.tfstate;

import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.WorkerThreads;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HexFormat;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Puts the content of an older version, or of an orphan, on top again. Safe to share. */
@ApplicationScoped
public class StateCopies {
    private final States states;
    private final StateRows rows;
    private final StatePacking packing;
    private final WorkerThreads workers;

    StateCopies(States states, StateRows rows, StatePacking packing, WorkerThreads workers) {
        this.states = states;
        this.rows = rows;
        this.packing = packing;
        this.workers = workers;
    }

    /**
     * A version that is to be.
     *
     * @param of the version whose content it has
     * @param kind ROLLBACK or ADOPTED
     * @param serial the one it gets; null keeps that of the content
     * @param by who makes it
     */
    public record Copy(long of, String kind, @Nullable Long serial, String by, String reason) {}

    /**
     * Makes the copy the stack's newest version and gives its number. The caller holds the stack's
     * lock and knows that the copy may be made; everything joins its transaction.
     */
    public Uni<Long> put(Mutiny.Session session, StackRef stack, Copy copy) {
        return states.bytes(session, stack, copy.of())
                .chain(content -> workers.call(() -> numbered(content, copy)))
                .chain(plain -> write(session, stack, plain, copy))
                .chain(write ->
                        rows.add(
                                session,
                                write,
                                new StateRows.Origin(
                                        copy.kind(), copy.reason(), null, null, copy.of())));
    }

    private static byte[] numbered(byte[] content, Copy copy) {
        return copy.serial() == null ? content : StateSerial.with(copy.serial(), content);
    }

    private Uni<StateWrite> write(Mutiny.Session session, StackRef stack, byte[] plain, Copy copy) {
        return packing.pack(session, stack, plain)
                .chain(packed -> workers.call(() -> write(stack, plain, packed, copy)));
    }

    private static StateWrite write(StackRef stack, byte[] plain, byte[] packed, Copy copy) {
        StateDocument document = StateDocument.read(plain);
        return new StateWrite(
                stack,
                new StateWrite.Writer.Person(copy.by(), null, copy.reason()),
                document.lineage(),
                document.serial(),
                HexFormat.of().formatHex(StatePacking.md5(plain)),
                plain.length,
                packed);
    }
}
