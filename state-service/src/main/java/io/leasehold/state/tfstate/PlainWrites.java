package io.leasehold.state.tfstate;

import io.leasehold.state.audit.Along;
import io.leasehold.state.audit.Audit;
import io.leasehold.state.tfstate.StateWrite.Writer;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * Stores a state with one statement where nothing speaks against it, as nearly always. The
 * statement locks the stack, and then writes only what {@link WriteDecider} would store without
 * being forced: it knows that one case, and nothing of why another is refused. Whatever it leaves
 * alone is for the decider.
 */
@ApplicationScoped
class PlainWrites {
    private static final String ADDED =
            """
            with added as materialized (
                select added as version
                from plain_state_write(:tenant, :incarnation, :stack, :kind, :right, :lineage, :serial, :md5,
                    :size, cast(:reason as text), :writer, cast(:bytes as bytea))
                where added is not null)
            """;

    private final Audit audit;

    PlainWrites(Audit audit) {
        this.audit = audit;
    }

    /** Stores it, or gives false and has changed nothing. Needs no transaction around it. */
    Uni<Boolean> store(Mutiny.Session session, StateWrite write) {
        return switch (write.writer()) {
            case Writer.Run(_, String lease) -> stored(session, write, "RUN", lease, null);
            case Writer.Person person -> stored(session, write, "PERSON", person.lockId(), person);
        };
    }

    private Uni<Boolean> stored(
            Mutiny.Session session,
            StateWrite write,
            String kind,
            @Nullable String right,
            Writer.@Nullable Person person) {
        if (right == null) {
            return Uni.createFrom().item(false);
        }
        Along along =
                person == null
                        ? null
                        : audit.along(
                                person.name(), "write-state", write.stack().key(), person.reason());
        Mutiny.SelectionQuery<Tuple> query =
                StateRows.query(
                        session,
                        ADDED
                                + (along == null
                                        ? ""
                                        : ", " + along.entry("added", StateRows.WITH_VERSION))
                                + " select version from added",
                        write.stack());
        return (along == null ? query : along.bind(query))
                .setParameter("kind", kind)
                .setParameter("right", right)
                .setParameter("lineage", write.lineage())
                .setParameter("serial", write.serial())
                .setParameter("md5", write.md5())
                .setParameter("size", write.size())
                .setParameter("reason", person == null ? null : person.reason())
                .setParameter("writer", write.writer().name())
                .setParameter("bytes", write.packed())
                .getSingleResultOrNull()
                .map(row -> row != null);
    }
}
