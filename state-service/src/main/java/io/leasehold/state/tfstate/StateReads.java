package io.leasehold.state.tfstate;

import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.audit.Along;
import io.leasehold.state.audit.Audit;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.function.LongFunction;
import org.hibernate.reactive.mutiny.Mutiny;

/** Serves states. A person's look at one is audited: states hold secrets. */
@ApplicationScoped
class StateReads {
    private final Mutiny.SessionFactory sessions;
    private final StateRows rows;
    private final StatePacking packing;
    private final Audit audit;

    StateReads(Mutiny.SessionFactory sessions, StateRows rows, StatePacking packing, Audit audit) {
        this.sessions = sessions;
        this.rows = rows;
        this.packing = packing;
        this.audit = audit;
    }

    /**
     * The newest state that is served.
     *
     * @param room completes when a large state of that size may be fetched
     */
    Uni<Optional<Served>> newest(
            StackRef stack, Optional<String> person, LongFunction<Uni<Void>> room) {
        return head(stack, person)
                .chain(head ->
                        head.isEmpty()
                                ? Uni.createFrom().item(Optional.empty())
                                : fetched(stack, head.get(), 0, room)
                                        .chain(stored -> opened(stack, stored)));
    }

    private Uni<Optional<StateRows.Newest>> head(StackRef stack, Optional<String> person) {
        Along along =
                person.map(name -> audit.along(name, "read-state", stack.key(), null)).orElse(null);
        return sessions.withSession(
                session -> rows.newest(session, stack, LargeBodies.SMALL, along));
    }

    /**
     * No connection is held while room is waited for. What is newest then is served; when it is
     * larger by now, more room is waited for.
     */
    private Uni<Optional<StateRows.Stored>> fetched(
            StackRef stack, StateRows.Newest head, long granted, LongFunction<Uni<Void>> room) {
        byte[] packed = head.packed();
        return packed != null
                ? Uni.createFrom()
                        .item(Optional.of(new StateRows.Stored(head.version(), head.md5(), packed)))
                : room.apply(head.size() - granted)
                        .chain(() ->
                                sessions.withSession(
                                        session -> rows.newest(session, stack, head.size(), null)))
                        .chain(now ->
                                now.isEmpty()
                                        ? Uni.createFrom().item(Optional.empty())
                                        : fetched(stack, now.get(), head.size(), room));
    }

    /** One version, whatever its kind, unless it is deleted. */
    Uni<Optional<Served>> version(StackRef stack, long version, String person) {
        return sessions.withTransaction((session, _) ->
                        audited(
                                session,
                                person,
                                stack + " version " + version,
                                rows.visible(session, stack, version)))
                .chain(stored -> opened(stack, stored));
    }

    private <T> Uni<Optional<T>> audited(
            Mutiny.Session session, String person, String subject, Uni<Optional<T>> read) {
        return read.call(stored ->
                stored.isEmpty()
                        ? Uni.createFrom().voidItem()
                        : audit.record(session, person, "read-state", subject, null));
    }

    private Uni<Optional<Served>> opened(StackRef stack, Optional<StateRows.Stored> stored) {
        return stored.isEmpty()
                ? Uni.createFrom().item(Optional.empty())
                : packing.unpack(stack, stored.get().packed())
                        .map(plain ->
                                Optional.of(
                                        new Served(
                                                stored.get().version(),
                                                stored.get().md5(),
                                                plain)));
    }

    /**
     * A state on its way out.
     *
     * @param md5 lower-case hex
     */
    record Served(long version, String md5, byte[] plain) {}
}
