package io.leasehold.state.orphan;

import io.leasehold.ledger.api.OrphanRequest;
import io.leasehold.ledger.api.Page;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.ledger.api.StateChange;
import io.leasehold.ledger.api.StateVersionView;
import io.leasehold.state.Signal;
import io.leasehold.state.Startup;
import io.leasehold.state.audit.Reason;
import io.leasehold.state.outbox.OutboxSignal;
import io.leasehold.state.version.StateLooks;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;
import org.hibernate.reactive.mutiny.Mutiny;

/** What operators do with orphans: see them, try, and settle them. Safe to share. */
@ApplicationScoped
class OrphanDesk {
    private final Mutiny.SessionFactory sessions;
    private final OrphanRows rows;
    private final Orphans orphans;
    private final StateLooks looks;
    private final Signal claims;
    private final OutboxSignal outbox;

    OrphanDesk(
            Mutiny.SessionFactory sessions,
            OrphanRows rows,
            Orphans orphans,
            StateLooks looks,
            @Named(Startup.CLAIMS) Signal claims,
            OutboxSignal outbox) {
        this.sessions = sessions;
        this.rows = rows;
        this.orphans = orphans;
        this.looks = looks;
        this.claims = claims;
        this.outbox = outbox;
    }

    Uni<Page<StateVersionView>> list(OrphanPage page) {
        return sessions.withSession(session -> rows.page(session, page)).map(page::of);
    }

    /** Says what adopting an orphan would change, or does it; or fails with a refusal. */
    Uni<StateChange> adopt(StackRef stack, long version, String operator, OrphanRequest request) {
        if (!request.execute()) {
            // Looked at without the locks: that may take as long as the states are large.
            return sessions.withTransaction((session, _) -> orphans.judged(session, stack, version))
                    .chain(this::wouldBe);
        }
        Orphans.Act act = new Orphans.Act(operator, Reason.required(request.reason()));
        return sessions.withTransaction((session, _) ->
                        orphans.judged(session, stack, version)
                                .chain(judged -> orphans.adopt(session, judged, act)))
                .invoke(this::wake)
                .map(served ->
                        new StateChange(
                                true,
                                served,
                                "Orphan %d of %s is adopted; its content is version %d, and a fresh look follows."
                                        .formatted(version, stack, served),
                                null));
    }

    private Uni<StateChange> wouldBe(Orphans.Judged judged) {
        StateVersionView orphan = judged.orphan();
        StateVersionView current = judged.current();
        return switch (judged.verdict()) {
            case AdoptionDecider.Verdict.Refuse refuse -> Uni.createFrom().failure(refuse.why());
            case AdoptionDecider.Verdict.Same same ->
                    said(same.current(), "Its content is that of the current version already.");
            case AdoptionDecider.Verdict.Adopt _ ->
                    current == null
                            ? said(0, "It would be the only version that is served.")
                            : sessions.withSession(
                                            session -> looks.between(session, current, orphan))
                                    .map(diff ->
                                            new StateChange(
                                                    false,
                                                    current.version(),
                                                    "Orphan %d of %s would come on top of version %d."
                                                            .formatted(
                                                                    orphan.version(),
                                                                    orphan.stack(),
                                                                    current.version()),
                                                    diff));
        };
    }

    /** Says that an orphan could be dismissed, or does it; or fails with a refusal. */
    Uni<StateChange> dismiss(StackRef stack, long version, String operator, OrphanRequest request) {
        if (!request.execute()) {
            return sessions.withTransaction((session, _) -> orphans.judged(session, stack, version))
                    .chain(judged -> said(served(judged), "It would stay kept, and be settled."));
        }
        Orphans.Act act = new Orphans.Act(operator, Reason.required(request.reason()));
        return sessions.withTransaction((session, _) ->
                        orphans.judged(session, stack, version)
                                .call(judged -> orphans.dismiss(session, judged.orphan(), act)))
                .invoke(this::wake)
                .map(judged ->
                        new StateChange(
                                true,
                                served(judged),
                                "Orphan %d of %s is dismissed; its bytes can still be downloaded."
                                        .formatted(version, stack),
                                null));
    }

    private static long served(Orphans.Judged judged) {
        StateVersionView current = judged.current();
        return current == null ? 0 : current.version();
    }

    private static Uni<StateChange> said(long version, String what) {
        return Uni.createFrom().item(new StateChange(false, version, what, null));
    }

    private void wake() {
        claims.wake();
        outbox.wakeAll();
    }
}
