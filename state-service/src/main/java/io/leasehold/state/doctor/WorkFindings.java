package io.leasehold.state.doctor;

import static io.leasehold.state.doctor.DoctorDecider.error;
import static io.leasehold.state.doctor.DoctorDecider.warning;

import io.leasehold.ledger.api.DoctorView.Finding;
import io.leasehold.state.outbox.Outbox;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What is wrong with what goes on in the ledger. Pure. */
final class WorkFindings {
    /** A worker that was silent for longer was taken away on purpose, or is known to be gone. */
    private static final Duration FORGOTTEN = Duration.ofDays(1);

    private final Facts.Work work;
    private final Duration up;
    private final DoctorDecider.Limits limits;
    private final List<Finding> findings = new ArrayList<>();

    private WorkFindings(Facts.Work work, Duration up, DoctorDecider.Limits limits) {
        this.work = work;
        this.up = up;
        this.limits = limits;
    }

    static List<Finding> of(Facts.Work work, Duration up, DoctorDecider.Limits limits) {
        WorkFindings all = new WorkFindings(work, up, limits);
        all.locks();
        all.shards();
        all.workers();
        all.holds();
        all.breakers();
        all.rounds();
        all.partitions();
        all.failures();
        return all.findings;
    }

    private void locks() {
        if (!work.leases().isEmpty()) {
            findings.add(
                    error(
                            "LEASE_STUCK",
                            "Leases lie beyond their end and nobody takes them over: "
                                    + said(work.leases()),
                            "Look for \"pulse missed\" in the log of the service; leasehold locks"
                                    + " shows them, leasehold locks release takes one."));
        }
        if (!work.personsLocks().isEmpty()) {
            findings.add(
                    warning(
                            "PERSONS_LOCK_OLD",
                            "A person holds the lock of a state for long, and its stack waits: "
                                    + said(work.personsLocks()),
                            "Ask them; then leasehold locks release TENANT STACK --reason '…'"
                                    + " --even-though-alive ID"));
        }
    }

    private static String said(List<Facts.Since> all) {
        return Words.some(
                        all.stream()
                                .map(each ->
                                        "%s (%s, %s)"
                                                .formatted(
                                                        each.name(),
                                                        each.who(),
                                                        Words.time(each.age())))
                                .toList())
                + ".";
    }

    private void shards() {
        List<String> stray =
                work.shards().stream()
                        .filter(shard -> !shard.known())
                        .map(shard -> "shard %d".formatted(shard.shard()))
                        .toList();
        if (!stray.isEmpty()) {
            findings.add(
                    error(
                            "OUTBOX_STRAY",
                            "Rows of the outbox are in shards that there are not, and nobody publishes"
                                    + " them: "
                                    + Words.some(stray)
                                    + ".",
                            "psql -c 'update outbox set shard = shard %% %d where shard >= %d' \"$DATABASE\""
                                    .formatted(Outbox.SHARDS, Outbox.SHARDS)));
        }
        List<String> lagging =
                work.shards().stream()
                        .filter(Facts.Shard::known)
                        .filter(shard -> shard.oldest().compareTo(limits.outbox()) > 0)
                        .map(shard ->
                                "shard %d (%s, oldest row %s)"
                                        .formatted(
                                                shard.shard(),
                                                shard.publisher() == null
                                                        ? "nobody drains it"
                                                        : shard.publisher(),
                                                Words.time(shard.oldest())))
                        .toList();
        if (!lagging.isEmpty()) {
            findings.add(
                    error(
                            "OUTBOX_LAGS",
                            "What happened is not published: " + Words.some(lagging) + ".",
                            "Look at the health and log of the provisioners with the role publisher,"
                                    + " and at Kafka. Nothing is lost meanwhile."));
        }
    }

    private void workers() {
        List<Facts.Since> silent =
                work.workers().stream()
                        .filter(worker -> worker.age().compareTo(limits.worker()) > 0)
                        .toList();
        if (silent.size() == work.workers().size()) {
            findings.add(
                    warning(
                            "NO_WORKER",
                            "No worker has asked for work within %s: nothing that is due is done."
                                    .formatted(Words.time(limits.worker())),
                            "Look at the health and log of the provisioners with the role runner."));
            return;
        }
        List<Facts.Since> lost =
                silent.stream().filter(worker -> worker.age().compareTo(FORGOTTEN) < 0).toList();
        if (!lost.isEmpty()) {
            findings.add(
                    warning(
                            "WORKER_SILENT",
                            "Workers do not ask for work any more: " + said(lost),
                            "Look at their machines, unless they were taken away on purpose; after a"
                                    + " day they are not spoken of."));
        }
    }

    private void holds() {
        if (!work.holds().isEmpty()) {
            findings.add(
                    warning(
                            "HOLD_WITHOUT_END",
                            "Stacks are held, and no time ends that: "
                                    + Words.some(work.holds())
                                    + ".",
                            "leasehold stacks shows by whom and why; who put the hold on must take it"
                                    + " off."));
        }
    }

    private void breakers() {
        if (!work.breakers().isEmpty()) {
            findings.add(
                    warning(
                            "BREAKER_OPEN",
                            "Runs of several tenants failed alike, and what would fail like them waits: "
                                    + said(work.breakers()),
                            "leasehold breakers names a run to look at. Mend what it failed at: one run"
                                    + " at a time tries it, and all go on when one succeeds; leasehold"
                                    + " breakers close ID --reason '…' lets all go at once."));
        }
    }

    private void rounds() {
        List<String> lagging =
                work.rounds().stream()
                        .filter(this::isLate)
                        .map(round ->
                                round.ended() == null
                                        ? round.kind() + " (never)"
                                        : "%s (%s ago)"
                                                .formatted(round.kind(), Words.time(round.ended())))
                        .toList();
        if (!lagging.isEmpty()) {
            findings.add(
                    warning(
                            "RETENTION_LAGS",
                            "What is past its time does not go; last whole rounds: "
                                    + Words.some(lagging)
                                    + ".",
                            "Look for \"retention stopped\" in the log of the service: it names the"
                                    + " reason."));
        }
    }

    /** Before its first round a kind is as late as the process is old. */
    private boolean isLate(Facts.Round round) {
        Duration age = round.ended() == null ? up : round.ended();
        return age.compareTo(limits.retention()) > 0;
    }

    private void failures() {
        if (!work.failed().isEmpty()) {
            findings.add(
                    warning(
                            "STACKS_FAILED",
                            "Stacks failed for good, and nothing tries them again: "
                                    + Words.some(work.failed())
                                    + ".",
                            "leasehold tenants show TENANT says why. Correct the cause, then replay its"
                                    + " dead letter or publish a newer generation."));
        }
        int letters = work.letters().size();
        if (letters > 0) {
            findings.add(
                    warning(
                            "DEAD_LETTERS_OPEN",
                            "Dead letters are open, %s, the oldest first: "
                                            .formatted(
                                                    letters < DoctorRows.MOST
                                                            ? letters
                                                            : letters + " or more")
                                    + said(work.letters()),
                            "leasehold dead-letters list, and show ID for what to do: correct the"
                                    + " cause, then replay it (an event after edit), or publish a newer"
                                    + " generation."));
        }
    }

    private void partitions() {
        for (Facts.Partitioned table : work.tables()) {
            if (table.ahead().compareTo(limits.partitions()) < 0) {
                findings.add(
                        warning(
                                "PARTITION_MISSING",
                                "The table %s has no partition for the coming days; what comes without"
                                                .formatted(table.table())
                                        + " one cannot be dropped by time.",
                                "psql -c 'select %s_partitions()' \"$DATABASE\", and look for \"partition"
                                                .formatted(table.table())
                                        + " not made yet\" in the log of the service."));
            }
            if (table.rest()) {
                findings.add(
                        warning(
                                "PARTITION_REST",
                                "Rows of the table %s lie in no partition of their time; they go row by"
                                                .formatted(table.table())
                                        + " row, those of the audit not at all.",
                                "Was a clock wrong, or was the service without its partitions for long?"
                                        + " psql -c 'select * from %s_rest limit 10' \"$DATABASE\""
                                                .formatted(table.table())));
            }
        }
    }
}
