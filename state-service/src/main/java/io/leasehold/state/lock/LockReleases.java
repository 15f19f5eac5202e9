package io.leasehold.state.lock;

import io.leasehold.ledger.api.LockReleaseRequest;
import io.leasehold.ledger.api.LockReleased;
import io.leasehold.ledger.api.LockView;
import io.leasehold.ledger.api.Page;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.Ids;
import io.leasehold.state.Signal;
import io.leasehold.state.Startup;
import io.leasehold.state.audit.Audit;
import io.leasehold.state.audit.Reason;
import io.leasehold.state.problem.Refusal;
import io.leasehold.state.tfstate.StackPage;
import io.leasehold.state.tfstate.States;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;
import org.hibernate.reactive.mutiny.Mutiny;

/** Shows who holds stacks and takes them from their holders, audited. Safe to share. */
@ApplicationScoped
class LockReleases {
    private final Mutiny.SessionFactory sessions;
    private final States states;
    private final LockRows rows;
    private final Audit audit;
    private final Ids ids;
    private final Signal claims;

    LockReleases(
            Mutiny.SessionFactory sessions,
            States states,
            LockRows rows,
            Audit audit,
            Ids ids,
            @Named(Startup.CLAIMS) Signal claims) {
        this.sessions = sessions;
        this.states = states;
        this.rows = rows;
        this.audit = audit;
        this.ids = ids;
        this.claims = claims;
    }

    /** Runs by their leases, people by their locks. */
    Uni<Page<LockView>> list(StackPage page) {
        return sessions.withSession(session -> rows.page(session, page))
                .map(views -> page.of(views, LockView::stack));
    }

    /** Takes the stack from its holder, or fails with a refusal. */
    Uni<LockReleased> release(StackRef stack, String operator, LockReleaseRequest request) {
        String reason = Reason.required(request.reason());
        return sessions.withTransaction((session, _) ->
                        states.hold(session, stack)
                                .chain(hold -> rows.holder(session, stack, hold))
                                .map(holder -> holder.orElseThrow(() -> nobody(stack)))
                                .chain(holder -> {
                                    ReleaseDecider.objection(holder, request.evenThoughAlive())
                                            .ifPresent(refusal -> {
                                                throw refusal;
                                            });
                                    return take(session, stack, holder)
                                            .call(() ->
                                                    audit.record(
                                                            session,
                                                            operator,
                                                            "release-lock",
                                                            stack + " " + holder.id(),
                                                            reason));
                                }))
                .invoke(claims::wake);
    }

    private static Refusal nobody(StackRef stack) {
        return new Refusal(404, "NOT_LOCKED", "Nobody holds " + stack + ": no lock is there.");
    }

    private Uni<LockReleased> take(Mutiny.Session session, StackRef stack, Holder holder) {
        return switch (holder) {
            case Holder.Person person ->
                    states.unlock(session, stack, person.id())
                            .replaceWith(
                                    new LockReleased(
                                            "PERSON",
                                            person.id(),
                                            0,
                                            "The lock of %s is gone; what their tofu still writes is refused."
                                                    .formatted(person.name())));
            case Holder.Run run ->
                    rows.fence(session, stack, ids.secret())
                            .replaceWith(
                                    new LockReleased(
                                            "LEASE",
                                            run.id(),
                                            run.freeInMillis(),
                                            "Run %s has lost its right to the stack; the next run takes over in %d s."
                                                    .formatted(
                                                            run.id(),
                                                            (run.freeInMillis() + 999) / 1000)));
        };
    }
}
