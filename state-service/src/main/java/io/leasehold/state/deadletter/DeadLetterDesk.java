package io.leasehold.state.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.leasehold.ledger.api.DeadLetterEdit;
import io.leasehold.ledger.api.DeadLetterView;
import io.leasehold.ledger.api.Page;
import io.leasehold.ledger.api.RawHeader;
import io.leasehold.ledger.api.RawRecord;
import io.leasehold.ledger.api.ReplayReply;
import io.leasehold.ledger.api.ReplayRequest;
import io.leasehold.ledger.api.SourcePosition;
import io.leasehold.state.audit.Audit;
import io.leasehold.state.audit.Reason;
import io.leasehold.state.problem.Refusal;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** What operators do with dead letters; every act is audited. Safe to share. */
@ApplicationScoped
public class DeadLetterDesk {
    private final Mutiny.SessionFactory sessions;
    private final LetterRows rows;
    private final LetterBytes bytes;
    private final CopyCheck check;
    private final Replays replays;
    private final Audit audit;
    private final Clock clock;

    /** Works on {@code rows}. */
    public DeadLetterDesk(
            Mutiny.SessionFactory sessions,
            LetterRows rows,
            LetterBytes bytes,
            CopyCheck check,
            Replays replays,
            Audit audit,
            Clock clock) {
        this.sessions = sessions;
        this.rows = rows;
        this.bytes = bytes;
        this.check = check;
        this.replays = replays;
        this.audit = audit;
        this.clock = clock;
    }

    Uni<Page<DeadLetterView>> list(LetterRows.PageOf page) {
        return sessions.withSession(session -> rows.page(session, page))
                .map(letters ->
                        new Page<>(
                                letters.stream().map(Letter::brief).toList(),
                                letters.size() < page.limit() ? null : letters.getLast().id()));
    }

    Uni<DeadLetterView> show(String actor, String id) {
        return sessions.withTransaction(session ->
                find(session, id)
                        .call(letter ->
                                audit.record(session, letter.deed(actor, "read-dead-letter", null)))
                        .chain(letter -> bytes.open(session, letter))
                        .map(open -> open.letter().full(open.original(), open.corrected())));
    }

    Uni<DeadLetterView> edit(String actor, String id, DeadLetterEdit edit) {
        Reason.required(edit.reason());
        return sessions.withTransaction(
                session -> lock(session, id).chain(letter -> edit(session, actor, letter, edit)));
    }

    private Uni<DeadLetterView> edit(
            Mutiny.Session session, String actor, Letter letter, DeadLetterEdit edit) {
        if (letter.isRun()) {
            throw new Refusal(
                    409,
                    "NOT_AN_EVENT",
                    "A failed run has no event to correct; publish a new generation.");
        }
        if (!letter.status().equals("OPEN")) {
            throw new Refusal(
                    409, "LETTER_CLOSED", "The letter is closed as " + letter.status() + ".");
        }
        return bytes.open(session, letter).chain(open -> edit(session, actor, open, edit));
    }

    private Uni<DeadLetterView> edit(
            Mutiny.Session session, String actor, OpenLetter open, DeadLetterEdit edit) {
        Letter letter = open.letter();
        RawRecord original = open.original();
        RawRecord copy = copy(letter, original, edit);
        return check.remedy(session, copy)
                .chain(remedy ->
                        bytes.seal(
                                        session,
                                        letter.id(),
                                        letter.tenantId(),
                                        letter.incarnation(),
                                        copy)
                                .chain(sealed -> rows.edited(session, letter.id(), sealed))
                                .chain(() ->
                                        audit.record(
                                                session,
                                                letter.deed(
                                                        actor, "edit-dead-letter", edit.reason())))
                                .map(_ -> letter.view(remedy, original, copy)));
    }

    private RawRecord copy(Letter letter, @Nullable RawRecord original, DeadLetterEdit edit) {
        SourcePosition origin = letter.origin();
        if (origin == null) {
            throw new IllegalStateException("the letter of an event has an origin");
        }
        List<RawHeader> headers = edit.headers();
        if (headers == null) {
            headers = original == null ? List.of() : original.headers();
        }
        return new RawRecord(
                origin,
                clock.millis(),
                key(letter, original, edit),
                edit.value().getBytes(UTF_8),
                headers);
    }

    private static byte @Nullable [] key(
            Letter letter, @Nullable RawRecord original, DeadLetterEdit edit) {
        String key = edit.key();
        if (key != null) {
            return key.getBytes(UTF_8);
        }
        if (original != null) {
            return original.key();
        }
        String tenant = letter.tenantId();
        return tenant == null ? null : tenant.getBytes(UTF_8);
    }

    Uni<ReplayReply> replay(String actor, String id, ReplayRequest request) {
        if (request.execute()) {
            Reason.required(request.reason());
        }
        return sessions.withTransaction(session ->
                        find(session, id)
                                .chain(letter -> plan(session, letter))
                                .chain(planned ->
                                        replays.carryOut(
                                                session,
                                                act(actor, planned, request),
                                                planned.plan())))
                .invoke(reply -> replays.committed(reply.executed()));
    }

    /** A locked letter and what a replay of it does. */
    private record Planned(OpenLetter open, ReplayDecider.Plan plan) {}

    /** Locks the life before the letter, as everybody does. */
    private Uni<Planned> plan(Mutiny.Session session, Letter found) {
        return found.isRun()
                ? rows.standing(session, found)
                        .chain(standing ->
                                lock(session, found.id()).map(letter -> planRun(letter, standing)))
                : lock(session, found.id())
                        .chain(letter -> bytes.open(session, letter))
                        .chain(open -> planEvent(session, open));
    }

    private static Planned planRun(Letter letter, LetterRows.@Nullable Standing standing) {
        return new Planned(
                new OpenLetter(letter, null, null),
                ReplayDecider.decide(
                        new ReplayDecider.Letter.Run(
                                letter.status(),
                                letter.replays(),
                                standing != null && standing.wanted(),
                                standing != null && standing.failed(),
                                standing != null && standing.running())));
    }

    private Uni<Planned> planEvent(Mutiny.Session session, OpenLetter open) {
        RawRecord corrected = open.corrected();
        RawRecord original = open.original();
        if (corrected == null && original == null) {
            return Uni.createFrom().item(planEvent(open, null, false));
        }
        CopyCheck.Finding finding =
                corrected == null
                        ? check.check(open.letter().code(), Objects.requireNonNull(original))
                        : check.check(corrected);
        return switch (finding) {
            case CopyCheck.Finding.Wrong wrong ->
                    Uni.createFrom().item(planEvent(open, wrong.problem(), false));
            case CopyCheck.Finding.Sound sound ->
                    rows.movedOn(session, sound).map(movedOn -> planEvent(open, null, movedOn));
        };
    }

    private static Planned planEvent(OpenLetter open, @Nullable String problem, boolean movedOn) {
        Letter letter = open.letter();
        return new Planned(
                open,
                ReplayDecider.decide(
                        new ReplayDecider.Letter.Event(
                                letter.status(),
                                letter.replays(),
                                letter.raw() != null,
                                letter.edited() != null,
                                problem,
                                movedOn)));
    }

    private static Replays.Act act(String actor, Planned planned, ReplayRequest request) {
        OpenLetter open = planned.open();
        RawRecord corrected = open.corrected();
        Optional<RawRecord> original = Optional.ofNullable(open.original());
        return new Replays.Act(
                actor,
                open.letter(),
                corrected == null ? original : Optional.of(corrected),
                original,
                request);
    }

    private Uni<Letter> find(Mutiny.Session session, String id) {
        return rows.find(session, id).map(letter -> known(letter, id));
    }

    private Uni<Letter> lock(Mutiny.Session session, String id) {
        return rows.lock(session, id).map(letter -> known(letter, id));
    }

    private static Letter known(@Nullable Letter letter, String id) {
        if (letter == null) {
            throw new Refusal(404, "DEAD_LETTER_UNKNOWN", "There is no dead letter " + id + ".");
        }
        return letter;
    }
}
