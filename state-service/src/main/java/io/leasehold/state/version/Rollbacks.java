package io.leasehold.state.version;

import io.leasehold.ledger.api.StackRef;
import io.leasehold.ledger.api.StateChange;
import io.leasehold.ledger.api.StateRollbackRequest;
import io.leasehold.ledger.api.StateVersionView;
import io.leasehold.state.Signal;
import io.leasehold.state.Startup;
import io.leasehold.state.audit.Audit;
import io.leasehold.state.audit.Reason;
import io.leasehold.state.tfstate.StateCopies;
import io.leasehold.state.tfstate.States;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Takes a stack's state back to an older version: its content becomes a new version on top, with a
 * serial that was never used. Safe to share.
 */
@ApplicationScoped
class Rollbacks {
    private final Mutiny.SessionFactory sessions;
    private final States states;
    private final StateLooks looks;
    private final VersionRows rows;
    private final StateCopies copies;
    private final Audit audit;
    private final Signal claims;

    Rollbacks(
            Mutiny.SessionFactory sessions,
            States states,
            StateLooks looks,
            VersionRows rows,
            StateCopies copies,
            Audit audit,
            @Named(Startup.CLAIMS) Signal claims) {
        this.sessions = sessions;
        this.states = states;
        this.looks = looks;
        this.rows = rows;
        this.copies = copies;
        this.audit = audit;
        this.claims = claims;
    }

    /** Says what would change, or does it. */
    Uni<StateChange> rollback(StackRef stack, String operator, StateRollbackRequest request) {
        if (!request.execute()) {
            // Looked at without the stack's lock: that may take as long as the states are large.
            return sessions.withTransaction(
                            (session, _) -> judged(session, stack, request.version()))
                    .chain(judged ->
                            sessions.withSession(session -> wouldBe(session, stack, judged)));
        }
        String reason = Reason.required(request.reason());
        return sessions.withTransaction((session, _) ->
                        judged(session, stack, request.version())
                                .chain(judged ->
                                        mayForget(session, judged, request)
                                                .chain(forgotten ->
                                                        done(
                                                                session, stack, judged, forgotten,
                                                                operator, reason))))
                .invoke(claims::wake);
    }

    /**
     * The versions that a rollback goes between, under the stack's lock.
     *
     * @param serial that the new version gets
     */
    private record Judged(StateVersionView current, StateVersionView target, long serial) {}

    private Uni<Judged> judged(Mutiny.Session session, StackRef stack, long version) {
        return states.hold(session, stack)
                .chain(hold ->
                        states.current(session, stack)
                                .chain(current ->
                                        states.version(session, stack, version)
                                                .map(target ->
                                                        RollbackDecider.decide(
                                                                stack,
                                                                hold,
                                                                current.orElse(null),
                                                                version,
                                                                target.orElse(null)))))
                .chain(verdict ->
                        switch (verdict) {
                            case RollbackDecider.Verdict.Refuse refuse ->
                                    Uni.createFrom().failure(refuse.why());
                            case RollbackDecider.Verdict.Back back ->
                                    rows.highestSerial(session, stack, back.target().lineage())
                                            .map(highest ->
                                                    new Judged(
                                                            back.current(),
                                                            back.target(),
                                                            RollbackDecider.after(stack, highest)));
                        });
    }

    /** Looked at under the stack's lock: the number is that of the state as it is now. */
    private Uni<Forgotten> mayForget(
            Mutiny.Session session, Judged judged, StateRollbackRequest request) {
        return looks.forgotten(session, judged.current(), judged.target())
                .invoke(forgotten ->
                        RollbackDecider.objection(
                                        judged.target().version(),
                                        forgotten,
                                        request.evenThoughItForgets())
                                .ifPresent(refusal -> {
                                    throw refusal;
                                }));
    }

    private Uni<StateChange> wouldBe(Mutiny.Session session, StackRef stack, Judged judged) {
        StateVersionView target = judged.target();
        return looks.forgotten(session, judged.current(), target)
                .chain(forgotten ->
                        looks.between(session, judged.current(), target)
                                .map(diff ->
                                        new StateChange(
                                                false,
                                                judged.current().version(),
                                                "Version %d of %s, written by %s at %s, would come on top again as serial %d.%s"
                                                        .formatted(
                                                                target.version(),
                                                                stack,
                                                                target.writtenBy(),
                                                                target.writtenAt(),
                                                                judged.serial(),
                                                                forgotten.words(
                                                                        "would no longer be")),
                                                diff)));
    }

    private Uni<StateChange> done(
            Mutiny.Session session,
            StackRef stack,
            Judged judged,
            Forgotten forgotten,
            String operator,
            String reason) {
        long target = judged.target().version();
        return copies.put(
                        session,
                        stack,
                        new StateCopies.Copy(target, "ROLLBACK", judged.serial(), operator, reason))
                .call(version ->
                        audit.record(
                                session,
                                operator,
                                "roll-back-state",
                                "%s version %d to %d".formatted(stack, version, target),
                                reason))
                .map(version ->
                        new StateChange(
                                true,
                                version,
                                "Version %d of %s, serial %d, has the content of version %d; a fresh look follows.%s"
                                        .formatted(
                                                version,
                                                stack,
                                                judged.serial(),
                                                target,
                                                forgotten.words("are no longer")),
                                null));
    }
}
