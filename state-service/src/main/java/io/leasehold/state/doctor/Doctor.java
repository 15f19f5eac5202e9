package io.leasehold.state.doctor;

import io.leasehold.ledger.api.DoctorView;
import io.leasehold.state.WorkerThreads;
import io.leasehold.state.problem.DatabaseFault;
import io.leasehold.state.sealing.KeyWrapping;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.File;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Gathers what is, and has it judged. Answers without its database, too. Safe to share. */
@ApplicationScoped
class Doctor {
    private final Mutiny.SessionFactory sessions;
    private final LedgerLook ledger;
    private final DoctorConfig config;
    private final KeyWrapping keys;
    private final WorkerThreads workers;
    private final Clock clock;
    private final Instant started;

    Doctor(
            Mutiny.SessionFactory sessions,
            LedgerLook ledger,
            DoctorConfig config,
            KeyWrapping keys,
            WorkerThreads workers,
            Clock clock) {
        this.sessions = sessions;
        this.ledger = ledger;
        this.config = config;
        this.keys = keys;
        this.workers = workers;
        this.clock = clock;
        this.started = clock.instant();
    }

    /** Never fails for want of the database: that is a finding. */
    Uni<DoctorView> look() {
        return sessions.withSession(ledger::look)
                .onFailure(failure -> DatabaseFault.of(failure) == DatabaseFault.AWAY)
                .recoverWithNull()
                .chain(seen -> workers.call(() -> facts(seen)))
                .map(facts ->
                        new DoctorView(
                                clock.instant().toString(),
                                DoctorDecider.decide(facts, limits()),
                                Measures.of(facts)));
    }

    /** Blocking: files are looked at, and a KMS is asked. */
    private Facts facts(LedgerLook.@Nullable Seen seen) {
        return seen == null
                ? new Facts(machine(), keys(List.of(), false), null)
                : new Facts(machine(), keys(seen.wrapping(), seen.rotating()), seen.ledger());
    }

    private Facts.Machine machine() {
        File folder = new File(System.getProperty("java.io.tmpdir"));
        return new Facts.Machine(
                Duration.between(started, clock.instant()),
                folder.getPath(),
                folder.getUsableSpace());
    }

    private Facts.Keys keys(List<String> wrapping, boolean rotating) {
        Set<String> known = keys.known();
        Set<String> all = new TreeSet<>(known);
        all.addAll(wrapping);
        String first = keys.primary();
        return new Facts.Keys(
                all.stream()
                        .map(id ->
                                new Facts.MasterKey(
                                        id,
                                        id.equals(first),
                                        known.contains(id),
                                        known.contains(id) && keys.works(id),
                                        wrapping.contains(id)))
                        .toList(),
                rotating);
    }

    private DoctorDecider.Limits limits() {
        return new DoctorDecider.Limits(
                config.clock(),
                config.pulse(),
                config.outbox(),
                config.worker(),
                config.retention(),
                config.partitions(),
                config.freeSpace().asLongValue(),
                config.databaseSize().asLongValue());
    }
}
