package io.leasehold.state.deadletter;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.leasehold.events.Header;
import io.leasehold.ledger.api.RawHeader;
import io.leasehold.ledger.api.RawRecord;
import io.leasehold.state.WorkerThreads;
import io.leasehold.state.problem.Refusal;
import io.leasehold.state.sealing.Sealers;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * Seals the bytes of letters and opens them again, byte for byte: with the key of the life that
 * they are about, or the platform's where that life is not known. Safe to share.
 */
@ApplicationScoped
public class LetterBytes {
    private final Sealers sealers;
    private final WorkerThreads workers;
    private final ObjectMapper json;

    /** Seals with what {@code sealers} give. */
    public LetterBytes(Sealers sealers, WorkerThreads workers, ObjectMapper json) {
        this.sealers = sealers;
        this.workers = workers;
        this.json = json;
    }

    Uni<byte[]> seal(
            Mutiny.Session session,
            String letterId,
            @Nullable String tenantId,
            @Nullable Integer incarnation,
            RawRecord raw) {
        return sealers.ofLifeOrPlatform(session, tenantId, incarnation)
                .chain(sealer ->
                        workers.call(
                                () -> sealer.seal(json.writeValueAsBytes(raw), context(letterId))));
    }

    /** The letter with what it holds. */
    Uni<OpenLetter> open(Mutiny.Session session, Letter letter) {
        return open(session, letter, letter.raw())
                .chain(original ->
                        open(session, letter, letter.edited())
                                .map(corrected ->
                                        new OpenLetter(
                                                letter,
                                                original.orElse(null),
                                                corrected.orElse(null))));
    }

    private Uni<Optional<RawRecord>> open(
            Mutiny.Session session, Letter letter, byte @Nullable [] sealed) {
        if (sealed == null) {
            return Uni.createFrom().item(Optional.empty());
        }
        return sealers.toOpen(session, letter.tenantId(), letter.incarnation(), sealed)
                .chain(sealer ->
                        workers.call(() ->
                                Optional.of(
                                        json.readValue(
                                                sealer.open(sealed, context(letter.id())),
                                                RawRecord.class))))
                .onFailure(IllegalStateException.class)
                .transform(_ ->
                        new Refusal(
                                409,
                                "LETTER_UNREADABLE",
                                "What letter %s holds cannot be opened: let upstream publish it anew."
                                        .formatted(letter.id())));
    }

    private static String context(String letterId) {
        return "dead-letter:" + letterId;
    }

    /** The contract's form of headers. */
    static List<Header> contract(List<RawHeader> headers) {
        return headers.stream().map(h -> new Header(h.name(), h.value())).toList();
    }

    /** The wire's form of headers. */
    static List<RawHeader> wire(List<Header> headers) {
        return headers.stream().map(h -> new RawHeader(h.name(), h.value())).toList();
    }
}
