package io.leasehold.state.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leasehold.ledger.api.StateOperation;
import io.leasehold.state.problem.Refusal;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The words of an operation: what tofu would understand, and what is never handed to it. */
class AddressFormTest {

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\'',
            value = {
                "module.a, MODULE",
                "module.a[0], MODULE",
                "'module.a[\"k v\"].module.b', MODULE",
                "aws_s3_bucket.b, RESOURCE",
                "aws_s3_bucket.b[12], RESOURCE",
                "'a.b[\"x\"]', RESOURCE",
                "'a.b[\"\"]', RESOURCE",
                "'a.b[\"q\\\"uote \\\\ and \\n\"]', RESOURCE",
                "'a.b[\"$5 and 5%\"]', RESOURCE",
                "'a.b[\"$${not} %%{evaluated}\"]', RESOURCE",
                "module.a.b.c, RESOURCE",
                "'module.a[\"x\"].module.b.c.d[0]', RESOURCE",
                "ö_1-x.ß, RESOURCE",
                "data.a.b, DATA",
                "module.m.data.a.b[1], DATA"
            })
    void anAddressHasItsForm(String address, AddressForm form) {
        assertThat(AddressForm.of(address)).hasValue(form);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "-lock=false",
                "--",
                "-",
                "a",
                "a.",
                ".a",
                "a.b.c",
                "a.b ",
                " a.b",
                "a b.c",
                "1a.b",
                "a.-b",
                "a.b[",
                "a.b[]",
                "a.b[01]",
                "a.b[-1]",
                "a.b[x]",
                "a.b[\"x]",
                "a.b[\"x\"",
                "a.b[\"x\"\"]",
                "a.b[\"${x}\"]",
                "a.b[\"%{if}\"]",
                "a.b[\"x\\y\"]",
                "a.b[\"x\ny\"]",
                "a.b[\"x\u0000\"]",
                "a.b\n",
                "a.b[0][1]",
                "module",
                "module.",
                "module.a.",
                "module.a.b",
                "data.a",
                "data.data.b",
                "a/../b.c",
                "a.b;c.d",
                "a.b=c"
            })
    void whatIsNoAddressHasNone(String text) {
        assertThat(AddressForm.of(text)).isEmpty();
    }

    @Test
    void anAddressOfAnyLengthIsJudgedAtOnce() {
        assertThat(AddressForm.of("a." + "b".repeat(998))).isPresent();
        assertThat(AddressForm.of("a." + "b".repeat(999))).isEmpty();
        assertThat(AddressForm.of("a.b[\"" + "$".repeat(900) + "{")).isEmpty();
        assertThat(AddressForm.of("module.m.".repeat(110))).isEmpty();
    }

    private static List<String> instances(int count) {
        return IntStream.range(0, count).mapToObj(i -> "a.b[" + i + "]").toList();
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                Arguments.of(new StateOperation.Move("a.b", "a.b"), "same"),
                Arguments.of(new StateOperation.Move("module.a", "a.b"), "moved to a module"),
                Arguments.of(new StateOperation.Move("a.b", "module.a"), "moved to a module"),
                Arguments.of(new StateOperation.Move("-force", "a.b"), "looks like"),
                Arguments.of(new StateOperation.Move("a.b", "-force"), "looks like"),
                Arguments.of(new StateOperation.Remove(List.of()), "1 to 100"),
                Arguments.of(new StateOperation.Remove(instances(101)), "1 to 100"),
                Arguments.of(new StateOperation.Remove(List.of("a.b", "a.b")), "twice"),
                Arguments.of(new StateOperation.Remove(List.of("a.b", "--")), "looks like"),
                Arguments.of(new StateOperation.Import("module.a", "x"), "as a resource"),
                Arguments.of(new StateOperation.Import("data.a.b", "x"), "as a resource"),
                Arguments.of(new StateOperation.Import("a.b", ""), "from 1 to"),
                Arguments.of(new StateOperation.Import("a.b", "  "), "from 1 to"),
                Arguments.of(new StateOperation.Import("a.b", "x".repeat(2001)), "from 1 to"),
                Arguments.of(new StateOperation.Import("a.b", "-var=x"), "hyphen"),
                Arguments.of(new StateOperation.Import("a.b", "x\u0000y"), "one line"),
                Arguments.of(new StateOperation.Import("a.b", "x\ny"), "one line"),
                Arguments.of(new StateOperation.Import("a.b", "x\u009by"), "one line"),
                Arguments.of(new StateOperation.Import("a.b", "x\ud800"), "one line"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void whatMustNotBecomeAnArgumentIsRefused(StateOperation operation, String why) {
        assertThatThrownBy(() -> OperationCheck.check(operation))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> {
                            assertThat(refusal.status()).isEqualTo(400);
                            assertThat(refusal.code()).isEqualTo("OPERATION_INVALID");
                        })
                .hasMessageContaining(why);
    }

    @Test
    void whatTofuUnderstandsIsTaken() {
        OperationCheck.check(new StateOperation.Move("module.a", "module.b[\"x\"]"));
        OperationCheck.check(new StateOperation.Move("a.b", "module.b.a.b[0]"));
        OperationCheck.check(new StateOperation.Remove(List.of("module.a", "data.a.b", "a.b")));
        OperationCheck.check(
                new StateOperation.Import("a.b", "arn:aws:s3:::bucket/with space,and=more"));
        OperationCheck.check(new StateOperation.Remove(instances(100)));
    }
}
