package io.leasehold.state.tfstate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leasehold.ledger.api.OutputView;
import io.leasehold.ledger.api.Page;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.audit.Audit;
import io.leasehold.state.problem.Refusal;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;

/** The allowed outputs of each stack's newest successful run, read from the state it left. */
@ApplicationScoped
class OutputViews {
    private static final TypeReference<List<String>> NAMES = new TypeReference<>() {};
    private static final String APPLIED =
            """
            select tenant_id, incarnation, stack, generation, outputs_ready, state_version,
                   cast(outputs_allowed as text) as allowed
            from stack_applied
            """;

    private final Mutiny.SessionFactory sessions;
    private final States states;
    private final Audit audit;
    private final ObjectMapper json;

    OutputViews(Mutiny.SessionFactory sessions, States states, Audit audit, ObjectMapper json) {
        this.sessions = sessions;
        this.states = states;
        this.audit = audit;
        this.json = json;
    }

    /** The outputs of a page of stacks; sensitive ones without their values. */
    Uni<Page<OutputView>> list(StackPage page) {
        return sessions.withSession(session ->
                page.bind(
                                session.createNativeQuery(
                                        APPLIED
                                                + "where"
                                                + StackPage.CONDITION
                                                + "order by tenant_id, incarnation, stack limit :most",
                                        Tuple.class))
                        .getResultList()
                        .map(rows -> rows.stream().map(this::applied).toList())
                        .chain(stacks ->
                                ofAll(session, stacks)
                                        .map(views ->
                                                new Page<>(
                                                        views,
                                                        page.of(stacks, Applied::stack).next()))));
    }

    private Uni<List<OutputView>> ofAll(Mutiny.Session session, List<Applied> stacks) {
        return Multi.createFrom()
                .iterable(stacks)
                .onItem()
                .transformToUniAndConcatenate(stack -> ofOne(session, stack))
                .onItem()
                .transformToIterable(views -> views)
                .collect()
                .asList();
    }

    private Uni<List<OutputView>> ofOne(Mutiny.Session session, Applied applied) {
        return states.outputs(session, applied.stack(), applied.stateVersion())
                .onFailure(OutputViews::isKeyDeleted)
                .recoverWithItem(Map.of())
                .map(outputs ->
                        applied.allowed().stream()
                                .filter(outputs::containsKey)
                                .map(name -> view(applied, name, outputs, false))
                                .toList());
    }

    /** What a life left that is unreadable for ever must not hide the outputs of all others. */
    private static boolean isKeyDeleted(Throwable failure) {
        return failure instanceof Refusal refusal && refusal.status() == 410;
    }

    /** One output with its value, sensitive or not. Audited before it is given. */
    Uni<OutputView> one(StackRef stack, String name, String person) {
        return sessions.withTransaction((session, _) ->
                session.createNativeQuery(
                                APPLIED
                                        + """
                                        where tenant_id = :tenant and incarnation = :incarnation
                                          and stack = :stack
                                        """,
                                Tuple.class)
                        .setParameter("tenant", stack.tenantId())
                        .setParameter("incarnation", stack.incarnation())
                        .setParameter("stack", stack.stack())
                        .getSingleResultOrNull()
                        .map(row -> Optional.ofNullable(row).map(this::applied))
                        .map(applied -> applied.orElseThrow(() -> unknown(stack, name)))
                        .chain(applied -> value(session, applied, name))
                        .call(_ ->
                                audit.record(
                                        session, person, "read-output", stack + " " + name, null)));
    }

    private Uni<OutputView> value(Mutiny.Session session, Applied applied, String name) {
        if (!applied.allowed().contains(name)) {
            throw unknown(applied.stack(), name);
        }
        return states.outputs(session, applied.stack(), applied.stateVersion())
                .map(outputs -> {
                    if (!outputs.containsKey(name)) {
                        throw unknown(applied.stack(), name);
                    }
                    return view(applied, name, outputs, true);
                });
    }

    private static OutputView view(
            Applied applied, String name, Map<String, StateOutput> outputs, boolean reveal) {
        StateOutput output = outputs.get(name);
        if (output == null) {
            throw unknown(applied.stack(), name);
        }
        return new OutputView(
                applied.stack(),
                name,
                output.sensitive(),
                output.sensitive() && !reveal ? null : output.value(),
                applied.generation(),
                applied.ready());
    }

    private static Refusal unknown(StackRef stack, String name) {
        return new Refusal(
                404,
                "OUTPUT_UNKNOWN",
                "%s has no output %s: none was applied, or its blueprint does not publish it"
                        .formatted(stack, name));
    }

    private Applied applied(Tuple row) {
        try {
            return new Applied(
                    VersionRow.stack(row),
                    StateRows.number(row, "generation"),
                    row.get("outputs_ready", Boolean.class),
                    StateRows.number(row, "state_version"),
                    json.readValue(row.get("allowed", String.class), NAMES));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("outputs_allowed of a stack cannot be read", e);
        }
    }

    private record Applied(
            StackRef stack,
            long generation,
            boolean ready,
            long stateVersion,
            List<String> allowed) {}
}
