package io.leasehold.state.deadletter;

import io.leasehold.ledger.api.RawRecord;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Objects;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what a replay of a letter does, in the caller's transaction and with the letter locked.
 * Safe to share.
 */
@ApplicationScoped
class ReplayPlanner {
    private final LetterRows rows;
    private final LetterBytes bytes;
    private final CopyCheck check;
    private final String appVersion;

    ReplayPlanner(
            LetterRows rows,
            LetterBytes bytes,
            CopyCheck check,
            @ConfigProperty(name = "quarkus.application.version") String appVersion) {
        this.rows = rows;
        this.bytes = bytes;
        this.check = check;
        this.appVersion = appVersion;
    }

    /**
     * Who asks for it, and why.
     *
     * @param forced passes the guards that ask for it
     */
    record Ask(String actor, String reason, boolean forced) {}

    /** A locked letter and what a replay of it does. */
    record Planned(Ask ask, OpenLetter open, ReplayDecider.Plan plan) {
        Letter letter() {
            return open.letter();
        }

        /** What would be sent: the corrected copy, else the original. */
        Optional<RawRecord> record() {
            RawRecord corrected = open.corrected();
            return corrected == null
                    ? Optional.ofNullable(open.original())
                    : Optional.of(corrected);
        }
    }

    /** Locks the life before the letter, as everybody does. */
    Uni<Planned> plan(Mutiny.Session session, String id, Ask ask) {
        return rows.find(session, id)
                .map(letter -> LetterRows.known(letter, id))
                .chain(found -> found.isRun() ? run(session, found, ask) : event(session, id, ask));
    }

    private Uni<Planned> run(Mutiny.Session session, Letter found, Ask ask) {
        return rows.standing(session, found)
                .chain(standing ->
                        lock(session, found.id())
                                .map(letter ->
                                        new Planned(
                                                ask,
                                                new OpenLetter(letter, null, null),
                                                decideRun(letter, standing, ask))));
    }

    private Uni<Letter> lock(Mutiny.Session session, String id) {
        return rows.lock(session, id).map(letter -> LetterRows.known(letter, id));
    }

    private ReplayDecider.Plan decideRun(
            Letter letter, LetterRows.@Nullable Standing standing, Ask ask) {
        return ReplayDecider.decide(
                new ReplayDecider.Letter.Run(
                        letter.status(),
                        letter.replays(),
                        sameAgain(letter),
                        ask.forced(),
                        standing != null && standing.wanted(),
                        standing != null && standing.failed(),
                        standing != null && standing.running(),
                        standing != null && standing.broken()));
    }

    /** A newer version of this service may do otherwise. */
    private boolean sameAgain(Letter letter) {
        return letter.cause().sameAgain() && appVersion.equals(letter.cause().appVersion());
    }

    private Uni<Planned> event(Mutiny.Session session, String id, Ask ask) {
        return lock(session, id)
                .chain(letter -> bytes.open(session, letter))
                .chain(open ->
                        decideEvent(session, open, ask).map(plan -> new Planned(ask, open, plan)));
    }

    private Uni<ReplayDecider.Plan> decideEvent(Mutiny.Session session, OpenLetter open, Ask ask) {
        RawRecord corrected = open.corrected();
        RawRecord original = open.original();
        if (corrected == null && original == null) {
            return Uni.createFrom().item(decideEvent(open, ask, null, false, false));
        }
        CopyCheck.Finding finding =
                corrected == null
                        ? check.check(open.letter().code(), Objects.requireNonNull(original))
                        : check.check(corrected);
        return switch (finding) {
            case CopyCheck.Finding.Wrong wrong ->
                    Uni.createFrom().item(decideEvent(open, ask, wrong.problem(), false, false));
            case CopyCheck.Finding.Sound sound when isOfAnother(open.letter(), sound) ->
                    Uni.createFrom()
                            .item(
                                    decideEvent(
                                            open,
                                            ask,
                                            "it is an event of tenant %s, and the letter is of %s."
                                                    .formatted(
                                                            sound.tenantId(),
                                                            open.letter().tenantId()),
                                            false,
                                            false));
            case CopyCheck.Finding.Sound sound ->
                    rows.movedOn(session, sound)
                            .map(movedOn -> decideEvent(open, ask, null, movedOn, sound.deletes()));
        };
    }

    /** Whoever may correct one tenant's letters does not speak for another one by them. */
    private static boolean isOfAnother(Letter letter, CopyCheck.Finding.Sound sound) {
        String tenant = letter.tenantId();
        return tenant != null && !tenant.equals(sound.tenantId());
    }

    private ReplayDecider.Plan decideEvent(
            OpenLetter open, Ask ask, @Nullable String problem, boolean movedOn, boolean deletes) {
        Letter letter = open.letter();
        return ReplayDecider.decide(
                new ReplayDecider.Letter.Event(
                        letter.status(),
                        letter.replays(),
                        sameAgain(letter),
                        ask.forced(),
                        letter.raw() != null,
                        letter.edited() != null,
                        problem,
                        movedOn,
                        deletes));
    }
}
