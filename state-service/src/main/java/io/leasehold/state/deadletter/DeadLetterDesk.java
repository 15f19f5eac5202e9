package io.leasehold.state.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.leasehold.events.ErrorCode;
import io.leasehold.events.intake.MergePatch;
import io.leasehold.ledger.api.DeadLetterEdit;
import io.leasehold.ledger.api.DeadLetterView;
import io.leasehold.ledger.api.LetterDiscard;
import io.leasehold.ledger.api.RawHeader;
import io.leasehold.ledger.api.RawRecord;
import io.leasehold.ledger.api.RepairReply;
import io.leasehold.ledger.api.SourcePosition;
import io.leasehold.state.audit.Audit;
import io.leasehold.state.audit.Reason;
import io.leasehold.state.problem.Refusal;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** What operators do with dead letters; every act is audited. Safe to share. */
@ApplicationScoped
public class DeadLetterDesk {
    /** Nothing brings a discarded letter back, so more is to be said of it than of a replay. */
    private static final int SHORTEST_REASON = 10;

    /** So many places in a refusal tell what the matter is. */
    private static final int NAMED = 10;

    private final Mutiny.SessionFactory sessions;
    private final LetterRows rows;
    private final LetterBytes bytes;
    private final CopyCheck check;
    private final Audit audit;
    private final Clock clock;

    /** Works on {@code rows}. */
    public DeadLetterDesk(
            Mutiny.SessionFactory sessions,
            LetterRows rows,
            LetterBytes bytes,
            CopyCheck check,
            Audit audit,
            Clock clock) {
        this.sessions = sessions;
        this.rows = rows;
        this.bytes = bytes;
        this.check = check;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * One letter.
     *
     * @param raw with its exact bytes, else redacted; the audit tells which
     */
    Uni<DeadLetterView> show(String actor, String id, boolean raw) {
        String action = raw ? "read-dead-letter" : "show-dead-letter";
        return sessions.withTransaction(session ->
                find(session, id)
                        .call(letter -> audit.record(session, letter.deed(actor, action, null)))
                        .chain(letter -> bytes.open(session, letter))
                        .map(open -> raw ? open : open.redacted())
                        .map(open -> open.letter().full(open.original(), open.corrected(), !raw)));
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
        RawRecord copy = copy(letter, original, edit, corrected(letter, original, edit));
        refuseRedacted(open.redactedPartsOf(copy));
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
                                .map(_ -> new OpenLetter(letter, original, copy).redacted())
                                .map(seen ->
                                        letter.view(
                                                remedy, seen.original(), seen.corrected(), true)));
    }

    /** It would pass every check, and a tenant would get the words of the redaction. */
    private static void refuseRedacted(List<String> parts) {
        if (!parts.isEmpty()) {
            String more = parts.size() > NAMED ? " and " + (parts.size() - NAMED) + " more" : "";
            throw new Refusal(
                    400,
                    "EDIT_REDACTED",
                    "These hold what the letter's redaction says in place of what was sent: "
                            + String.join(", ", parts.subList(0, Math.min(NAMED, parts.size())))
                            + more
                            + ". Correct the exact bytes (raw=true), or send a patch of what"
                            + " differs.");
        }
    }

    private static byte[] corrected(
            Letter letter, @Nullable RawRecord original, DeadLetterEdit edit) {
        String value = edit.value();
        String patch = edit.patch();
        if ((value == null) == (patch == null)) {
            throw new Refusal(400, "EDIT_INVALID", "Give either a value or a patch.");
        }
        return patch == null
                ? Objects.requireNonNull(value).getBytes(UTF_8)
                : patched(letter, original, patch);
    }

    /** What ended the reader is not read here either. */
    private static byte[] patched(Letter letter, @Nullable RawRecord original, String patch) {
        byte[] value = original == null ? null : original.value();
        if (value == null || letter.code().equals(ErrorCode.POISON.name())) {
            throw new Refusal(
                    409,
                    "PATCH_IMPOSSIBLE",
                    "There is no value here that can be read to patch it: give a whole one.");
        }
        return switch (MergePatch.apply(patch.getBytes(UTF_8), value)) {
            case MergePatch.Result.Patched done -> done.value().getBytes(UTF_8);
            case MergePatch.Result.NoPatch wrong ->
                    throw new Refusal(400, "PATCH_INVALID", "The patch: " + wrong.reason());
            case MergePatch.Result.NoTarget wrong ->
                    throw new Refusal(
                            409,
                            "PATCH_IMPOSSIBLE",
                            "The original value: " + wrong.reason() + ". Give a whole one.");
        };
    }

    private RawRecord copy(
            Letter letter, @Nullable RawRecord original, DeadLetterEdit edit, byte[] value) {
        SourcePosition origin = letter.origin();
        if (origin == null) {
            throw new IllegalStateException("the letter of an event has an origin");
        }
        List<RawHeader> headers = edit.headers();
        if (headers == null) {
            headers = original == null ? List.of() : original.headers();
        }
        return new RawRecord(origin, clock.millis(), key(letter, original, edit), value, headers);
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

    Uni<RepairReply> discard(String actor, String id, LetterDiscard request) {
        if (request.execute()) {
            Reason.required(request.reason(), SHORTEST_REASON);
        }
        return sessions.withTransaction(session ->
                rows.lock(session, id)
                        .map(letter -> LetterRows.known(letter, id))
                        .chain(letter -> discard(session, actor, letter, request)));
    }

    private Uni<RepairReply> discard(
            Mutiny.Session session, String actor, Letter letter, LetterDiscard request) {
        if (!letter.status().equals("OPEN")) {
            return Uni.createFrom()
                    .item(
                            new RepairReply(
                                    false, "The letter is closed as " + letter.status() + "."));
        }
        String rest =
                letter.isRun()
                        ? " The stack stays failed: a newer generation is what makes it run again."
                        : " What the event wanted never comes.";
        return request.execute()
                ? rows.close(session, letter.id(), "DISCARDED", letter.replays())
                        .chain(() ->
                                audit.record(
                                        session,
                                        letter.deed(
                                                actor,
                                                "discard-dead-letter",
                                                request.reason().strip())))
                        .replaceWith(new RepairReply(true, "The letter is discarded." + rest))
                : Uni.createFrom()
                        .item(
                                new RepairReply(
                                        false, "Would close the letter as discarded." + rest));
    }

    private Uni<Letter> find(Mutiny.Session session, String id) {
        return rows.find(session, id).map(letter -> LetterRows.known(letter, id));
    }

    private Uni<Letter> lock(Mutiny.Session session, String id) {
        return rows.lock(session, id).map(letter -> LetterRows.known(letter, id));
    }
}
