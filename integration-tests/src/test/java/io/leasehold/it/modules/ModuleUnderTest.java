package io.leasehold.it.modules;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** One module in a folder of its own, with its state beside it, as somebody tries it by hand. */
final class ModuleUnderTest implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;
    private final Map<String, String> environment;

    private ModuleUnderTest(Path folder, Map<String, String> environment) {
        this.folder = folder;
        this.environment = environment;
    }

    /** Copies the module into an empty folder and initialises it. */
    static ModuleUnderTest initialise(String module, Path folder, Map<String, String> settings)
            throws IOException, InterruptedException {
        Path source =
                Path.of(System.getProperty("leasehold.home"))
                        .resolve("terraform-modules/modules")
                        .resolve(module);
        try (Stream<Path> files = Files.list(source)) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
        Path rc = folder.resolve("tofurc");
        Files.writeString(
                rc,
                "provider_installation {\n  filesystem_mirror {\n    path = \"%s\"\n  }\n}\n"
                        .formatted(setting("LEASEHOLD_PROVIDERS", "providers")));
        Map<String, String> environment = new TreeMap<>(settings);
        environment.put("PATH", "/usr/bin:/bin");
        environment.put("TF_CLI_CONFIG_FILE", rc.toString());
        environment.put("TF_IN_AUTOMATION", "1");
        ModuleUnderTest initialised = new ModuleUnderTest(folder, environment);
        initialised.expect(0, initialised.tofu("init", "-input=false", "-no-color"));
        return initialised;
    }

    private static Path setting(String variable, String inCache) {
        Path cache =
                Optional.ofNullable(System.getenv("LEASEHOLD_CACHE"))
                        .map(Path::of)
                        .orElse(Path.of(System.getProperty("user.home"), ".cache/leasehold"));
        return Optional.ofNullable(System.getenv(variable))
                .map(Path::of)
                .orElse(cache.resolve(inCache));
    }

    /** What tofu said and how it ended. */
    record Ended(int exit, String said) {}

    /** Runs tofu with the given arguments. */
    Ended tofu(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(setting("LEASEHOLD_TOFU", "bin/tofu").toString());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), said);
    }

    private void expect(int exit, Ended ended) {
        assertThat(ended.exit()).as(ended::said).isEqualTo(exit);
    }

    private String inputs(Map<String, ?> inputs) throws IOException {
        Path file = folder.resolve("inputs.tfvars.json");
        JSON.writeValue(file.toFile(), inputs);
        return "-var-file=" + file;
    }

    /** Applies and returns the outputs by name. */
    JsonNode apply(Map<String, ?> inputs) throws IOException, InterruptedException {
        expect(0, tofu("apply", "-auto-approve", "-no-color", inputs(inputs)));
        Ended outputs = tofu("output", "-json");
        expect(0, outputs);
        return JSON.readTree(outputs.said());
    }

    /** Applies in vain and returns what tofu said. */
    String applyInVain(Map<String, ?> inputs) throws IOException, InterruptedException {
        Ended ended = tofu("apply", "-auto-approve", "-no-color", inputs(inputs));
        expect(1, ended);
        return ended.said().replaceAll("[│\\s]+", " ");
    }

    /** Fails unless a plan has nothing to do. */
    void expectNothingToDo(Map<String, ?> inputs) throws IOException, InterruptedException {
        expect(0, tofu("plan", "-detailed-exitcode", "-no-color", inputs(inputs)));
    }

    /** What is not as the state says: address, action, and the attributes that differ. */
    List<String> drift(Map<String, ?> inputs) throws IOException, InterruptedException {
        expect(0, tofu("plan", "-refresh-only", "-out=drift.plan", "-no-color", inputs(inputs)));
        Ended shown = tofu("show", "-json", "drift.plan");
        expect(0, shown);
        return StreamSupport.stream(
                        JSON.readTree(shown.said()).path("resource_drift").spliterator(), false)
                .map(ModuleUnderTest::described)
                .toList();
    }

    private static String described(JsonNode drift) {
        JsonNode before = drift.at("/change/before");
        JsonNode after = drift.at("/change/after");
        List<String> names = new ArrayList<>();
        after.fieldNames()
                .forEachRemaining(name -> {
                    if (!after.get(name).equals(before.get(name))) {
                        names.add(name);
                    }
                });
        return "%s %s %s"
                .formatted(
                        drift.path("address").asText(),
                        drift.at("/change/actions/0").asText(),
                        names);
    }

    /** Destroys everything. */
    void destroy(Map<String, ?> inputs) throws IOException, InterruptedException {
        expect(0, tofu("destroy", "-auto-approve", "-no-color", inputs(inputs)));
    }

    /** Removes what initialising left: links to the providers, which a temporary folder minds. */
    @Override
    public void close() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve(".terraform"))) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
