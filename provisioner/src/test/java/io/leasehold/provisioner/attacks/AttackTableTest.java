package io.leasehold.provisioner.attacks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every attack of the table has its test, and the page says which. */
class AttackTableTest {

    private static final Path PAGE =
            Path.of(System.getProperty("leasehold.home", "..")).resolve("docs/attacks.md");

    private static final List<Class<?>> SUITES =
            List.of(
                    ReadingAttacksIT.class,
                    NetworkAttacksIT.class,
                    ChangingAttacksIT.class,
                    KernelAttacksIT.class,
                    RoomAttacksIT.class,
                    ProcessAttacksIT.class,
                    ResultAttacksIT.class);

    private static Map<Attack, String> tests() {
        Map<Attack, String> tests = new EnumMap<>(Attack.class);
        for (Class<?> suite : SUITES) {
            for (Method method : suite.getDeclaredMethods()) {
                Against against = method.getAnnotation(Against.class);
                if (against != null) {
                    assertThat(method.getAnnotation(Test.class)).as(method.getName()).isNotNull();
                    String test = suite.getSimpleName() + "." + method.getName();
                    Stream.of(against.value())
                            .forEach(attack -> assertThat(tests.put(attack, test)).isNull());
                }
            }
        }
        return tests;
    }

    @Test
    void theTableHasItsFortyAttacks() {
        assertThat(Stream.of(Attack.values()).map(Attack::number).distinct())
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 40).boxed().toList());
    }

    @Test
    void everyAttackHasATest() {
        assertThat(tests()).containsOnlyKeys(Attack.values());
    }

    @ParameterizedTest
    @EnumSource
    void thePageNamesTheTestAndEveryDefenceThatItLeavesOut(Attack attack) throws IOException {
        String number = "| %02d |".formatted(attack.number());
        List<String> rows =
                Files.readAllLines(PAGE).stream().filter(line -> line.startsWith(number)).toList();

        assertThat(rows).singleElement().asString().contains("`" + tests().get(attack) + "`");
        assertThat(attack.defences())
                .allSatisfy(defence ->
                        assertThat(rows.getFirst()).contains("`" + defence.word() + "`"));
    }
}
