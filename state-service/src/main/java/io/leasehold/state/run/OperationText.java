package io.leasehold.state.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leasehold.ledger.api.StateOperation;
import jakarta.enterprise.context.ApplicationScoped;

/** Operations on states as the ledger keeps them, in JSON. Safe to share. */
@ApplicationScoped
public class OperationText {
    private final ObjectMapper json;

    /** Reads and writes with this mapper. */
    public OperationText(ObjectMapper json) {
        this.json = json;
    }

    /** For the ledger. */
    public String write(StateOperation operation) {
        try {
            return json.writerFor(StateOperation.class).writeValueAsString(operation);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record of texts can be written", e);
        }
    }

    /** Out of the ledger. */
    public StateOperation read(String text) {
        try {
            return json.readValue(text, StateOperation.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("what was asked of a run is not readable", e);
        }
    }
}
