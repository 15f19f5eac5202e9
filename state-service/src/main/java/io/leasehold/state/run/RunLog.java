package io.leasehold.state.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.leasehold.ledger.api.LogAppend;
import io.leasehold.ledger.api.LogLine;
import io.leasehold.ledger.api.RunKind;
import io.leasehold.state.WorkerThreads;
import io.leasehold.state.problem.Refusal;
import io.leasehold.state.sealing.KeyOwner;
import io.leasehold.state.sealing.Sealer;
import io.leasehold.state.sealing.Sealers;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.io.IOException;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** The logs of runs; every line is sealed. Safe to share. */
@ApplicationScoped
public class RunLog {
    private final Mutiny.SessionFactory sessions;
    private final Runs runs;
    private final Sealers sealers;
    private final WorkerThreads workers;
    private final ObjectMapper json;

    /** Seals with what {@code sealers} give. */
    public RunLog(
            Mutiny.SessionFactory sessions,
            Runs runs,
            Sealers sealers,
            WorkerThreads workers,
            ObjectMapper json) {
        this.sessions = sessions;
        this.runs = runs;
        this.sealers = sealers;
        this.workers = workers;
        this.json = json;
    }

    /** A line on its way into the table; Jackson writes bytes as Base64. */
    private record SealedLine(long seq, long at, String type, byte[] line) {}

    /**
     * Adds lines; those that are there already are left alone. A run under a lease must show it;
     * its log stays its own after the lease has ended.
     */
    Uni<Void> append(String runId, LogAppend append) {
        if (append.lines().isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return sessions.withTransaction(session ->
                runs.find(session, runId)
                        .map(run -> owned(runId, run, append.leaseId()))
                        .chain(run -> sealers.of(session, KeyOwner.of(run.stack())))
                        .chain(sealer -> workers.call(() -> sealed(sealer, runId, append.lines())))
                        .chain(lines -> insert(session, runId, lines)));
    }

    private static RunRow known(String runId, @Nullable RunRow run) {
        if (run == null) {
            throw new Refusal(404, "RUN_UNKNOWN", "There is no run " + runId + ".");
        }
        return run;
    }

    private static RunRow owned(String runId, @Nullable RunRow found, @Nullable String leaseId) {
        RunRow run = known(runId, found);
        if (run.kind() != RunKind.DRIFT && (leaseId == null || !leaseId.equals(run.leaseId()))) {
            throw new Refusal(
                    409, "LEASE_LOST", "The lease shown is not that of run " + runId + ".");
        }
        return run;
    }

    private String sealed(Sealer sealer, String runId, List<LogLine> lines) throws IOException {
        List<SealedLine> sealed =
                lines.stream()
                        .map(line ->
                                new SealedLine(
                                        line.seq(),
                                        line.atMillis(),
                                        line.type(),
                                        sealer.seal(
                                                line.text().getBytes(UTF_8),
                                                context(runId, line.seq()))))
                        .toList();
        return json.writeValueAsString(sealed);
    }

    private static Uni<Void> insert(Mutiny.Session session, String runId, String lines) {
        return session.createNativeQuery(
                        """
                        insert into run_log (run_id, seq, at, type, line)
                        select :run, l.seq, to_timestamp(l.at / 1000.0), l.type, decode(l.line, 'base64')
                        from jsonb_to_recordset(cast(cast(:lines as text) as jsonb))
                            as l (seq bigint, at bigint, type text, line text)
                        on conflict do nothing
                        """)
                .setParameter("run", runId)
                .setParameter("lines", lines)
                .executeUpdate()
                .replaceWithVoid();
    }

    /** Lines with numbers above {@code after}, in order; 404 RUN_UNKNOWN where no such run is. */
    Uni<List<LogLine>> read(String runId, long after, int limit) {
        return sessions.withSession(session ->
                        session.createNativeQuery(
                                        """
                                        select l.seq, cast(extract(epoch from l.at) * 1000 as bigint) as at_millis,
                                               l.type, l.line, r.tenant_id, r.incarnation
                                        from run_log l join run r on r.run_id = l.run_id
                                        where l.run_id = :run and l.seq > :after
                                        order by l.seq limit :limit
                                        """,
                                        Tuple.class)
                                .setParameter("run", runId)
                                .setParameter("after", after)
                                .setParameter("limit", limit)
                                .getResultList()
                                .call(rows ->
                                        rows.isEmpty()
                                                ? runs.find(session, runId)
                                                        .invoke(run -> known(runId, run))
                                                : Uni.createFrom().voidItem()))
                .chain(rows ->
                        rows.isEmpty() ? Uni.createFrom().item(List.of()) : open(runId, rows));
    }

    private Uni<List<LogLine>> open(String runId, List<Tuple> rows) {
        Tuple any = rows.getFirst();
        KeyOwner owner =
                KeyOwner.life(
                        any.get("tenant_id", String.class), any.get("incarnation", Integer.class));
        return sealers.toOpen(
                        owner, rows.stream().map(row -> row.get("line", byte[].class)).toList())
                .chain(sealer ->
                        workers.call(
                                () -> rows.stream().map(row -> line(sealer, runId, row)).toList()));
    }

    private static LogLine line(Sealer sealer, String runId, Tuple row) {
        long seq = row.get("seq", Long.class);
        byte[] text = sealer.open(row.get("line", byte[].class), context(runId, seq));
        return new LogLine(
                seq,
                row.get("at_millis", Long.class),
                row.get("type", String.class),
                new String(text, UTF_8));
    }

    private static String context(String runId, long seq) {
        return "log:" + runId + "/" + seq;
    }
}
