package io.leasehold.state;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;

/**
 * Every numbered line of what intake and ledger must do has a test that bears its number: {@code
 * case01…} to {@code case37…} for sequences of events, {@code row01…} to {@code row16…} for
 * verdicts, {@code step…} for what intake does first. The steps on bytes are tested where they are
 * taken, in the module of the contract.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CasesCoveredTest {
    private List<String> names = List.of();

    @BeforeAll
    void allTests() {
        names =
                new ClassFileImporter()
                                .withImportOption(ImportOption.Predefined.ONLY_INCLUDE_TESTS)
                                .importPackages("io.leasehold.state")
                                .stream()
                                .flatMap(each -> each.getMethods().stream())
                                .filter(CasesCoveredTest::isTest)
                                .map(JavaMethod::getName)
                                .toList();
        assertThat(names).hasSizeGreaterThan(100);
    }

    private static boolean isTest(JavaMethod method) {
        return method.isAnnotatedWith(Test.class)
                || method.isAnnotatedWith(ParameterizedTest.class)
                || method.isAnnotatedWith(RepeatedTest.class);
    }

    private SortedSet<Integer> numbered(String word) {
        Pattern pattern = Pattern.compile(word + "(\\d+)[A-Z].*");
        SortedSet<Integer> numbers = new TreeSet<>();
        names.stream()
                .map(pattern::matcher)
                .filter(Matcher::matches)
                .forEach(match -> numbers.add(Integer.valueOf(match.group(1))));
        return numbers;
    }

    private static List<Integer> upTo(int first, int last) {
        return IntStream.rangeClosed(first, last).boxed().toList();
    }

    @Test
    void everySequenceHasATest() {
        assertThat(numbered("case")).containsExactlyElementsOf(upTo(1, 37));
    }

    @Test
    void everyRowOfTheVerdictsHasATest() {
        assertThat(numbered("row")).containsExactlyElementsOf(upTo(1, 16));
    }

    @Test
    void everyStepOfIntakeThatTheLedgerTakesHasATest() {
        assertThat(numbered("step")).containsExactly(0, 1, 3, 5, 6);
    }
}
