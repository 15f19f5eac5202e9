package io.leasehold.state.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.leasehold.state.blueprint.BlueprintKey;
import io.leasehold.state.source.PlaceDecider;
import io.leasehold.state.source.PlaceDecider.Spot;
import io.leasehold.state.tenant.Change.Lifecycle;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A well-formed history ends the same in any order, and reading any part of it again changes and
 * alarms nothing. Events of a source ordered by position come late as replays, which stand where
 * they stood first.
 */
class HistoryPermutationTest {

    /** Histories of one incarnation with one content per generation. */
    enum History {
        UPDATES("a b c d e"),
        /** Content that comes back, which only sources ordered by position may send so. */
        CONTENT_THAT_COMES_BACK("a b a c a"),
        SUSPENDED_AND_RESUMED("a b! b c! d"),
        SUSPENDED_AT_LAST("a b c d e!"),
        DELETED("a b! c d -"),
        DELETED_WHILE_SUSPENDED("a b c! d! -"),
        NOTHING_BUT_A_DELETE("-");

        private final List<Told> told = new ArrayList<>();

        History(String text) {
            for (String each : text.split(" ")) {
                // Gaps in generations and offsets are as good as none.
                long number = told.size() * 3L + 1;
                told.add(new Told(change(each, number), new Spot("t", 1, 0, number)));
            }
        }
    }

    /** One event and where it stands. */
    private record Told(Change change, Spot spot) {}

    private static Change change(String text, long generation) {
        Lifecycle lifecycle =
                text.equals("-")
                        ? Lifecycle.DELETED
                        : text.endsWith("!") ? Lifecycle.SUSPENDED : Lifecycle.ACTIVE;
        return new Change(
                "acme",
                1,
                generation,
                lifecycle,
                text,
                lifecycle == Lifecycle.DELETED ? null : new BlueprintKey("starter", "1.0.0"),
                JsonNodeFactory.instance.objectNode());
    }

    /** A ledger of one life that does nothing but keep it. */
    private static final class Life {
        private final VerdictDecider decider = new VerdictDecider();
        private final Map<Long, String> hashes = new HashMap<>();
        private final List<String> alarms = new ArrayList<>();
        private @Nullable KnownLife life;

        void byGeneration(Told told) {
            Change change = told.change();
            String then = hashes.get(change.generation());
            follow(decider.decide(known(then), change), change, told.spot(), false);
        }

        void byPosition(Told told) {
            KnownLife before = life;
            List<Spot> spots =
                    before == null || before.spot() == null ? List.of() : List.of(before.spot());
            PlaceDecider.Verdict place =
                    PlaceDecider.decide(
                            new PlaceDecider.Situation(
                                    told.spot(),
                                    1,
                                    1,
                                    false,
                                    spots,
                                    before == null ? null : before.spot()));
            boolean newer = place instanceof PlaceDecider.Verdict.Newer;
            if (place instanceof PlaceDecider.Verdict.Held held) {
                alarms.add(held.why());
            }
            Change counted = told.change().as(before == null ? 1 : before.generation() + 1);
            follow(
                    decider.decideByPosition(known(null), counted, newer),
                    counted,
                    told.spot(),
                    newer);
        }

        private List<KnownLife> known(@Nullable String then) {
            KnownLife now = life;
            return now == null
                    ? List.of()
                    : List.of(
                            new KnownLife(
                                    1,
                                    now.generation(),
                                    now.specHash(),
                                    now.deleted(),
                                    false,
                                    then,
                                    now.spot()));
        }

        private void follow(Verdict verdict, Change change, Spot spot, boolean newer) {
            switch (verdict) {
                case Verdict.Accepted _ -> {
                    hashes.putIfAbsent(change.generation(), change.specHash());
                    life =
                            new KnownLife(
                                    1,
                                    change.generation(),
                                    change.specHash(),
                                    change.delete(),
                                    false,
                                    null,
                                    spot);
                }
                case Verdict.Duplicate _ -> {
                    KnownLife now = life;
                    if (newer && now != null) {
                        life =
                                new KnownLife(
                                        1,
                                        now.generation(),
                                        now.specHash(),
                                        now.deleted(),
                                        false,
                                        null,
                                        spot);
                    }
                }
                case Verdict.Stale stale -> {
                    if (stale.alarm() != null) {
                        alarms.add(stale.alarm());
                    }
                }
                case Verdict.Refused refused -> alarms.add(refused.code());
            }
        }

        String wanted() {
            KnownLife now = life;
            return now == null ? "nothing" : now.specHash() + (now.deleted() ? " deleted" : "");
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "CONTENT_THAT_COMES_BACK")
    void byGenerationEveryOrderEndsTheSameAndReadingAgainChangesNothing(History history) {
        everyOrder(history, life -> life::byGeneration);
    }

    @ParameterizedTest
    @EnumSource
    void byPositionEveryOrderEndsTheSameAndReadingAgainChangesNothing(History history) {
        everyOrder(history, life -> life::byPosition);
    }

    private interface Reader {
        Consumer<Told> of(Life life);
    }

    private static void everyOrder(History history, Reader reader) {
        Change last = history.told.getLast().change();
        String end = last.specHash() + (last.delete() ? " deleted" : "");
        for (List<Told> order : permutations(history.told)) {
            Life life = new Life();
            order.forEach(reader.of(life));
            assertThat(life.wanted()).as("%s", order).isEqualTo(end);
            KnownLife before = life.life;

            for (int from = 0; from < order.size(); from++) {
                order.subList(from, order.size()).forEach(reader.of(life));
                order.subList(0, from).forEach(reader.of(life));
                assertThat(life.life).as("%s again from %d", order, from).isEqualTo(before);
            }
            assertThat(life.alarms).as("%s", order).isEmpty();
        }
    }

    private static List<List<Told>> permutations(List<Told> history) {
        List<List<Told>> all = new ArrayList<>();
        permute(history, new ArrayList<>(), all);
        return all;
    }

    private static void permute(List<Told> rest, List<Told> taken, List<List<Told>> into) {
        if (rest.isEmpty()) {
            into.add(List.copyOf(taken));
            return;
        }
        for (int i = 0; i < rest.size(); i++) {
            List<Told> without = new ArrayList<>(rest);
            taken.addLast(without.remove(i));
            permute(without, taken, into);
            taken.removeLast();
        }
    }
}
