package io.leasehold.state.deadletter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leasehold.events.Header;
import io.leasehold.ledger.api.RawHeader;
import io.leasehold.ledger.api.RawRecord;
import io.leasehold.state.sealing.Sealer;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Seals the bytes of letters and opens them again, byte for byte. Safe to share. */
@ApplicationScoped
public class LetterBytes {
    private final Sealer sealer;
    private final ObjectMapper json;

    /** Seals with {@code sealer}. */
    public LetterBytes(Sealer sealer, ObjectMapper json) {
        this.sealer = sealer;
        this.json = json;
    }

    byte[] seal(String letterId, RawRecord raw) {
        try {
            return sealer.seal(json.writeValueAsBytes(raw), context(letterId));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record cannot be written", e);
        }
    }

    RawRecord open(String letterId, byte[] sealed) {
        try {
            return json.readValue(sealer.open(sealed, context(letterId)), RawRecord.class);
        } catch (IOException e) {
            throw new UncheckedIOException("a letter's bytes are not readable", e);
        }
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
