package io.leasehold.chaos;

import io.leasehold.embedded.platform.Service;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/**
 * How long it took from a kill to the first progress after it, of the kind that the victim is
 * needed for: for a worker the first run that it claims, for state service and database the first
 * run of anybody that begins or ends, for the broker the first event that was sent after the kill
 * and is acknowledged. What is waited for may also be missing because nothing was due, so these are
 * upper bounds. Pure.
 *
 * @param times by service, in the order of their length
 * @param unmeasured kills after which there was nothing left to do
 */
record Recovery(Map<Service, List<Duration>> times, int unmeasured) {
    static Recovery of(List<Kill> kills, List<Observed.Ran> runs, List<Acknowledged> acknowledged) {
        NavigableSet<Instant> ledger = new TreeSet<>();
        NavigableSet<Instant> runner = new TreeSet<>();
        NavigableSet<Instant> provisioner = new TreeSet<>();
        for (Observed.Ran run : runs) {
            ledger.add(run.started());
            Optional.ofNullable(run.finished()).ifPresent(ledger::add);
            (run.worker().equals(Service.RUNNER.label()) ? runner : provisioner).add(run.started());
        }
        Map<Service, List<Duration>> times = new EnumMap<>(Service.class);
        int unmeasured = 0;
        for (Kill kill : kills) {
            Optional<Instant> progress =
                    switch (kill.victim()) {
                        case PROVISIONER -> after(provisioner, kill.at());
                        case RUNNER -> after(runner, kill.at());
                        case STATE_SERVICE, PLATFORM_POSTGRES -> after(ledger, kill.at());
                        case PLATFORM_KAFKA -> acknowledged(acknowledged, kill.at());
                        case TENANTS_POSTGRES -> Optional.empty();
                    };
            if (progress.isPresent()) {
                times.computeIfAbsent(kill.victim(), _ -> new ArrayList<>())
                        .add(Duration.between(kill.at(), progress.get()));
            } else {
                unmeasured++;
            }
        }
        times.values().forEach(list -> list.sort(null));
        return new Recovery(times, unmeasured);
    }

    private static Optional<Instant> after(NavigableSet<Instant> progress, Instant kill) {
        return Optional.ofNullable(progress.higher(kill));
    }

    private static Optional<Instant> acknowledged(List<Acknowledged> events, Instant kill) {
        return events.stream()
                .filter(event -> event.sent().isAfter(kill))
                .map(Acknowledged::acknowledged)
                .min(Instant::compareTo);
    }

    /** The time within which that share of the kills was recovered from. */
    static Duration percentile(List<Duration> sorted, double share) {
        return sorted.get(Math.max(0, (int) Math.ceil(share * sorted.size()) - 1));
    }

    /** The times of all services together, in the order of their length. */
    List<Duration> all() {
        return times.values().stream().flatMap(List::stream).sorted().toList();
    }
}
