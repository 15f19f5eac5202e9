package io.leasehold.provisioner.tofu;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.leasehold.ledger.api.StateOperation;
import io.leasehold.provisioner.sandbox.Layout;
import io.leasehold.provisioner.sandbox.RunSpec;
import io.leasehold.provisioner.sandbox.RunSpec.Mount;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Command lines, environment and files of tofu as it is seen inside the sandbox. Pure. Paths are
 * the sandbox's own; what tofu is told is where its layout puts them.
 */
final class TofuLine {

    static final String BINARY = "/bin/tofu";
    static final String PROVIDERS = "/opt/providers";
    static final String WORK = "/work";

    /** Names of results. */
    static final String PLAN = "plan";

    static final String ERRORED_STATE = "errored-state";

    private static final String INPUTS = "/in/inputs.tfvars.json";
    private static final String PLAN_FILE = "/out/plan";
    private static final String CLI_CONFIG = "/in/tofu.rc";

    /** Part of a template's fingerprint: the paths above are baked into what init writes. */
    static final String LAYOUT = "1";

    /** Names through which a binding could steer tofu, a provider's runtime or its loader. */
    private static final List<String> REFUSED_PREFIXES =
            List.of("TF_", "TOFU_", "LD_", "GO", "OTEL_");

    private static final Set<String> REFUSED =
            Set.of("PATH", "HOME", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR");

    private TofuLine() {}

    static List<String> argv(TofuConfig config, Layout at, TofuCommand command) {
        List<String> argv = new ArrayList<>();
        argv.add(at.given(config.binary(), BINARY));
        switch (command) {
            case TofuCommand.DirectApply() -> {
                argv.addAll(List.of("apply", "-json", "-input=false", "-auto-approve"));
                argv.add("-var-file=" + at.of(INPUTS));
            }
            case TofuCommand.DirectDestroy() -> {
                argv.addAll(List.of("apply", "-destroy", "-json", "-input=false", "-auto-approve"));
                argv.add("-var-file=" + at.of(INPUTS));
            }
            case TofuCommand.Plan(TofuCommand.Mode mode) -> {
                argv.addAll(List.of("plan", "-json", "-input=false", "-out=" + at.of(PLAN_FILE)));
                argv.add("-var-file=" + at.of(INPUTS));
                switch (mode) {
                    case NORMAL -> {}
                    case DESTROY -> argv.add("-destroy");
                    case REFRESH_ONLY -> argv.add("-refresh-only");
                }
            }
            case TofuCommand.ApplyPlan _ ->
                    argv.addAll(List.of("apply", "-json", "-input=false", at.of(PLAN_FILE)));
            case TofuCommand.ChangeState(StateOperation operation) -> {
                argv.addAll(
                        switch (operation) {
                            case StateOperation.Move _ -> List.of("state", "mv", "-json");
                            case StateOperation.Remove _ -> List.of("state", "rm", "-json");
                            case StateOperation.Import _ ->
                                    List.of("import", "-json", "-input=false");
                        });
                argv.add("-var-file=" + at.of(INPUTS));
                // What follows is never an option, whatever it looks like.
                argv.add("--");
                argv.addAll(operation.arguments());
            }
            case TofuCommand.ShowPlan _ -> argv.addAll(List.of("show", "-json", at.of(PLAN_FILE)));
        }
        return argv;
    }

    /** What every tofu sees of the file system, then what this command needs. */
    static List<Mount> files(TofuConfig config, Layout at, TofuRequest request, byte[] inputs) {
        List<Mount> files = new ArrayList<>(tools(config, at));
        files.add(new Mount.ReadOnly(request.template().directory(), WORK));
        switch (request.command()) {
            case TofuCommand.DirectApply(), TofuCommand.DirectDestroy() -> {
                files.add(new Mount.Content(inputs, INPUTS));
                files.add(new Mount.Result(ERRORED_STATE, WORK + "/errored.tfstate"));
            }
            case TofuCommand.Plan _ -> {
                files.add(new Mount.Content(inputs, INPUTS));
                files.add(new Mount.Result(PLAN, PLAN_FILE));
            }
            case TofuCommand.ApplyPlan(SavedPlan plan) -> {
                files.add(new Mount.Content(plan.bytes(), PLAN_FILE));
                files.add(new Mount.Result(ERRORED_STATE, WORK + "/errored.tfstate"));
            }
            case TofuCommand.ChangeState _ -> files.add(new Mount.Content(inputs, INPUTS));
            case TofuCommand.ShowPlan(SavedPlan plan) ->
                    files.add(new Mount.Content(plan.bytes(), PLAN_FILE));
        }
        return files;
    }

    /** tofu, its providers and its configuration. */
    static List<Mount> tools(TofuConfig config, Layout at) {
        String text =
                """
                disable_checkpoint = true
                provider_installation {
                  filesystem_mirror {
                    path = "%s"
                  }
                }
                """
                        .formatted(at.given(config.providers(), PROVIDERS));
        return List.of(
                new Mount.ReadOnly(config.binary(), BINARY),
                new Mount.ReadOnly(config.providers(), PROVIDERS),
                new Mount.Content(text.getBytes(UTF_8), CLI_CONFIG));
    }

    static RunSpec.Program program(List<String> argv, Map<String, String> env) {
        return new RunSpec.Program(argv, env, WORK);
    }

    /** The platform's environment of every tofu. */
    static Map<String, String> platformEnv(TofuConfig config, Layout at, int servicePort) {
        String state = "http://127.0.0.1:" + servicePort + "/state";
        Map<String, String> env = new HashMap<>();
        env.put("PATH", "/bin:/usr/bin");
        env.put("HOME", at.of("/home/run"));
        env.put("TMPDIR", at.of("/tmp"));
        env.put("LANG", "C.UTF-8");
        env.put("TF_IN_AUTOMATION", "1");
        env.put("TF_INPUT", "0");
        env.put("TF_CLI_CONFIG_FILE", at.of(CLI_CONFIG));
        // The sockets between tofu and providers are in a /tmp that nobody else has.
        env.put("TF_DISABLE_PLUGIN_TLS", "1");
        env.put("GOGC", config.gogc());
        env.put("GOMAXPROCS", Integer.toString(config.processors()));
        env.put("TF_HTTP_ADDRESS", state);
        env.put("TF_HTTP_LOCK_ADDRESS", state);
        env.put("TF_HTTP_UNLOCK_ADDRESS", state);
        return env;
    }

    /**
     * The platform's environment with what a binding adds.
     *
     * @throws IllegalArgumentException for a name that a binding must not set
     */
    static Map<String, String> env(
            TofuConfig config, Layout at, int servicePort, RunInputs inputs) {
        Map<String, String> env = platformEnv(config, at, servicePort);
        inputs.env().forEach((name, value) -> env.put(allowed(name), value));
        inputs.secretEnv().forEach((name, value) -> env.put(allowed(name), value.value()));
        return env;
    }

    private static String allowed(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        if (!name.matches("[A-Za-z_][A-Za-z0-9_]*")
                || REFUSED.contains(upper)
                || REFUSED_PREFIXES.stream().anyMatch(upper::startsWith)) {
            throw new IllegalArgumentException("a run's environment must not set " + name);
        }
        return name;
    }
}
