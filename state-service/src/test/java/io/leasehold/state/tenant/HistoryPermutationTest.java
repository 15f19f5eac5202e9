package io.leasehold.state.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.leasehold.state.blueprint.BlueprintKey;
import io.leasehold.state.tenant.Change.Lifecycle;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A well-formed history ends the same in any order, and reading it again changes nothing. */
class HistoryPermutationTest {

    /** A ledger of one tenant that does nothing but keep lives. */
    private static final class Lives {
        private final VerdictDecider decider = new VerdictDecider();
        private final Map<Integer, KnownLife> lives = new HashMap<>();
        private final Map<String, String> hashes = new HashMap<>();
        private final List<String> alarms = new ArrayList<>();

        void take(Change change) {
            int incarnation = (int) change.incarnation();
            String then = hashes.get(incarnation + "/" + change.generation());
            List<KnownLife> known =
                    lives.values().stream()
                            .map(life ->
                                    life.incarnation() == incarnation
                                            ? new KnownLife(
                                                    incarnation,
                                                    life.generation(),
                                                    life.specHash(),
                                                    life.deleted(),
                                                    false,
                                                    then,
                                                    null)
                                            : life)
                            .toList();
            switch (decider.decide(known, change)) {
                case Verdict.Accepted _ -> {
                    lives.put(
                            incarnation,
                            new KnownLife(
                                    incarnation,
                                    change.generation(),
                                    change.specHash(),
                                    change.delete(),
                                    false,
                                    null,
                                    null));
                    hashes.putIfAbsent(incarnation + "/" + change.generation(), change.specHash());
                }
                case Verdict.Duplicate _ -> {}
                case Verdict.Stale stale -> {
                    if (stale.alarm() != null) {
                        alarms.add(stale.alarm());
                    }
                }
                case Verdict.Refused refused -> alarms.add(refused.code());
            }
        }
    }

    private static Change change(long generation, Lifecycle lifecycle) {
        return new Change(
                "acme",
                1,
                generation,
                lifecycle,
                "hash-" + generation,
                lifecycle == Lifecycle.DELETED ? null : new BlueprintKey("starter", "1.0.0"),
                JsonNodeFactory.instance.objectNode());
    }

    private static List<Change> history(boolean withDelete) {
        List<Change> history =
                new ArrayList<>(
                        List.of(
                                change(1, Lifecycle.ACTIVE),
                                change(2, Lifecycle.SUSPENDED),
                                change(3, Lifecycle.ACTIVE),
                                change(4, Lifecycle.ACTIVE),
                                change(7, Lifecycle.ACTIVE)));
        if (withDelete) {
            history.add(change(8, Lifecycle.DELETED));
        }
        return history;
    }

    private static void permute(List<Change> rest, List<Change> taken, List<List<Change>> into) {
        if (rest.isEmpty()) {
            into.add(List.copyOf(taken));
            return;
        }
        for (int i = 0; i < rest.size(); i++) {
            List<Change> without = new ArrayList<>(rest);
            taken.addLast(without.remove(i));
            permute(without, taken, into);
            taken.removeLast();
        }
    }

    private static List<List<Change>> permutations(List<Change> history) {
        List<List<Change>> all = new ArrayList<>();
        permute(history, new ArrayList<>(), all);
        return all;
    }

    @Test
    void everyOrderEndsAtTheNewestGeneration() {
        for (List<Change> order : permutations(history(false))) {
            Lives lives = new Lives();
            order.forEach(lives::take);

            assertThat(lives.lives.get(1))
                    .as("%s", order)
                    .isEqualTo(new KnownLife(1, 7, "hash-7", false, false, null, null));
            assertThat(lives.alarms).as("%s", order).isEmpty();
        }
    }

    @Test
    void everyOrderWithADeleteEndsDeleted() {
        for (List<Change> order : permutations(history(true))) {
            Lives lives = new Lives();
            order.forEach(lives::take);

            assertThat(lives.lives.get(1))
                    .as("%s", order)
                    .isEqualTo(new KnownLife(1, 8, "hash-8", true, false, null, null));
            assertThat(lives.alarms).as("%s", order).isEmpty();
        }
    }

    @Test
    void readingAgainFromAnyPointChangesAndAlarmsNothing() {
        for (List<Change> order : permutations(history(true))) {
            Lives lives = new Lives();
            order.forEach(lives::take);
            Map<Integer, KnownLife> before = Map.copyOf(lives.lives);

            order.subList(order.size() / 2, order.size()).forEach(lives::take);

            assertThat(lives.lives).isEqualTo(before);
            assertThat(lives.alarms).isEmpty();
        }
    }
}
