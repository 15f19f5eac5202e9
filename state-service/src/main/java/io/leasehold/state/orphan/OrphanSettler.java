package io.leasehold.state.orphan;

import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.OneReplica;
import io.leasehold.state.Signal;
import io.leasehold.state.Startup;
import io.leasehold.state.orphan.SettlingDecider.Verdict;
import io.leasehold.state.outbox.OutboxSignal;
import io.leasehold.state.problem.Refusal;
import io.leasehold.state.tfstate.KeptOrphans;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;
import java.util.List;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;

/**
 * Settles orphans without a person where it is proven that nothing is lost, one after the other.
 *
 * <p>What {@link OrphanLook} found is done under the locks of the life and the stack, and only if
 * nothing has changed since that it rests on. An orphan that stays open is looked at again when
 * something of that has changed: after each write and each end of a run. One process at a time does
 * the round; any may.
 */
@ApplicationScoped
class OrphanSettler implements KeptOrphans {
    private static final Logger LOGGER = Logger.getLogger(OrphanSettler.class);

    /** Names the round among the database's advisory locks. */
    static final long MINE = 0x6f727068L;

    /** Who settles what nobody had to. */
    private static final String LEDGER = "ledger";

    /** What is larger is not waited for by who hands it in. */
    private static final long AT_ONCE = 1024L * 1024;

    /** So many open orphans are asked about at a time; those behind them have the next turn. */
    private static final int BATCH = 200;

    private static final LookRows.Key BEGINNING = new LookRows.Key(new StackRef("", 0, ""), 0);

    private final Mutiny.SessionFactory sessions;
    private final LookRows rows;
    private final OrphanLook look;
    private final Orphans orphans;
    private final OrphansConfig config;
    private final Signal claims;
    private final OutboxSignal outbox;

    /** Where the round is; another process has its own. */
    private volatile LookRows.Key after = BEGINNING;

    /** Whether the last round had failures, which were said then. */
    private volatile boolean failing;

    OrphanSettler(
            Mutiny.SessionFactory sessions,
            LookRows rows,
            OrphanLook look,
            Orphans orphans,
            OrphansConfig config,
            @Named(Startup.CLAIMS) Signal claims,
            OutboxSignal outbox) {
        this.sessions = sessions;
        this.rows = rows;
        this.look = look;
        this.orphans = orphans;
        this.config = config;
        this.claims = claims;
        this.outbox = outbox;
    }

    @Scheduled(
            every = "${leasehold.orphans.look:PT2S}",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    Uni<Void> look() {
        return config.settle() ? round() : Uni.createFrom().voidItem();
    }

    @Override
    public Uni<Void> kept(StackRef stack, long version, long bytes) {
        return config.settle() && bytes <= AT_ONCE
                ? settledAtOnce(new LookRows.Key(stack, version))
                : Uni.createFrom().voidItem();
    }

    /** What needs no state to be opened; all else, and what fails, is the next round's. */
    private Uni<Void> settledAtOnce(LookRows.Key orphan) {
        return look.judgedUnopened(orphan)
                .chain(judged ->
                        judged.isEmpty()
                                ? Uni.createFrom().item(false)
                                : carryOut(orphan, judged.get()))
                .onFailure()
                .recoverWithItem(failure -> {
                    LOGGER.debugf("orphan waits for the round reason=%s", failure.getMessage());
                    return false;
                })
                .replaceWithVoid();
    }

    /** Looks at the next ones; at all, where there are not too many. */
    Uni<Void> round() {
        return next().chain(
                        next -> next.stream().anyMatch(LookRows.Next::due) ? turn() : over(next))
                .onFailure()
                .recoverWithUni(failure -> {
                    said(List.of(String.valueOf(failure.getMessage())));
                    return Uni.createFrom().voidItem();
                });
    }

    private Uni<List<LookRows.Next>> next() {
        return sessions.withTransaction((session, _) -> rows.next(session, after, BATCH));
    }

    /**
     * The lock has a session of its own, beside those in which the orphans are settled one by one.
     * Asked again under it: another process may just have looked.
     */
    private Uni<Void> turn() {
        return sessions.openSession()
                .chain(lock ->
                        lock.withTransaction(_ ->
                                        OneReplica.takes(lock, MINE)
                                                .chain(mine ->
                                                        mine
                                                                ? next().chain(this::over)
                                                                : Uni.createFrom().voidItem()))
                                .eventually(lock::close));
    }

    /** The newest first: of several that one run wrote it is the latest that may come on top. */
    private Uni<Void> over(List<LookRows.Next> next) {
        return Multi.createFrom()
                .iterable(next.reversed())
                .filter(LookRows.Next::due)
                .onItem()
                .transformToUniAndConcatenate(each -> looked(each.orphan()))
                .collect()
                .asList()
                .invoke(failures -> {
                    after = next.size() < BATCH ? BEGINNING : next.getLast().orphan();
                    said(failures.stream().flatMap(Optional::stream).toList());
                })
                .replaceWithVoid();
    }

    /** Many fail for one reason, and again at each round until it is over: said once. */
    private void said(List<String> failures) {
        if (!failures.isEmpty() && !failing) {
            LOGGER.warnf(
                    "orphans not looked at, tried again count=%d first=%s",
                    failures.size(), failures.getFirst());
        }
        failing = !failures.isEmpty();
    }

    /**
     * What fails at one orphan keeps no other from being looked at; it is tried again. Gives what
     * failed.
     */
    private Uni<Optional<String>> looked(LookRows.Key orphan) {
        return look.judged(orphan)
                .chain(judged ->
                        judged.isEmpty()
                                ? Uni.createFrom().item(false)
                                : carryOut(orphan, judged.get()))
                .map(_ -> Optional.<String>empty())
                .onFailure()
                .recoverWithItem(failure ->
                        Optional.of(
                                "%s version %d: %s"
                                        .formatted(
                                                orphan.stack(),
                                                orphan.version(),
                                                failure.getMessage())));
    }

    /** Does it unless something has changed meanwhile that it rests on; then the next look does. */
    Uni<Boolean> carryOut(LookRows.Key orphan, OrphanLook.Judged judged) {
        return switch (judged.verdict()) {
            case Verdict.Stay(Finding finding) -> noted(orphan, judged.basis(), finding);
            case Verdict.Dismiss(String why) ->
                    settled(
                            orphan,
                            judged,
                            "dismissed",
                            (session, locked) ->
                                    orphans.dismiss(
                                                    session,
                                                    locked.orphan(),
                                                    new Orphans.Act(
                                                            LEDGER, "nothing is lost: " + why))
                                            .replaceWith(true));
            case Verdict.Adopt(String why) ->
                    settled(
                                    orphan,
                                    judged,
                                    "adopted",
                                    (session, locked) ->
                                            orphans.adopt(
                                                            session,
                                                            locked,
                                                            new Orphans.Act(
                                                                    LEDGER,
                                                                    "nothing is lost: " + why))
                                                    .replaceWith(true))
                            .onFailure(OrphanLook::isForGood)
                            .recoverWithUni(failure ->
                                    noted(orphan, judged.basis(), Finding.unreadable(failure)));
            case Verdict.Compare _ ->
                    throw new IllegalStateException("what was compared is decided");
        };
    }

    private Uni<Boolean> noted(LookRows.Key orphan, String basis, Finding finding) {
        return sessions.withTransaction((session, _) -> rows.note(session, orphan, basis, finding))
                .invoke(another -> {
                    if (another) {
                        LOGGER.infof(
                                "orphan stays open stack=%s version=%d code=%s",
                                orphan.stack(), orphan.version(), finding.code());
                    }
                })
                .replaceWith(false);
    }

    /** By a person, or by another process, since it was looked at. */
    private static boolean isSettled(Throwable failure) {
        return failure instanceof Refusal refusal
                && (refusal.code().equals("ORPHAN_SETTLED")
                        || refusal.code().equals("ORPHAN_UNKNOWN"));
    }

    /** An act under the locks. */
    private interface Act {
        Uni<Boolean> on(Mutiny.Session session, Orphans.Judged locked);
    }

    private Uni<Boolean> settled(
            LookRows.Key orphan, OrphanLook.Judged judged, String how, Act act) {
        return sessions.withTransaction((session, _) ->
                        orphans.judged(session, orphan.stack(), orphan.version())
                                .chain(locked ->
                                        rows.basis(session, orphan)
                                                .chain(now ->
                                                        now.equals(Optional.of(judged.basis()))
                                                                ? act.on(session, locked)
                                                                : Uni.createFrom().item(false))))
                .onFailure(OrphanSettler::isSettled)
                .recoverWithItem(false)
                .invoke(done -> {
                    if (done) {
                        LOGGER.infof(
                                "orphan settled stack=%s version=%d how=%s",
                                orphan.stack(), orphan.version(), how);
                        claims.wake();
                        outbox.wakeAll();
                    }
                });
    }
}
