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

    @Option(
            names = "--rounds",
            defaultValue = "100",
            description = "Launches of each kind (${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the numbers there too.")
    private @Nullable Path json;

    /** For the command line. */
    public SandboxBench() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        Installation installed = Installation.find();
        Path folder = Files.createTempDirectory("leasehold-bench-");
        // The slot's user must get as far as to what it is given.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
        Path work = module(installed.modules().resolve("modules/four-data"), folder);
        warm(installed);
        Launches launches = new Launches();
        List<Cost> costs = new ArrayList<>();
        costs.addAll(of("tofu version", List.of("version"), installed, work, folder, launches));
        costs.addAll(
                of(
                        "tofu apply, four terraform_data",
                        List.of(
                                "apply",
                                "-input=false",
                                "-auto-approve",
                                "-lock=false",
                                "-backup=-",
                                "-state=/tmp/leasehold-bench.tfstate",
                                "-var=tenant_id=t"),
                        installed,
                        work,
                        folder,
                        launches));
        tell(costs);
        if (json != null) {
            Files.writeString(json, new ObjectMapper().writeValueAsString(costs) + "\n");
        }
        LocalFiles.deleteTree(folder);
        return 0;
    }

    private static Path module(Path from, Path folder) throws IOException {
        Path work = Files.createDirectory(folder.resolve("work"));
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.filter(each -> each.toString().endsWith(".tf")).toList()) {
                Files.copy(file, work.resolve(file.getFileName()));
            }
        }
        return work;
    }

    /** As every worker does. */
    private static void warm(Installation installed) throws IOException, InterruptedException {
        new ProcessBuilder(installed.door().toString(), "warm", installed.tofu().toString())
                .inheritIO()
                .start()
                .waitFor();
    }

    private List<Cost> of(
            String name,
            List<String> arguments,
            Installation installed,
            Path work,
            Path folder,
            Launches launches)
            throws IOException, InterruptedException {
        List<String> bare = new ArrayList<>(List.of(installed.tofu().toString()));
        bare.addAll(arguments);
        Map<String, String> environment =
                Map.of(
                        "PATH", "/bin:/usr/bin",
                        "HOME", "/tmp",
                        "TF_IN_AUTOMATION", "1",
                        "TF_CLI_CONFIG_FILE", "/dev/null",
                        "GOGC", "400",
                        "GOMAXPROCS", "1");
        return launches.measure(
                List.of(
                        new Way(name + ": bare", bare, work, environment),
                        new Way(
                                name + ": in the sandbox",
                                inSandbox(arguments, installed, work, folder),
                                work,
                                environment)),
                rounds,
                SandboxBench::forget);
    }

    /** What the bare one left; the other's was gone with its sandbox. */
    private static void forget() {
        try {
            Files.deleteIfExists(Path.of("/tmp/leasehold-bench.tfstate"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The worker's own line, as the packaged provisioner makes it. */
    private static List<String> inSandbox(
            List<String> arguments, Installation installed, Path work, Path folder)
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
        Cost bare = costs.get(2);
        Cost boxed = costs.get(3);
        double more = boxed.medianMillis() - bare.medianMillis();
        double cpu = boxed.cpuMillis() / bare.cpuMillis() - 1;
        System.out.printf(
                Locale.ROOT,
                "%nwall clock added to an apply: %.1f ms, at most %.0f: %s%n",
                more,
                MOST_MILLIS,
                met(more <= MOST_MILLIS));
        System.out.printf(
                Locale.ROOT,
                "CPU added to an apply: %.0f %%, at most %.0f: %s%n",
                100 * cpu,
                100 * MOST_CPU,
                met(cpu <= MOST_CPU));
    }

    private static String met(boolean is) {
        return is ? "met" : "missed";
    }
}
