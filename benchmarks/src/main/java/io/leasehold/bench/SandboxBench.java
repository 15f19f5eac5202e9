package io.leasehold.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.leasehold.bench.Launches.Cost;
import io.leasehold.bench.Launches.Way;
import io.leasehold.embedded.LocalFiles;
import io.leasehold.embedded.platform.Installation;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./leasehold bench sandbox}. */
@Command(
        name = "sandbox",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Measures what a sandbox adds to a launch: the same programs bare and in the sandbox"
                        + " of a worker, in turn. Ends with 0 whatever the numbers are.")
public final class SandboxBench implements Callable<Integer> {
    private static final double MOST_MILLIS = 15;
    private static final double MOST_CPU = 0.15;
    private static final String STATE = "/tmp/leasehold-bench.tfstate";

    private static final String RANDOM =
            """
            terraform {
              required_providers {
                random = { source = "hashicorp/random" }
              }
            }
            resource "random_password" "it" { length = 20 }
            """;

    @Option(
            names = "--rounds",
            defaultValue = "100",
            description = "Launches of each kind (${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the numbers there too.")
    private @Nullable Path json;

    @SuppressWarnings("NullAway.Init") // call begins with it.
    private Installation installed;

    @SuppressWarnings("NullAway.Init") // call begins with it.
    private Path folder;

    /** For the command line. */
    public SandboxBench() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        installed = Installation.find();
        folder = Files.createTempDirectory("leasehold-bench-");
        // The slot's user must get as far as to what it is given.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
        Path small = module(installed.modules().resolve("modules/four-data"));
        Path random = Files.createDirectory(folder.resolve("random"));
        Files.writeString(random.resolve("main.tf"), RANDOM);
        warm(installed);
        Launches launches = new Launches();
        List<Cost> costs = new ArrayList<>();
        costs.addAll(of("tofu version", List.of("version"), small, launches));
        costs.addAll(of("apply, four terraform_data", apply("-var=tenant_id=t"), small, launches));
        costs.addAll(
                of("apply, one random_password", apply("-compact-warnings"), random, launches));
        tell(costs);
        if (json != null) {
            Files.writeString(json, new ObjectMapper().writeValueAsString(costs) + "\n");
        }
        LocalFiles.deleteTree(folder);
        return 0;
    }

    private static List<String> apply(String more) {
        return List.of(
                "apply",
                "-input=false",
                "-auto-approve",
                "-lock=false",
                "-backup=-",
                "-state=" + STATE,
                more);
    }

    private Path module(Path from) throws IOException {
        Path work = Files.createDirectory(folder.resolve("work"));
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.filter(each -> each.toString().endsWith(".tf")).toList()) {
                Files.copy(file, work.resolve(file.getFileName()));
            }
        }
        return work;
    }

    /** Has tofu find the provider without an init. */
    private Path configuration(String name, String provider) throws IOException {
        return Files.writeString(
                folder.resolve(name),
                """
                provider_installation {
                  dev_overrides { "hashicorp/random" = "%s" }
                  direct {}
                }
                """
                        .formatted(provider));
    }

    private Path provider() throws IOException {
        Path all = installed.providers().resolve("registry.opentofu.org/hashicorp/random");
        try (Stream<Path> files = Files.walk(all)) {
            return files.filter(Files::isRegularFile)
                    .findFirst()
                    .map(Path::getParent)
                    .orElseThrow(() -> new BenchFailedException("no provider below " + all));
        }
    }

    /** As every worker does. */
    private static void warm(Installation installed) throws IOException, InterruptedException {
        new ProcessBuilder(installed.door().toString(), "warm", installed.tofu().toString())
                .inheritIO()
                .start()
                .waitFor();
    }

    private List<Cost> of(String name, List<String> arguments, Path work, Launches launches)
            throws IOException, InterruptedException {
        List<String> bare = new ArrayList<>(List.of(installed.tofu().toString()));
        bare.addAll(arguments);
        Path bareConfiguration = configuration("bare.rc", provider().toString());
        configuration("boxed.rc", "/opt/provider");
        return launches.measure(
                List.of(
                        new Way(
                                name + ": bare",
                                bare,
                                work,
                                environment(bareConfiguration.toString())),
                        new Way(
                                name + ": in the sandbox",
                                inSandbox(arguments, work),
                                work,
                                environment("/in/tofu.rc"))),
                rounds,
                SandboxBench::forget);
    }

    private static Map<String, String> environment(String configuration) {
        return Map.of(
                "PATH", "/bin:/usr/bin",
                "HOME", "/tmp",
                "TF_IN_AUTOMATION", "1",
                "TF_DISABLE_PLUGIN_TLS", "1",
                "TF_CLI_CONFIG_FILE", configuration,
                "GOGC", "400",
                "GOMAXPROCS", "1");
    }

    /** What the bare one left; the other's was gone with its sandbox. */
    private static void forget() {
        try {
            Files.deleteIfExists(Path.of(STATE));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The worker's own line, as the packaged provisioner makes it. */
    private List<String> inSandbox(List<String> arguments, Path work)
            throws IOException, InterruptedException {
        Path packaged = installed.provisioner().getParent();
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
        command.add("-XX:TieredStopAtLevel=1");
        command.add("-cp");
        command.add(
                String.join(
                        File.pathSeparator,
                        packaged + "/quarkus/*",
                        packaged + "/app/*",
                        packaged + "/lib/main/*",
                        packaged + "/lib/boot/*"));
        command.add("io.leasehold.provisioner.sandbox.LaunchLine");
        command.add(installed.door().toString());
        command.add(folder.resolve("sandbox").toString());
        command.add(installed.tofu() + "=/bin/tofu");
        command.add(work + "=/work");
        command.add(folder.resolve("boxed.rc") + "=/in/tofu.rc");
        command.add(provider() + "=/opt/provider");
        command.add("--");
        command.add("/bin/tofu");
        command.addAll(arguments);
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new BenchFailedException("the provisioner does not say its line");
        }
        String last = said.strip().lines().reduce("", (_, line) -> line);
        List<String> line =
                new ArrayList<>(List.of(new ObjectMapper().readValue(last, String[].class)));
        line.set(line.indexOf("--parent") + 1, Long.toString(ProcessHandle.current().pid()));
        return line;
    }

    private static void tell(List<Cost> costs) {
        System.out.printf(
                Locale.ROOT, "%-52s %10s %10s %10s%n", "launch", "median ms", "least ms", "CPU ms");
        for (Cost cost : costs) {
            System.out.printf(
                    Locale.ROOT,
                    "%-52s %10.1f %10.1f %10.1f%n",
                    cost.name(),
                    cost.medianMillis(),
                    cost.leastMillis(),
                    cost.cpuMillis());
        }
        System.out.println();
        for (int i = 2; i < costs.size(); i += 2) {
            verdict(costs.get(i), costs.get(i + 1));
        }
    }

    private static void verdict(Cost bare, Cost boxed) {
        double more = boxed.medianMillis() - bare.medianMillis();
        double cpu = boxed.cpuMillis() / bare.cpuMillis() - 1;
        System.out.printf(
                Locale.ROOT,
                "%s adds %.1f ms (at most %.0f: %s) and %.0f %% of CPU (at most %.0f: %s)%n",
                boxed.name(),
                more,
                MOST_MILLIS,
                met(more <= MOST_MILLIS),
                100 * cpu,
                100 * MOST_CPU,
                met(cpu <= MOST_CPU));
    }

    private static String met(boolean is) {
        return is ? "met" : "missed";
    }
}
