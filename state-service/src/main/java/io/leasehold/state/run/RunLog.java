package io.leasehold.state.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leasehold.ledger.api.LogAppend;
import io.leasehold.ledger.api.LogLine;
import io.leasehold.ledger.api.RunKind;
import io.leasehold.state.problem.Refusal;
import io.leasehold.state.sealing.Sealer;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** The logs of runs; every line is sealed. Safe to share. */
@ApplicationScoped
public class RunLog {
    private final Mutiny.SessionFactory sessions;
    private final Runs runs;
    private final Sealer sealer;
    private final ObjectMapper json;

    /** Seals with {@code sealer}. */
    public RunLog(Mutiny.SessionFactory sessions, Runs runs, Sealer sealer, ObjectMapper json) {
        this.sessions = sessions;
        this.runs = runs;
        this.sealer = sealer;
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
                        .invoke(run -> mustOwn(runId, run, append.leaseId()))
                        .chain(() -> insert(session, runId, append.lines())));
    }

    private static void mustOwn(String runId, @Nullable RunRow run, @Nullable String leaseId) {
        if (run == null) {
            throw new Refusal(404, "RUN_UNKNOWN", "There is no run " + runId + ".");
        }
        if (run.kind() != RunKind.DRIFT && (leaseId == null || !leaseId.equals(run.leaseId()))) {
            throw new Refusal(
                    409, "LEASE_LOST", "The lease shown is not that of run " + runId + ".");
        }
    }

    private Uni<Void> insert(Mutiny.Session session, String runId, List<LogLine> lines) {
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
        return session.createNativeQuery(
                        """
                        insert into run_log (run_id, seq, at, type, line)
                        select :run, l.seq, to_timestamp(l.at / 1000.0), l.type, decode(l.line, 'base64')
                        from jsonb_to_recordset(cast(cast(:lines as text) as jsonb))
                            as l (seq bigint, at bigint, type text, line text)
                        on conflict do nothing
                        """)
                .setParameter("run", runId)
                .setParameter("lines", written(sealed))
                .executeUpdate()
                .replaceWithVoid();
    }

    private String written(List<SealedLine> lines) {
        try {
            return json.writeValueAsString(lines);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("log lines cannot be written as JSON", e);
        }
    }

    /** Lines with numbers above {@code after}, in order. */
    Uni<List<LogLine>> read(String runId, long after, int limit) {
        return sessions.withSession(session ->
                        session.createNativeQuery(
                                        """
                                        select seq, cast(extract(epoch from at) * 1000 as bigint) as at_millis,
                                               type, line
                                        from run_log where run_id = :run and seq > :after
                                        order by seq limit :limit
                                        """,
                                        Tuple.class)
                                .setParameter("run", runId)
                                .setParameter("after", after)
                                .setParameter("limit", limit)
                                .getResultList())
                .map(rows -> rows.stream().map(row -> line(runId, row)).toList());
    }

    private LogLine line(String runId, Tuple row) {
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
