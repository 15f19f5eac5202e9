package io.leasehold.state.lease;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.sealing.Sealer;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Opens what the planner sealed for a run. Safe to share. */
@ApplicationScoped
public class SealedInputs {
    private static final TypeReference<List<String>> NAMES = new TypeReference<>() {};

    private final Sealer sealer;
    private final ObjectMapper json;

    /** Opens with {@code sealer}. */
    public SealedInputs(Sealer sealer, ObjectMapper json) {
        this.sealer = sealer;
        this.json = json;
    }

    JsonNode open(StackRef stack, byte[] inputs) {
        try {
            return json.readTree(sealer.open(inputs, "inputs:" + stack.key()));
        } catch (IOException e) {
            throw new UncheckedIOException("the inputs of a revision are not readable", e);
        }
    }

    List<String> endpoints(String list) {
        try {
            return json.readValue(list, NAMES);
        } catch (IOException e) {
            throw new UncheckedIOException("the endpoints of a revision are not readable", e);
        }
    }
}
