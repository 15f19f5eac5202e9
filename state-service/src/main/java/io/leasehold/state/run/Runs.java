package io.leasehold.state.run;

import io.leasehold.events.outgoing.RunPhase;
import io.leasehold.ledger.api.RunKind;
import io.leasehold.state.output.OutputSnapshots;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** The rows of runs at work. Safe to share. */
@ApplicationScoped
public class Runs {
    private final RunNews news;
    private final OutputSnapshots outputs;

    /** Tells of phases through {@code news}. */
    public Runs(RunNews news, OutputSnapshots outputs) {
        this.news = news;
        this.outputs = outputs;
    }

    /** The run of that id, or null. */
    public Uni<@Nullable RunRow> find(Mutiny.Session session, String runId) {
        return session.createNativeQuery(
                        "select " + RunRow.COLUMNS + " from run r where r.run_id = :run",
                        Tuple.class)
                .setParameter("run", runId)
                .getSingleResultOrNull()
                .map(row -> row == null ? null : RunRow.of(row));
    }

    /**
     * Notes that a run entered a phase, and tells of it. What begins to apply makes the outputs
     * that are published unready. The caller holds the lock on the stack row and calls once per
     * phase.
     */
    public Uni<Void> entered(
            Mutiny.Session session, String runId, io.leasehold.ledger.api.RunPhase phase) {
        return session.createNativeQuery(
                        "update run r set phase = :phase where run_id = :run returning "
                                + RunRow.COLUMNS,
                        Tuple.class)
                .setParameter("phase", phase.name())
                .setParameter("run", runId)
                .getSingleResult()
                .map(RunRow::of)
                // What operators do to states is no step towards what is wanted: it is told nobody.
                .chain(run ->
                        run.kind() == RunKind.STATE
                                ? Uni.createFrom().voidItem()
                                : told(session, run, phase));
    }

    private Uni<Void> told(
            Mutiny.Session session, RunRow run, io.leasehold.ledger.api.RunPhase phase) {
        return switch (phase) {
            case ASKED, CLAIMED, PREPARING, FINISHED -> Uni.createFrom().voidItem();
            case PLANNING -> news.tell(session, run, RunNews.Step.of(RunPhase.PLANNING));
            case APPLYING -> applying(session, run);
        };
    }

    private Uni<Void> applying(Mutiny.Session session, RunRow run) {
        Uni<Void> told = news.tell(session, run, RunNews.Step.of(RunPhase.APPLYING));
        return run.kind() == RunKind.APPLY
                ? outputs.notReady(session, run.stack()).chain(() -> told)
                : told;
    }
}
