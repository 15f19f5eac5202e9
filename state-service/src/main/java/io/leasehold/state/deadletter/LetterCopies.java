package io.leasehold.state.deadletter;

import io.leasehold.events.Topics;
import io.leasehold.events.outgoing.Fingerprint;
import io.leasehold.ledger.api.LetterCopy;
import io.leasehold.ledger.api.LetterImport;
import io.leasehold.ledger.api.RawRecord;
import io.leasehold.ledger.api.RepairReply;
import io.leasehold.ledger.api.SourcePosition;
import io.leasehold.state.audit.Audit;
import io.leasehold.state.audit.Deed;
import io.leasehold.state.audit.Reason;
import io.leasehold.state.problem.Refusal;
import io.leasehold.state.source.Place;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Objects;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * Gives letters away byte for byte, and takes them in: into another system, or into this one after
 * a restore. Every act is audited. Nobody is told of a letter that comes in: its topic was told
 * when the event failed. Safe to share.
 */
@ApplicationScoped
class LetterCopies {
    private static final String STAGE = "intake";

    private final Mutiny.SessionFactory sessions;
    private final LetterRows rows;
    private final NewLetters letters;
    private final LetterBytes bytes;
    private final Audit audit;

    LetterCopies(
            Mutiny.SessionFactory sessions,
            LetterRows rows,
            NewLetters letters,
            LetterBytes bytes,
            Audit audit) {
        this.sessions = sessions;
        this.rows = rows;
        this.letters = letters;
        this.bytes = bytes;
        this.audit = audit;
    }

    Uni<LetterCopy> give(String actor, String id) {
        return sessions.withTransaction(session ->
                rows.find(session, id)
                        .map(letter -> LetterRows.known(letter, id))
                        .call(letter ->
                                audit.record(
                                        session, letter.deed(actor, "export-dead-letter", null)))
                        .chain(letter -> bytes.open(session, letter))
                        .map(LetterCopies::copy));
    }

    private static LetterCopy copy(OpenLetter open) {
        Letter letter = open.letter();
        return new LetterCopy(
                CopyRules.FORMAT,
                letter.id(),
                letter.kind(),
                letter.status(),
                letter.code(),
                letter.reason(),
                letter.tenantId(),
                letter.incarnation(),
                letter.stack(),
                letter.generation(),
                letter.runId(),
                letter.origin(),
                letter.eventId(),
                letter.eventType(),
                letter.cause().stage(),
                letter.cause().blueprint(),
                letter.replays(),
                letter.at().toString(),
                open.original(),
                open.corrected());
    }

    /** Takes a letter in as open, once: its id is kept. */
    Uni<RepairReply> take(String actor, LetterImport request) {
        if (request.execute()) {
            Reason.required(request.reason());
        }
        LetterCopy copy = request.letter();
        if (copy.kind().equals("RUN")) {
            return said(
                    "The letter "
                            + copy.id()
                            + " is of a run, which failed in the system it was exported from:"
                            + " nothing is taken in.");
        }
        if (!copy.status().equals("OPEN")) {
            return said(
                    "The letter "
                            + copy.id()
                            + " was closed as "
                            + copy.status()
                            + ": nothing is taken in.");
        }
        CopyRules.wrong(copy)
                .ifPresent(wrong -> {
                    throw new Refusal(
                            400,
                            "LETTER_INVALID",
                            "This is not an exported letter: " + wrong + ".");
                });
        return sessions.withTransaction(session ->
                rows.find(session, copy.id())
                        .chain(found ->
                                found == null
                                        ? takeIn(session, actor, request)
                                        : said(
                                                "The letter "
                                                        + copy.id()
                                                        + " is here already, "
                                                        + found.status()
                                                        + ".")));
    }

    private Uni<RepairReply> takeIn(Mutiny.Session session, String actor, LetterImport request) {
        LetterCopy copy = request.letter();
        SourcePosition origin = Objects.requireNonNull(copy.position());
        return rows.isSource(session, origin.topic())
                .invoke(known -> {
                    // Its replay goes to that topic, and to no other than events come from.
                    if (!known && !origin.topic().equals(Topics.TENANT_LIFECYCLE)) {
                        throw new Refusal(
                                409,
                                "TOPIC_UNKNOWN",
                                "No events come here from the topic of the letter.");
                    }
                })
                .chain(() ->
                        request.execute()
                                ? insert(session, copy)
                                        .chain(() -> audit.record(session, deed(actor, request)))
                                        .replaceWith(
                                                new RepairReply(
                                                        true,
                                                        "The letter "
                                                                + copy.id()
                                                                + " is here, open."))
                                : said("Would take in the letter " + copy.id() + ", as open."));
    }

    private static Deed deed(String actor, LetterImport request) {
        LetterCopy copy = request.letter();
        return new Deed(
                actor, "import-dead-letter", copy.id(), copy.tenantId(), request.reason().strip());
    }

    private Uni<Void> insert(Mutiny.Session session, LetterCopy copy) {
        return seal(session, copy, copy.original())
                .chain(original ->
                        seal(session, copy, copy.edited())
                                .chain(edited ->
                                        letters.insert(
                                                session,
                                                copy,
                                                Place.of(Objects.requireNonNull(copy.position())),
                                                Fingerprint.of(
                                                        copy.code(),
                                                        STAGE,
                                                        copy.reason(),
                                                        copy.tenantId()),
                                                original.orElse(null),
                                                edited.orElse(null))));
    }

    private Uni<Optional<byte[]>> seal(
            Mutiny.Session session, LetterCopy copy, @Nullable RawRecord record) {
        return record == null
                ? Uni.createFrom().item(Optional.empty())
                : bytes.seal(session, copy.id(), copy.tenantId(), copy.incarnation(), record)
                        .map(Optional::of);
    }

    private static Uni<RepairReply> said(String what) {
        return Uni.createFrom().item(new RepairReply(false, what));
    }
}
