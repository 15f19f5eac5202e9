package io.leasehold.provisioner.tofu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.leasehold.ledger.api.StateOperation;
import io.leasehold.provisioner.sandbox.Layout;
import io.leasehold.provisioner.workshop.Settings;
import io.leasehold.provisioner.workshop.Worker;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Command lines and environment. */
class TofuLineTest {

    private static final String INPUTS = "-var-file=/in/inputs.tfvars.json";

    private final TofuConfig config =
            Settings.of(
                    TofuConfig.class,
                    Map.of("leasehold.tofu.binary", "/t", "leasehold.tofu.providers", "/p"));

    static Stream<Arguments> commands() {
        SavedPlan plan = new SavedPlan(new byte[0]);
        return Stream.of(
                Arguments.of(
                        new TofuCommand.DirectApply(),
                        List.of("apply", "-json", "-input=false", "-auto-approve", INPUTS)),
                Arguments.of(
                        new TofuCommand.DirectDestroy(),
                        List.of(
                                "apply",
                                "-destroy",
                                "-json",
                                "-input=false",
                                "-auto-approve",
                                INPUTS)),
                Arguments.of(
                        new TofuCommand.Plan(TofuCommand.Mode.NORMAL),
                        List.of("plan", "-json", "-input=false", "-out=/out/plan", INPUTS)),
                Arguments.of(
                        new TofuCommand.Plan(TofuCommand.Mode.DESTROY),
                        List.of(
                                "plan",
                                "-json",
                                "-input=false",
                                "-out=/out/plan",
                                INPUTS,
                                "-destroy")),
                Arguments.of(
                        new TofuCommand.Plan(TofuCommand.Mode.REFRESH_ONLY),
                        List.of(
                                "plan",
                                "-json",
                                "-input=false",
                                "-out=/out/plan",
                                INPUTS,
                                "-refresh-only")),
                Arguments.of(
                        new TofuCommand.ApplyPlan(plan),
                        List.of("apply", "-json", "-input=false", "/out/plan")),
                Arguments.of(
                        new TofuCommand.ChangeState(new StateOperation.Move("a.b", "a.c")),
                        List.of("state", "mv", "-json", INPUTS, "--", "a.b", "a.c")),
                Arguments.of(
                        new TofuCommand.ChangeState(
                                new StateOperation.Remove(List.of("a.b", "-lock=false"))),
                        List.of("state", "rm", "-json", INPUTS, "--", "a.b", "-lock=false")),
                Arguments.of(
                        new TofuCommand.ChangeState(new StateOperation.Import("a.b", "x y")),
                        List.of("import", "-json", "-input=false", INPUTS, "--", "a.b", "x y")),
                Arguments.of(
                        new TofuCommand.ShowPlan(plan), List.of("show", "-json", "/out/plan")));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void eachCommandHasItsLine(TofuCommand command, List<String> arguments) {
        List<String> argv = TofuLine.argv(config, Layout.OWN_ROOT, command);

        assertThat(argv.getFirst()).isEqualTo("/bin/tofu");
        assertThat(argv.subList(1, argv.size())).isEqualTo(arguments);
    }

    @Test
    void theEnvironmentIsThePlatformsAndTheBindings() {
        Map<String, String> env =
                TofuLine.env(
                        config,
                        Layout.OWN_ROOT,
                        7448,
                        new RunInputs(
                                Worker.variables(),
                                Map.of("PGHOST", "db"),
                                Map.of("PGPASSWORD", new Secret("pw")),
                                Set.of()));

        assertThat(env)
                .containsEntry("PGHOST", "db")
                .containsEntry("PGPASSWORD", "pw")
                .containsEntry("TF_HTTP_ADDRESS", "http://127.0.0.1:7448/state")
                .containsEntry("TF_HTTP_UNLOCK_ADDRESS", "http://127.0.0.1:7448/state")
                .containsEntry("GOGC", "400")
                .containsEntry("GOMAXPROCS", "1")
                .containsEntry("TF_DISABLE_PLUGIN_TLS", "1")
                .doesNotContainKeys("TF_HTTP_PASSWORD", "TF_LOG");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "TF_LOG",
                "TF_CLI_ARGS",
                "tf_var_x",
                "LD_PRELOAD",
                "GODEBUG",
                "PATH",
                "HOME",
                "SSL_CERT_FILE",
                "A B",
                "A=B",
                ""
            })
    void aBindingCannotSteerTofu(String name) {
        RunInputs inputs = new RunInputs(Worker.variables(), Map.of(name, "x"), Map.of(), Set.of());

        assertThatIllegalArgumentException()
                .isThrownBy(() -> TofuLine.env(config, Layout.OWN_ROOT, 7448, inputs));
    }
}
