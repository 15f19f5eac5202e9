package io.leasehold.state.lease;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leasehold.state.WorkerThreads;
import io.leasehold.state.problem.Refusal;
import io.leasehold.state.sealing.KeyOwner;
import io.leasehold.state.sealing.Sealer;
import io.leasehold.state.sealing.Sealers;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;

/** Opens what the planner sealed for a run. Safe to share. */
@ApplicationScoped
public class SealedInputs {
    private static final Logger LOGGER = Logger.getLogger(SealedInputs.class);
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

    /** What came of opening one. */
    sealed interface Opening {}

    /** What the planner sealed, in the clear, and what a run may reach. */
    record Opened(JsonNode inputs, List<String> endpoints) implements Opening {}

    /** It could not be opened, for this reason, which is for people. */
    record Closed(String reason) implements Opening {}

    Uni<Opened> open(Mutiny.Session session, DueRun due) {
        return sealers.toOpen(session, KeyOwner.of(due.stack()), List.of(due.inputs()))
                .chain(sealer -> workers.call(() -> opened(sealer, due)));
    }

    /**
     * The same; where that fails, {@code otherwise} is done in the same transaction with the
     * reason, for people, and nothing is given. It must put the stack out of the way: one that
     * nobody can open would else fail every claim that meets it, and nobody would get anything.
     */
    Uni<Optional<Opened>> openOr(
            Mutiny.Session session, DueRun due, Function<String, Uni<Void>> otherwise) {
        return open(session, due)
                .map(Optional::of)
                .onFailure()
                .recoverWithUni(failure ->
                        otherwise
                                .apply(closed(due, failure).reason())
                                .onFailure()
                                // The transaction is broken: that is what there is to say.
                                .transform(_ -> failure)
                                .replaceWith(Optional.<Opened>empty()));
    }

    /** Opens each of these, in their order; one that cannot be opened keeps no other from it. */
    Uni<List<Opening>> open(Mutiny.Session session, List<DueRun> all) {
        return sealers.toOpen(session, all.stream().map(due -> KeyOwner.of(due.stack())).toList())
                .chain(sealer -> workers.call(() -> openings(sealer, all)))
                .onFailure()
                // A key of one of them cannot be had: that is not to be said of the others.
                .recoverWithUni(() -> alone(session, all));
    }

    private List<Opening> openings(Function<KeyOwner, Sealer> sealer, List<DueRun> all) {
        List<Opening> openings = new ArrayList<>();
        for (DueRun due : all) {
            try {
                openings.add(opened(sealer.apply(KeyOwner.of(due.stack())), due));
            } catch (IOException | RuntimeException failure) {
                openings.add(closed(due, failure));
            }
        }
        return openings;
    }

    private Uni<List<Opening>> alone(Mutiny.Session session, List<DueRun> all) {
        return Multi.createFrom()
                .iterable(all)
                .onItem()
                .transformToUniAndConcatenate(due ->
                        open(session, due)
                                .map(Opening.class::cast)
                                .onFailure()
                                .recoverWithItem(failure -> closed(due, failure)))
                .collect()
                .asList();
    }

    private static Closed closed(DueRun due, Throwable failure) {
        LOGGER.warnf(
                "inputs not opened, the stack is passed over stack=%s reason=%s",
                due.stack(), failure.getMessage());
        return new Closed("its inputs cannot be opened" + why(failure));
    }

    private static String why(Throwable failure) {
        return failure instanceof Refusal refusal
                ? " (%s: %s)".formatted(refusal.code(), refusal.getMessage())
                : " (the log of the service says why)";
    }

    private Opened opened(Sealer sealer, DueRun due) throws IOException {
        byte[] inputs = sealer.open(due.inputs(), "inputs:" + due.stack().key());
        return new Opened(json.readTree(inputs), json.readValue(due.endpoints(), NAMES));
    }
}
