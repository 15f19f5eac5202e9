package io.leasehold.state.lease;

import io.leasehold.ledger.api.StackRef;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Whose turn it is, said without a database: what {@code Turns} does with two indexes, done by
 * looking at everything. Not thread-safe.
 */
final class TurnModel {
    /** Work that falls due this much later than a tenant was served does not pass it. */
    static final Duration AGING = Duration.ofMinutes(10);

    /** One life of a tenant. */
    record Life(String tenantId, int incarnation) {
        static Life of(StackRef stack) {
            return new Life(stack.tenantId(), stack.incarnation());
        }
    }

    /**
     * A stack that could run.
     *
     * @param caps names of the caps that speak of it, in order, with commas between
     */
    record Due(StackRef stack, Instant since, String caps) {
        private Place place() {
            return new Place(Life.of(stack), caps);
        }
    }

    /** Stacks of a life under the same caps queue as one. */
    private record Place(Life life, String caps) {}

    private final Map<Place, Instant> served = new HashMap<>();
    private final Map<Place, Instant> turns = new HashMap<>();
    private final Map<String, Integer> most = new HashMap<>();
    private final List<Due> due = new ArrayList<>();
    private final Map<StackRef, Due> atWork = new HashMap<>();

    void served(Life life, Instant at) {
        served.put(new Place(life, ""), at);
        turns.put(new Place(life, ""), at);
    }

    void cap(String name, int runs) {
        most.put(name, runs);
    }

    /**
     * A life's turn is when it was served last, or a while before its work fell due, whichever is
     * later; it keeps the earliest for as long as it waits.
     */
    void falls(Due stack) {
        Place place = stack.place();
        served.computeIfAbsent(place, _ -> lastServed(place.life()));
        Instant turn = later(served.get(place), stack.since().minus(AGING));
        boolean waits = due.stream().anyMatch(each -> each.place().equals(place));
        turns.merge(place, turn, (old, ours) -> waits && old.isBefore(ours) ? old : ours);
        due.add(stack);
    }

    private Instant lastServed(Life life) {
        return served.entrySet().stream()
                .filter(each -> each.getKey().life().equals(life))
                .map(Map.Entry::getValue)
                .max(Comparator.naturalOrder())
                .orElse(Instant.MIN);
    }

    void ends(StackRef stack) {
        atWork.remove(stack);
    }

    /** Serves whose turn it is; empty when nothing may run. */
    Optional<StackRef> serve(Instant now) {
        Optional<Due> next =
                due.stream()
                        .filter(this::hasRoom)
                        .min(
                                Comparator.comparing((Due each) -> turns.get(each.place()))
                                        .thenComparing(Due::caps)
                                        .thenComparing(Due::since)
                                        .thenComparing(each -> each.stack().stack()));
        next.ifPresent(each -> {
            due.remove(each);
            atWork.put(each.stack(), each);
            behindAll(each.place(), now);
        });
        return next.map(Due::stack);
    }

    /** All of the life's places go behind everybody's, and the one that was served behind those. */
    private void behindAll(Place place, Instant now) {
        List<Place> own =
                turns.keySet().stream()
                        .filter(each -> each.life().equals(place.life()))
                        .sorted(
                                Comparator.comparing((Place each) -> each.equals(place))
                                        .thenComparing(turns::get)
                                        .thenComparing(Place::caps))
                        .toList();
        for (int i = 0; i < own.size(); i++) {
            Instant behind = now.plus(i + 1, ChronoUnit.MICROS);
            turns.put(own.get(i), behind);
            served.put(own.get(i), behind);
        }
    }

    private boolean hasRoom(Due stack) {
        return names(stack).stream()
                .allMatch(cap ->
                        atWork.values().stream().filter(run -> names(run).contains(cap)).count()
                                < most.getOrDefault(cap, Integer.MAX_VALUE));
    }

    private static Set<String> names(Due stack) {
        return Set.copyOf(stack.caps().isEmpty() ? List.of() : List.of(stack.caps().split(",")));
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
