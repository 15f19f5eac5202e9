package io.leasehold.state.version;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.state.version.RetentionDecider.Kept;
import io.leasehold.state.version.RetentionDecider.LetGo;
import io.leasehold.state.version.RetentionDecider.Rule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Versions are written as their age in days, oldest first and numbered from 1, with letters behind:
 * o an open orphan, s a settled one, d7 deleted seven days ago, e with empty bytes.
 */
class RetentionDeciderTest {
    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");

    @ParameterizedTest(name = "{0}; applied {1}; keep {2} newest, {3} days: {4}")
    @CsvSource({
        "'9 8 7',             0, 1, 0,  '1 2',       nothing but the newest",
        "'9 8 7',             0, 0, 0,  '1 2',       the newest even then",
        "'9 8 7',             0, 2, 0,  '1',         so many newest",
        "'9 8 7',             0, 3, 0,  -,           no more than there are",
        "'9 8 7',             0, 1, 8,  '1 2',       old is as old as the rule",
        "'9 8 7',             0, 1, 9,  '1',         the young",
        "'9 8 7',             0, 1, 10, -,           all are young",
        "'9 8 7',             1, 1, 0,  '2',         what was applied last",
        "'9 8o 7',            0, 1, 0,  -,           an open orphan and what it was upon",
        "'9 9 8o 7',          0, 1, 0,  '1',         only that one",
        "'9 8s 7',            0, 1, 0,  '1 2',       not a settled orphan",
        "'9 8s 7',            0, 2, 0,  '2',         which is not among the newest",
        "'9 8 7o',            0, 1, 0,  '1',         an orphan on top is not the newest",
        "'9 8 7s',            0, 1, 0,  '1',         nor emptied though nothing serves it",
        "'9 8d5 7',           0, 9, 99, '2',         a hidden one for its time only",
        "'9 8d4 7',           0, 1, 0,  '1',         a hidden one within its time",
        "'9 8d5 7',           2, 9, 99, -,           a hidden one that was applied last",
        "'9d5 8d5 7d5',       0, 9, 99, '1 2 | 3',   the last number stays taken",
        "'9d5 8d5 7d5',       3, 9, 99, '1 2',       with its bytes if it was applied last",
        "'9d5 8d5 7d5e',      0, 9, 99, '1 2',       which is done once",
        "'9d5e 8',            0, 1, 0,  '1',         and goes when it is not the last any more",
        "'9d4 8d4 7d4',       0, 1, 0,  -,           a state that was hidden as a whole"
    })
    void whatIsLetGo(
            String versions, long applied, int newest, int days, String letGo, String why) {
        Rule rule = new Rule(newest, Duration.ofDays(days), Duration.ofDays(5));

        assertThat(words(RetentionDecider.decide(versions(versions), applied, rule, NOW)))
                .as(why)
                .isEqualTo(letGo);
    }

    @Test
    void decidingAgainLetsNothingMoreGo() {
        Rule rule = new Rule(2, Duration.ZERO, Duration.ofDays(5));
        List<Kept> versions = new ArrayList<>(versions("9 8o 7 6d9 5s 4 3 2o 1d9 0"));
        LetGo first = RetentionDecider.decide(versions, 3, rule, NOW);
        versions.removeIf(each -> first.gone().contains(each.version()));

        assertThat(first.gone()).isNotEmpty();
        assertThat(RetentionDecider.decide(versions, 3, rule, NOW).gone()).isEmpty();
    }

    private static List<Kept> versions(String text) {
        List<Kept> versions = new ArrayList<>();
        for (String word : text.split(" ")) {
            String age = word.replaceAll("[^0-9].*", "");
            String deleted = word.replaceAll("^[0-9]+[os]?(d([0-9]+))?e?$", "$2");
            versions.add(
                    new Kept(
                            versions.size() + 1,
                            word.matches("[0-9]+[os].*"),
                            word.contains("o"),
                            NOW.minus(Duration.ofDays(Long.parseLong(age))),
                            deleted.isEmpty()
                                    ? null
                                    : NOW.minus(Duration.ofDays(Long.parseLong(deleted))),
                            word.endsWith("e")));
        }
        return versions;
    }

    private static String words(LetGo letGo) {
        String gone = numbers(letGo.gone());
        String all = letGo.emptied().isEmpty() ? gone : gone + " | " + numbers(letGo.emptied());
        return all.isEmpty() ? "-" : all;
    }

    private static String numbers(List<Long> versions) {
        return String.join(" ", versions.stream().sorted().map(String::valueOf).toList());
    }
}
