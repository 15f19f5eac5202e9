package io.leasehold.state.version;

import static java.time.temporal.ChronoUnit.SECONDS;

import io.leasehold.ledger.api.StackRef;
import io.leasehold.ledger.api.StateChange;
import io.leasehold.ledger.api.StateDeleteRequest;
import io.leasehold.ledger.api.StateUndeleteRequest;
import io.leasehold.ledger.api.StateVersionView;
import io.leasehold.state.audit.Audit;
import io.leasehold.state.audit.Reason;
import io.leasehold.state.problem.Refusal;
import io.leasehold.state.tfstate.States;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Hides versions and brings them back, audited. Safe to share. */
@ApplicationScoped
class Deletions {
    private final Mutiny.SessionFactory sessions;
    private final States states;
    private final VersionRows rows;
    private final VersionsConfig config;
    private final Audit audit;
    private final Clock clock;

    Deletions(
            Mutiny.SessionFactory sessions,
            States states,
            VersionRows rows,
            VersionsConfig config,
            Audit audit,
            Clock clock) {
        this.sessions = sessions;
        this.states = states;
        this.rows = rows;
        this.config = config;
        this.audit = audit;
        this.clock = clock;
    }

    /** Hides one version, or the stack's whole state; or fails with a refusal. */
    Uni<StateChange> delete(StackRef stack, String operator, StateDeleteRequest request) {
        String reason = Reason.required(request.reason());
        return sessions.withTransaction((session, _) ->
                mayHide(session, stack, request)
                        .chain(() -> rows.hide(session, stack, request.version(), operator, reason))
                        .call(() ->
                                audited(
                                        session,
                                        operator,
                                        "delete-state",
                                        stack,
                                        request.version(),
                                        reason))
                        .chain(count -> served(session, stack, hidden(count))));
    }

    private Uni<Void> mayHide(Mutiny.Session session, StackRef stack, StateDeleteRequest request) {
        return states.hold(session, stack)
                .chain(hold ->
                        rows.use(session, stack)
                                .chain(use ->
                                        states.current(session, stack)
                                                .chain(current ->
                                                        target(session, stack, request.version())
                                                                .map(target ->
                                                                        DeletionDecider.objection(
                                                                                stack,
                                                                                request,
                                                                                hold,
                                                                                use,
                                                                                current.orElse(
                                                                                        null),
                                                                                target.orElse(
                                                                                        null))))))
                .invoke(objection -> {
                    if (objection.isPresent()) {
                        throw objection.get();
                    }
                })
                .replaceWithVoid();
    }

    private Uni<Optional<StateVersionView>> target(
            Mutiny.Session session, StackRef stack, @Nullable Long version) {
        return version == null
                ? Uni.createFrom().item(Optional.empty())
                : states.version(session, stack, version);
    }

    private String hidden(int count) {
        return "%s hidden, and kept until %s: until then it can be undone (leasehold states undelete)."
                .formatted(
                        versions(count),
                        clock.instant().plus(config.keepDeletedFor()).truncatedTo(SECONDS));
    }

    /** Brings one version back, or all that are hidden; or fails with a refusal. */
    Uni<StateChange> undelete(StackRef stack, String operator, StateUndeleteRequest request) {
        String reason = Reason.required(request.reason());
        return sessions.withTransaction((session, _) ->
                states.hold(session, stack)
                        .invoke(hold ->
                                hold.refusal(stack)
                                        .ifPresent(refusal -> {
                                            throw refusal;
                                        }))
                        .chain(() -> rows.show(session, stack, request.version()))
                        .invoke(count -> {
                            if (count == 0) {
                                throw nothing(stack);
                            }
                        })
                        .call(() ->
                                audited(
                                        session,
                                        operator,
                                        "undelete-state",
                                        stack,
                                        request.version(),
                                        reason))
                        .chain(count -> served(session, stack, versions(count) + " back.")));
    }

    private static Refusal nothing(StackRef stack) {
        return new Refusal(
                404,
                "STATE_UNKNOWN",
                stack + " has no such version that is deleted and still kept");
    }

    private static String versions(int count) {
        return count == 1 ? "1 version is" : count + " versions are";
    }

    private Uni<StateChange> served(Mutiny.Session session, StackRef stack, String what) {
        return states.current(session, stack)
                .map(current -> current.map(StateVersionView::version).orElse(0L))
                .call(version -> rows.moved(session, stack, version))
                .map(version ->
                        new StateChange(
                                true,
                                version,
                                what
                                        + (version == 0
                                                ? " The stack has no state now."
                                                : " Version " + version + " is the current one."),
                                null));
    }

    private Uni<Void> audited(
            Mutiny.Session session,
            String operator,
            String action,
            StackRef stack,
            @Nullable Long version,
            String reason) {
        String subject = version == null ? stack.key() : stack + " version " + version;
        return audit.record(session, operator, action, subject, reason);
    }
}
