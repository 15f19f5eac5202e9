package io.leasehold.state.run;

import io.leasehold.ledger.api.Delta;
import io.leasehold.ledger.api.Page;
import io.leasehold.ledger.api.RunView;
import io.leasehold.state.problem.Refusal;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.time.Instant;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Runs, for people. Safe to share. */
@ApplicationScoped
public class RunViews {
    private static final String SELECT =
            "select "
                    + RunRow.COLUMNS
                    + """
                    , r.worker, r.add_count, r.change_count, r.destroy_count, r.code, r.message,
                    r.cancel_by, r.cancel_reason,
                    cast(extract(epoch from r.cancel_at) * 1000 as bigint) as cancel_millis,
                    cast(r.operation as text) as operation, r.asked_by, r.asked_reason,
                    cast(extract(epoch from r.finished_at) * 1000 as bigint) as finished_millis
                    from run r
                    """;

    private final Mutiny.SessionFactory sessions;
    private final OperationText text;

    /** Reads through {@code sessions}. */
    public RunViews(Mutiny.SessionFactory sessions, OperationText text) {
        this.sessions = sessions;
        this.text = text;
    }

    /** Which runs to list. */
    record PageOf(
            @Nullable String tenant, @Nullable String stack, @Nullable String after, int limit) {}

    /** Only what is asked for is in the statement: a tenant's runs are found by its own index. */
    Uni<Page<RunView>> list(PageOf page) {
        String sql =
                SELECT
                        + "where r.run_id < coalesce(cast(:after as text), 'z')"
                        + (page.tenant() == null ? "" : " and r.tenant_id = :tenant")
                        + (page.stack() == null ? "" : " and r.stack = :stack")
                        + " order by r.run_id desc limit :limit";
        return sessions.withSession(
                        session -> {
                            Mutiny.SelectionQuery<Tuple> query =
                                    session.createNativeQuery(sql, Tuple.class)
                                            .setParameter("after", page.after())
                                            .setParameter("limit", page.limit());
                            if (page.tenant() != null) {
                                query.setParameter("tenant", page.tenant());
                            }
                            if (page.stack() != null) {
                                query.setParameter("stack", page.stack());
                            }
                            return query.getResultList();
                        })
                .map(rows -> {
                    List<RunView> views = rows.stream().map(this::view).toList();
                    return new Page<>(
                            views, views.size() < page.limit() ? null : views.getLast().runId());
                });
    }

    /** One run; refuses with RUN_UNKNOWN when there is none. */
    public Uni<RunView> show(String runId) {
        return sessions.withSession(session ->
                        session.createNativeQuery(SELECT + "where r.run_id = :run", Tuple.class)
                                .setParameter("run", runId)
                                .getSingleResultOrNull())
                .map(row -> {
                    if (row == null) {
                        throw new Refusal(404, "RUN_UNKNOWN", "There is no run " + runId + ".");
                    }
                    return view(row);
                });
    }

    private RunView view(Tuple row) {
        RunRow run = RunRow.of(row);
        return new RunView(
                run.runId(),
                run.stack(),
                run.kind(),
                run.phase(),
                run.result(),
                run.generation(),
                run.revision(),
                run.attempt(),
                row.get("worker", String.class),
                new Delta(
                        row.get("add_count", Integer.class),
                        row.get("change_count", Integer.class),
                        row.get("destroy_count", Integer.class)),
                row.get("code", String.class),
                row.get("message", String.class),
                run.startedAt().toString(),
                time(row, "finished_millis"),
                cancel(row),
                asked(row));
    }

    private static RunView.@Nullable Cancel cancel(Tuple row) {
        String at = time(row, "cancel_millis");
        return at == null
                ? null
                : new RunView.Cancel(
                        at,
                        row.get("cancel_by", String.class),
                        row.get("cancel_reason", String.class));
    }

    private static @Nullable String time(Tuple row, String column) {
        Long millis = row.get(column, Long.class);
        return millis == null ? null : Instant.ofEpochMilli(millis).toString();
    }

    private RunView.@Nullable Asked asked(Tuple row) {
        String operation = row.get("operation", String.class);
        return operation == null
                ? null
                : new RunView.Asked(
                        text.read(operation),
                        row.get("asked_by", String.class),
                        row.get("asked_reason", String.class));
    }
}
