package io.leasehold.state.orphan;

import io.leasehold.state.orphan.SettlingDecider.Verdict;
import io.leasehold.state.problem.DatabaseFault;
import io.leasehold.state.problem.Refusal;
import io.leasehold.state.tfstate.States;
import io.leasehold.state.version.StateLooks;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Looks at one open orphan and says what can be done with it. Opens states without a lock, for that
 * may take as long as they are large; so whoever acts on it must see that it still holds. Safe to
 * share.
 */
@ApplicationScoped
class OrphanLook {
    private final Mutiny.SessionFactory sessions;
    private final LookRows rows;
    private final Covering covering;
    private final States states;
    private final StateLooks looks;
    private final OrphansConfig config;

    OrphanLook(
            Mutiny.SessionFactory sessions,
            LookRows rows,
            Covering covering,
            States states,
            StateLooks looks,
            OrphansConfig config) {
        this.sessions = sessions;
        this.rows = rows;
        this.covering = covering;
        this.states = states;
        this.looks = looks;
        this.config = config;
    }

    /** What is to be done, and on what that rests. */
    record Judged(String basis, Verdict verdict) {}

    /** Without a lock; empty when the orphan is not open any more. */
    Uni<Optional<Judged>> judged(LookRows.Key orphan) {
        return sessions.withSession(session ->
                rows.known(session, orphan)
                        .chain(known ->
                                known.isEmpty()
                                        ? Uni.createFrom().item(Optional.empty())
                                        : decided(session, orphan, known.get()).map(Optional::of)));
    }

    /**
     * The same by what the ledger has in rows: no state is opened, which may leave it undecided.
     */
    Uni<Optional<Judged>> judgedUnopened(LookRows.Key orphan) {
        return sessions.withSession(session ->
                rows.known(session, orphan)
                        .chain(known ->
                                known.isEmpty()
                                        ? Uni.createFrom().item(Optional.empty())
                                        : unopened(session, orphan, known.get())
                                                .map(First::verdict)
                                                .map(verdict ->
                                                        Optional.of(verdict)
                                                                .filter(it ->
                                                                        !(it
                                                                                instanceof
                                                                                Verdict.Compare))
                                                                .map(it ->
                                                                        new Judged(
                                                                                known.get().basis(),
                                                                                it)))));
    }

    private Uni<Judged> decided(Mutiny.Session session, LookRows.Key orphan, LookRows.Known known) {
        return unopened(session, orphan, known)
                .chain(first ->
                        switch (first.verdict()) {
                            case Verdict.Compare compare ->
                                    compared(session, orphan, first.bytes(), compare, known);
                            case Verdict decided -> Uni.createFrom().item(decided);
                        })
                .map(verdict -> new Judged(known.basis(), verdict));
    }

    /** Whether a state cannot be opened however often it is tried. */
    static boolean isForGood(Throwable failure) {
        return failure instanceof Refusal refusal
                ? refusal.code().equals("KEY_DELETED")
                : DatabaseFault.of(failure) == DatabaseFault.NONE
                        && (failure instanceof IllegalStateException
                                || failure instanceof UncheckedIOException);
    }

    /**
     * What is decided without opening a state.
     *
     * @param bytes the orphan's size
     */
    private record First(Verdict verdict, long bytes) {}

    private Uni<First> unopened(Mutiny.Session session, LookRows.Key orphan, LookRows.Known known) {
        return states.version(session, orphan.stack(), orphan.version())
                .map(Optional::orElseThrow)
                .chain(view ->
                        states.version(session, orphan.stack(), known.head())
                                .map(current ->
                                        new First(
                                                SettlingDecider.decide(
                                                        view,
                                                        current.orElse(null),
                                                        known.circumstances()),
                                                view.bytes())));
    }

    private Uni<Verdict> compared(
            Mutiny.Session session,
            LookRows.Key orphan,
            long bytes,
            Verdict.Compare compare,
            LookRows.Known known) {
        if (tooLarge(bytes)) {
            return Uni.createFrom().item(new Verdict.Stay(Finding.tooLarge(bytes)));
        }
        return looks.holdings(session, orphan.stack(), orphan.version(), bytes)
                .map(Cover::new)
                .call(cover ->
                        covering.versions(
                                        session, orphan, known.head(), known.circumstances().base())
                                .chain(versions -> seen(session, orphan, cover, versions)))
                .map(cover -> cover.finding(compare.notAdopted()))
                .onFailure(OrphanLook::isForGood)
                .recoverWithItem(Finding::unreadable)
                .map(Verdict.Stay::new);
    }

    /** One version after the other, for as long as something is not found. */
    private Uni<Void> seen(
            Mutiny.Session session,
            LookRows.Key orphan,
            Cover cover,
            List<Covering.Version> versions) {
        return Multi.createFrom()
                .iterable(versions)
                .filter(each -> !tooLarge(each.size()))
                .onItem()
                .transformToUniAndConcatenate(each ->
                        cover.complete()
                                ? Uni.createFrom().voidItem()
                                : looks.holdings(
                                                session,
                                                orphan.stack(),
                                                each.version(),
                                                each.size())
                                        .invoke(holdings ->
                                                cover.see(each.version(), each.counts(), holdings))
                                        .replaceWithVoid())
                .collect()
                .asList()
                .replaceWithVoid();
    }

    private boolean tooLarge(long bytes) {
        return bytes > config.mostSize().asLongValue();
    }
}
