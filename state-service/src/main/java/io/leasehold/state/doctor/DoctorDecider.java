package io.leasehold.state.doctor;

import io.leasehold.ledger.api.DoctorView.Finding;
import io.leasehold.ledger.api.DoctorView.Severity;
import io.leasehold.state.schema.SchemaLevels;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Decides what is wrong, how bad that is, and what to do. Pure. */
final class DoctorDecider {
    private DoctorDecider() {}

    /**
     * From when on something is wrong.
     *
     * @param databaseBytes how large the database may get; 0 for as it likes
     */
    record Limits(
            Duration clock,
            Duration pulse,
            Duration outbox,
            Duration worker,
            Duration retention,
            Duration partitions,
            long freeBytes,
            long databaseBytes) {}

    /** What is wrong, the worst first. */
    static List<Finding> decide(Facts facts, Limits limits) {
        List<Finding> findings = new ArrayList<>();
        machine(facts.machine(), limits).ifPresent(findings::add);
        if (facts.keys() != null) {
            facts.keys().masters().stream()
                    .flatMap(key -> key(key, facts.keys().rotating()))
                    .forEach(findings::add);
        }
        if (facts.ledger() == null) {
            findings.add(away());
        } else {
            findings.addAll(ledger(facts.ledger(), facts.machine(), limits));
        }
        findings.sort(Comparator.comparing(Finding::severity));
        return List.copyOf(findings);
    }

    private static Finding away() {
        return error(
                "DATABASE_AWAY",
                "The service runs, but its database does not answer: nothing is taken in, claimed"
                        + " or written; workers wait and lose nothing.",
                "Look at Postgres and the network to it. Nothing must be restarted here: /q/health/ready"
                        + " says when it is back.");
    }

    private static Optional<Finding> machine(Facts.Machine machine, Limits limits) {
        return machine.freeBytes() >= limits.freeBytes()
                ? Optional.empty()
                : Optional.of(
                        error(
                                "TEMP_SPACE_LOW",
                                "In %s, where the service keeps temporary files, %s are free."
                                        .formatted(
                                                machine.folder(), Words.size(machine.freeBytes())),
                                "Free space there: df -h " + machine.folder()));
    }

    private static Stream<Finding> key(Facts.MasterKey key, boolean rotating) {
        if (!key.known()) {
            return Stream.of(
                    error(
                            "MASTER_KEY_MISSING",
                            "Data keys are wrapped by the master key %s, which this service was not"
                                            .formatted(key.id())
                                    + " given: what they sealed cannot be read.",
                            "Put its line back into the file of leasehold.sealing.keyset-file:"
                                    + " leasehold keys shows what it wraps."));
        }
        if (!key.works()) {
            return Stream.of(
                    error(
                            "MASTER_KEY_FAILS",
                            "The master key %s does not wrap and unwrap now.".formatted(key.id()),
                            "For a key in a KMS look at the KMS and the credentials for it; the log"
                                    + " of the service says what it answered."));
        }
        return key.wraps() && !key.first() && !rotating
                ? Stream.of(
                        warning(
                                "MASTER_KEY_RETIRED",
                                "Data keys are still wrapped by %s, which is not the first master"
                                                .formatted(key.id())
                                        + " key any more; it cannot be removed.",
                                "leasehold keys rotate --reason '…'"))
                : Stream.empty();
    }

    private static List<Finding> ledger(Facts.Ledger ledger, Facts.Machine machine, Limits limits) {
        List<Finding> findings = new ArrayList<>();
        clock(ledger.clock(), limits).forEach(findings::add);
        schema(ledger.schema()).ifPresent(findings::add);
        if (limits.databaseBytes() > 0 && ledger.bytes() > limits.databaseBytes() / 10 * 9) {
            findings.add(large(ledger.bytes(), limits.databaseBytes()));
        }
        Facts.Work work = ledger.work();
        if (work != null) {
            findings.addAll(WorkFindings.of(work, machine.up(), limits));
        }
        return findings;
    }

    private static Stream<Finding> clock(Facts.Clock clock, Limits limits) {
        List<Finding> findings = new ArrayList<>();
        if (clock.serviceAhead().abs().compareTo(limits.clock()) > 0) {
            findings.add(
                    warning(
                            "CLOCK_DIFFERS",
                            "The clock of the service is %s %s the database's."
                                    .formatted(
                                            Words.time(clock.serviceAhead().abs()),
                                            clock.serviceAhead().isNegative()
                                                    ? "behind"
                                                    : "ahead of"),
                            "Let both machines keep their time: timedatectl status"));
        }
        if (clock.pulse() != null && clock.pulse().compareTo(limits.pulse()) > 0) {
            findings.add(
                    error(
                            "PULSE_STOPPED",
                            "Service time stands still for %s: no lease ends, so nothing of a lost"
                                            .formatted(Words.time(clock.pulse()))
                                    + " worker is taken over.",
                            "Look for \"pulse missed\" in the log of the service; restart it if it"
                                    + " says nothing."));
        }
        return findings.stream();
    }

    private static Optional<Finding> schema(SchemaLevels.Levels levels) {
        String both =
                "The database is at migration %s, this service was made for %d"
                        .formatted(levels.level(), levels.own());
        return switch (levels.fit()) {
            case SAME -> Optional.empty();
            case NEWER ->
                    Optional.of(
                            warning(
                                    "SCHEMA_NEWER",
                                    both + " and works on, beside a newer version.",
                                    "End the upgrade: replace this replica too."));
            case TOO_NEW ->
                    Optional.of(
                            error(
                                    "SCHEMA_TOO_NEW",
                                    both + ", which does not work on it any more.",
                                    "Replace this replica with the newer version."));
            case TOO_OLD ->
                    Optional.of(
                            error(
                                    "SCHEMA_TOO_OLD",
                                    both + ", as after a restore of an older backup.",
                                    "Restart the service: it brings its schema with it at start."));
            case MISSING ->
                    Optional.of(
                            error(
                                    "SCHEMA_MISSING",
                                    "The database has no schema.",
                                    "Put the backup back, or restart the service to begin from"
                                            + " nothing; leasehold.database.url says which"
                                            + " database it is."));
        };
    }

    private static Finding large(long bytes, long most) {
        return warning(
                "DATABASE_LARGE",
                "The database has %s of the %s of leasehold.doctor.database-size."
                        .formatted(Words.size(bytes), Words.size(most)),
                "Give it more, or keep less: the settings leasehold.retention.* and"
                        + " leasehold.versions.*");
    }

    static Finding error(String code, String what, String remedy) {
        return new Finding(code, Severity.ERROR, what, remedy);
    }

    static Finding warning(String code, String what, String remedy) {
        return new Finding(code, Severity.WARNING, what, remedy);
    }
}
