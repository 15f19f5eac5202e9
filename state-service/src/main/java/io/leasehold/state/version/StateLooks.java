package io.leasehold.state.version;

import io.leasehold.ledger.api.StackRef;
import io.leasehold.ledger.api.StateDiff;
import io.leasehold.ledger.api.StateSummary;
import io.leasehold.ledger.api.StateVersionView;
import io.leasehold.state.WorkerThreads;
import io.leasehold.state.problem.Refusal;
import io.leasehold.state.tfstate.States;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * Looks into states and tells what is there without a value. Few large ones at a time: who comes
 * when there are too many is sent away to come again. Safe to share.
 */
@ApplicationScoped
public class StateLooks {
    /** So many addresses of a version are told. */
    private static final int MOST_RESOURCES = 1000;

    private static final long BYTES_AT_ONCE = 48L * 1024 * 1024;

    private final Mutiny.SessionFactory sessions;
    private final States states;
    private final WorkerThreads workers;
    private final LookBudget budget = new LookBudget(BYTES_AT_ONCE);

    StateLooks(Mutiny.SessionFactory sessions, States states, WorkerThreads workers) {
        this.sessions = sessions;
        this.states = states;
        this.workers = workers;
    }

    /** What is in a version, or in the one that is served when none is named. */
    public Uni<StateSummary> summary(StackRef stack, @Nullable Long version) {
        return sessions.withSession(session ->
                states.current(session, stack)
                        .map(current -> current.map(StateVersionView::version).orElse(0L))
                        .chain(current ->
                                visible(session, stack, version == null ? current : version)
                                        .chain(view ->
                                                summary(
                                                        session,
                                                        view,
                                                        view.version() == current))));
    }

    private Uni<StateSummary> summary(
            Mutiny.Session session, StateVersionView view, boolean current) {
        return within(
                view.bytes(),
                () ->
                        states.bytes(session, view.stack(), view.version())
                                .chain(bytes -> workers.call(() -> summary(view, current, bytes))));
    }

    private static StateSummary summary(StateVersionView view, boolean current, byte[] bytes) {
        List<String> resources = new ArrayList<>();
        List<String> outputs = new ArrayList<>();
        boolean readable =
                StateWalk.over(
                        bytes,
                        part -> {
                            if (part.isOutput()) {
                                outputs.add(part.outputName());
                            } else {
                                resources.add(part.address());
                            }
                        });
        return new StateSummary(
                view,
                current,
                readable,
                resources.stream().limit(MOST_RESOURCES).toList(),
                resources.size(),
                outputs);
    }

    /**
     * How two versions differ.
     *
     * @param to the one that is served when null
     */
    Uni<StateDiff> diff(StackRef stack, long from, @Nullable Long to) {
        return sessions.withSession(session ->
                visible(session, stack, from)
                        .chain(first ->
                                (to == null
                                                ? states.current(session, stack)
                                                        .map(it ->
                                                                it.orElseThrow(() -> none(stack)))
                                                : visible(session, stack, to))
                                        .chain(second -> between(session, first, second))));
    }

    /** How two versions of a stack differ. Joins the caller's session. */
    public Uni<StateDiff> between(
            Mutiny.Session session, StateVersionView from, StateVersionView to) {
        StateDiffer differ = new StateDiffer();
        return within(
                Math.max(from.bytes(), to.bytes()),
                () ->
                        see(session, from, differ::seeBefore)
                                .chain(() -> see(session, to, differ::seeAfter))
                                .chain(() ->
                                        differ.looksCloser()
                                                ? see(session, from, differ::holdBefore)
                                                        .chain(() ->
                                                                see(
                                                                        session,
                                                                        to,
                                                                        differ::compareAfter))
                                                : Uni.createFrom().voidItem())
                                .map(_ -> differ.result(from.version(), to.version())));
    }

    /**
     * What the current version has of managed things, and the other one has not. Joins the caller's
     * session.
     */
    Uni<Forgotten> forgotten(
            Mutiny.Session session, StateVersionView current, StateVersionView other) {
        Forgotten.Look look = new Forgotten.Look();
        return within(
                Math.max(current.bytes(), other.bytes()),
                () ->
                        see(session, current, look::seeCurrent)
                                .chain(() -> see(session, other, look::seeInItsPlace))
                                .map(_ -> look.result()));
    }

    /**
     * What a version owns. Joins the caller's session.
     *
     * @param bytes its size
     */
    public Uni<Holdings> holdings(
            Mutiny.Session session, StackRef stack, long version, long bytes) {
        return within(
                bytes,
                () ->
                        states.bytes(session, stack, version)
                                .chain(state -> workers.call(() -> Holdings.of(state))));
    }

    private Uni<Void> see(Mutiny.Session session, StateVersionView view, Consumer<byte[]> step) {
        return states.bytes(session, view.stack(), view.version())
                .chain(bytes ->
                        workers.call(() -> {
                            step.accept(bytes);
                            return true;
                        }))
                .replaceWithVoid();
    }

    private Uni<StateVersionView> visible(Mutiny.Session session, StackRef stack, long version) {
        return states.version(session, stack, version)
                .map(found ->
                        found.filter(view -> view.deleted() == null)
                                .orElseThrow(() ->
                                        version == 0 ? none(stack) : unknown(stack, version)));
    }

    static Refusal unknown(StackRef stack, long version) {
        return new Refusal(
                404,
                "STATE_UNKNOWN",
                "%s has no state version %d, or it is deleted".formatted(stack, version));
    }

    static Refusal none(StackRef stack) {
        return new Refusal(
                404, "STATE_UNKNOWN", stack + " has no state: none was stored, or it is deleted");
    }

    private <T> Uni<T> within(long bytes, Supplier<Uni<T>> work) {
        return Uni.createFrom()
                .deferred(() -> {
                    if (!budget.take(bytes)) {
                        throw new Refusal(
                                503, "BUSY", "Too many large states are looked into; try again");
                    }
                    return work.get().onTermination().invoke(() -> budget.giveBack(bytes));
                });
    }
}
