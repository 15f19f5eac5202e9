package io.leasehold.state.lease;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.WorkerThreads;
import io.leasehold.state.sealing.KeyOwner;
import io.leasehold.state.sealing.Sealers;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;

/** Opens what the planner sealed for a run. Safe to share. */
@ApplicationScoped
public class SealedInputs {
    private static final TypeReference<List<String>> NAMES = new TypeReference<>() {};

    private final Sealers sealers;
    private final WorkerThreads workers;
    private final ObjectMapper json;

    /** Opens with the keys that {@code sealers} find. */
    public SealedInputs(Sealers sealers, WorkerThreads workers, ObjectMapper json) {
        this.sealers = sealers;
        this.workers = workers;
        this.json = json;
    }

    Uni<JsonNode> open(Mutiny.Session session, StackRef stack, byte[] inputs) {
        return sealers.toOpen(session, KeyOwner.of(stack), List.of(inputs))
                .chain(sealer ->
                        workers.call(
                                () -> json.readTree(sealer.open(inputs, "inputs:" + stack.key()))));
    }

    List<String> endpoints(String list) {
        try {
            return json.readValue(list, NAMES);
        } catch (IOException e) {
            throw new UncheckedIOException("the endpoints of a revision are not readable", e);
        }
    }
}
