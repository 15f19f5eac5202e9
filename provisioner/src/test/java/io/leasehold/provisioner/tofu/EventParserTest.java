package io.leasehold.provisioner.tofu;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.ledger.api.Delta;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Lines as tofu prints them, and as nobody should. */
class EventParserTest {

    private static final String SECRET = "s\"w0rd<&>fish";

    static Stream<Arguments> lines() {
        return Stream.of(
                Arguments.of(
                        "{\"@message\":\"OpenTofu 1.12.6\",\"type\":\"version\",\"tofu\":\"1.12.6\"}",
                        new TofuEvent.Version("1.12.6", "OpenTofu 1.12.6")),
                Arguments.of(
                        "{\"@message\":\"a: Plan to create\",\"type\":\"planned_change\",\"change\":"
                                + "{\"resource\":{\"addr\":\"x.a\",\"resource_type\":\"x\"},"
                                + "\"action\":\"create\"}}",
                        new TofuEvent.PlannedChange("x.a", "x", "create", "a: Plan to create")),
                Arguments.of(
                        "{\"@message\":\"drift\",\"type\":\"resource_drift\",\"change\":"
                                + "{\"resource\":{\"addr\":\"x.a\",\"resource_type\":\"x\"},"
                                + "\"action\":\"update\"}}",
                        new TofuEvent.ResourceDrift("x.a", "x", "update", "drift")),
                Arguments.of(
                        "{\"@message\":\"done\",\"type\":\"change_summary\",\"changes\":{\"add\":1,"
                                + "\"change\":2,\"import\":0,\"remove\":3,\"operation\":\"apply\"}}",
                        new TofuEvent.Summary(
                                TofuEvent.Operation.APPLY, new Delta(1, 2, 3), "done")),
                Arguments.of(
                        "{\"@message\":\"x.a: Creating...\",\"type\":\"apply_start\",\"hook\":"
                                + "{\"resource\":{\"addr\":\"x.a\"},\"action\":\"create\"}}",
                        new TofuEvent.Progress(
                                TofuEvent.Step.STARTED, "x.a", "create", "x.a: Creating...")),
                Arguments.of(
                        "{\"@message\":\"Outputs: 1\",\"type\":\"outputs\",\"outputs\":{\"url\":"
                                + "{\"sensitive\":false,\"value\":\"never kept\"}}}",
                        new TofuEvent.Outputs(List.of("url"), "Outputs: 1")),
                Arguments.of(
                        "{\"@message\":\"m\",\"type\":\"diagnostic\",\"diagnostic\":{\"severity\":"
                                + "\"error\",\"summary\":\"No\",\"detail\":\"way\\nout\","
                                + "\"address\":\"x.a\"}}",
                        new TofuEvent.Reported(
                                new Diagnostic(
                                        Diagnostic.Severity.ERROR,
                                        "No",
                                        "way\nout",
                                        Optional.of("x.a")))),
                Arguments.of(
                        "{\"@message\":\"new\",\"type\":\"of_tomorrow\",\"x\":1}",
                        new TofuEvent.Other("of_tomorrow", "new")),
                Arguments.of(
                        "{\"@level\":\"error\",\"@message\":\"no such address\"}",
                        new TofuEvent.Reported(
                                new Diagnostic(
                                        Diagnostic.Severity.ERROR,
                                        "no such address",
                                        "",
                                        Optional.empty()))),
                Arguments.of("panic: oh", new TofuEvent.Text("panic: oh")),
                Arguments.of("{\"half\":", new TofuEvent.Text("{\"half\":")),
                Arguments.of("[1]", new TofuEvent.Text("[1]")),
                Arguments.of("\u001b[31mred\u001b[0m\u0007 bell", new TofuEvent.Text("red bell")),
                Arguments.of("\u009b1mred\u009b0m \u0085line", new TofuEvent.Text("red line")),
                Arguments.of(
                        "{\"@message\":\"\\u001b[31mred\\u009d\",\"type\":\"provision_progress\"}",
                        new TofuEvent.Other("provision_progress", "red")),
                Arguments.of(
                        "{\"@message\":\"x.a: (local-exec): a line\",\"type\":\"provision_progress\","
                                + "\"hook\":{\"resource\":{\"addr\":\"x.a\"},"
                                + "\"provisioner\":\"local-exec\",\"output\":\"a line\"}}",
                        new TofuEvent.Printed("x.a: (local-exec)", "a line")),
                Arguments.of("s\"w0r\u0007d<&>fish", new TofuEvent.Text("(hidden)")),
                // A line of JSON within a line of JSON: what is quoted is quoted again.
                Arguments.of(
                        "{\"@message\":\"{\\\"p\\\":\\\"s\\\\\\\"w0rd\\\\u003c\\\\u0026\\\\u003efish\\\"}\","
                                + "\"type\":\"provision_progress\"}",
                        new TofuEvent.Other("provision_progress", "{\"p\":\"(hidden)\"}")));
    }

    @ParameterizedTest
    @MethodSource("lines")
    void aLineIsReadAsWhatItIs(String line, TofuEvent expected) {
        assertThat(new EventParser(new Masker(List.of(new Secret(SECRET)))).parse(line))
                .isEqualTo(expected);
    }
}
