package io.leasehold.state.doctor;

import io.leasehold.state.retention.Partitions;
import io.leasehold.state.retention.Rounds;
import io.leasehold.state.schema.SchemaLevels;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Gathers what the database knows, question by question in one session. Safe to share. */
@ApplicationScoped
class LedgerLook {
    private final DoctorRows rows;
    private final SchemaLevels schema;
    private final Partitions partitions;
    private final Rounds rounds;
    private final Clock clock;

    LedgerLook(
            DoctorRows rows,
            SchemaLevels schema,
            Partitions partitions,
            Rounds rounds,
            Clock clock) {
        this.rows = rows;
        this.schema = schema;
        this.partitions = partitions;
        this.rounds = rounds;
        this.clock = clock;
    }

    /**
     * What was seen.
     *
     * @param wrapping the ids of master keys that wrap some data key
     * @param rotating a rotation is at work
     */
    record Seen(Facts.Ledger ledger, List<String> wrapping, boolean rotating) {}

    private record Basis(Duration serviceAhead, long bytes, SchemaLevels.Levels levels) {
        Facts.Ledger ledger(@Nullable Duration pulse, Facts.@Nullable Work work) {
            return new Facts.Ledger(new Facts.Clock(serviceAhead, pulse), levels, bytes, work);
        }
    }

    /** Of a schema that this service does not work on no more is asked than which it is. */
    Uni<Seen> look(Mutiny.Session session) {
        return basis(session)
                .chain(basis ->
                        basis.levels().fit().works()
                                ? whole(session, basis)
                                : Uni.createFrom()
                                        .item(
                                                new Seen(
                                                        basis.ledger(null, null),
                                                        List.of(),
                                                        false)));
    }

    private Uni<Basis> basis(Mutiny.Session session) {
        Instant asked = clock.instant();
        return rows.basics(session)
                .chain(basics -> {
                    Duration way = Duration.between(asked, clock.instant());
                    Instant middle = asked.plus(way.dividedBy(2));
                    return schema.read(session)
                            .map(levels ->
                                    new Basis(
                                            Duration.between(basics.clock(), middle),
                                            basics.bytes(),
                                            levels));
                });
    }

    private Uni<Seen> whole(Mutiny.Session session, Basis basis) {
        return Uni.combine()
                .all()
                .unis(
                        rows.pulse(session),
                        work(session),
                        rows.wrapping(session),
                        rows.rotating(session))
                .usingConcurrencyOf(1)
                .asTuple()
                .map(seen ->
                        new Seen(
                                basis.ledger(seen.getItem1(), seen.getItem2()),
                                seen.getItem3(),
                                seen.getItem4()));
    }

    private Uni<Facts.Work> work(Mutiny.Session session) {
        return rows.breakers(session).chain(breakers -> work(session, breakers));
    }

    private Uni<Facts.Work> work(Mutiny.Session session, List<Facts.Since> breakers) {
        return Uni.combine()
                .all()
                .unis(
                        rows.leases(session),
                        rows.personsLocks(session),
                        rows.shards(session),
                        rows.workers(session),
                        rows.holds(session),
                        rounds(session),
                        tables(session),
                        rows.letters(session),
                        rows.failed(session))
                .usingConcurrencyOf(1)
                .asTuple()
                .map(all ->
                        new Facts.Work(
                                all.getItem1(),
                                all.getItem2(),
                                all.getItem3(),
                                all.getItem4(),
                                all.getItem5(),
                                breakers,
                                all.getItem6(),
                                all.getItem7(),
                                all.getItem8(),
                                all.getItem9()));
    }

    private Uni<List<Facts.Round>> rounds(Mutiny.Session session) {
        return rounds.ended(session)
                .map(ended -> {
                    Instant now = clock.instant();
                    return ended.entrySet().stream()
                            .map(each ->
                                    new Facts.Round(
                                            each.getKey(),
                                            each.getValue()
                                                    .map(at -> Duration.between(at, now))
                                                    .orElse(null)))
                            .toList();
                });
    }

    private Uni<List<Facts.Partitioned>> tables(Mutiny.Session session) {
        return table(session, "audit")
                .chain(audit -> table(session, "run_log").map(runLog -> List.of(audit, runLog)));
    }

    private Uni<Facts.Partitioned> table(Mutiny.Session session, String table) {
        return partitions
                .end(session, table)
                .chain(end ->
                        rows.rest(session, table)
                                .map(rest ->
                                        new Facts.Partitioned(
                                                table,
                                                Duration.between(clock.instant(), end),
                                                rest)));
    }
}
