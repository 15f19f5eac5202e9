package io.leasehold.bench;

import io.leasehold.embedded.LocalFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * As fast as tofu itself is here: one folder, initialised once, and one process for each tenant. No
 * sandbox, no fence, no record of what was done.
 */
final class Ceiling implements Contender {
    private final int parallel;
    private final BareTofu bare;

    /**
     * @param parallel how many at a time
     */
    Ceiling(int parallel, BareTofu bare) {
        this.parallel = parallel;
        this.bare = bare;
    }

    @Override
    public Approach approach() {
        return Approach.CEILING;
    }

    @Override
    public void prepare(BenchModule module) throws InterruptedException {
        bare.copyModule(module, template(module));
        tofu(module, "template", List.of("init", "-input=false", "-no-color"));
    }

    private Path template(BenchModule module) {
        return bare.folder().resolve("template-" + module.label());
    }

    private void tofu(BenchModule module, String state, List<String> arguments)
            throws InterruptedException {
        List<String> command = new ArrayList<>(List.of(bare.tofu().toString()));
        command.addAll(arguments);
        String address = bare.states() + "/" + state;
        Path log = bare.folder().resolve("ceiling.log");
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.directory(template(module).toFile());
        builder.environment().clear();
        builder.environment().putAll(bare.environment());
        builder.environment().put("TF_HTTP_ADDRESS", address);
        builder.environment().put("TF_HTTP_LOCK_ADDRESS", address);
        builder.environment().put("TF_HTTP_UNLOCK_ADDRESS", address);
        builder.redirectErrorStream(true);
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        try {
            int exit = builder.start().waitFor();
            if (exit != 0) {
                throw new BenchFailedException(
                        "tofu failed (exit "
                                + exit
                                + "):\n"
                                + String.join("\n", LocalFiles.tail(log, 30)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public List<Duration> run(BenchModule module, Phase phase, List<String> tenants)
            throws InterruptedException {
        Path inputs = bare.folder().resolve("inputs");
        bare.writeInputs(module, tenants, inputs);
        long start = System.nanoTime();
        List<Future<Duration>> runs = new ArrayList<>();
        try (ExecutorService workers =
                Executors.newFixedThreadPool(parallel, Thread.ofVirtual().factory())) {
            for (String tenant : tenants) {
                Path file = inputs.resolve(tenant + ".tfvars.json");
                runs.add(
                        workers.submit(() -> {
                            tofu(module, tenant, arguments(phase, file));
                            return Duration.ofNanos(System.nanoTime() - start);
                        }));
            }
        }
        List<Duration> done = new ArrayList<>();
        for (Future<Duration> run : runs) {
            try {
                done.add(run.get());
            } catch (ExecutionException e) {
                if (e.getCause() instanceof BenchFailedException failed) {
                    throw failed;
                }
                throw new BenchFailedException("a run of tofu ended unexpectedly", e);
            }
        }
        return done;
    }

    private static List<String> arguments(Phase phase, Path inputs) {
        List<String> arguments = new ArrayList<>(List.of("apply"));
        if (phase == Phase.DESTROY) {
            arguments.add("-destroy");
        }
        arguments.addAll(List.of("-auto-approve", "-input=false", "-no-color"));
        arguments.add("-var-file=" + inputs);
        return List.copyOf(arguments);
    }

    @Override
    public Cpu cpu() {
        return bare.cpu();
    }

    @Override
    public Map<String, Long> memory() {
        return bare.memory();
    }

    @Override
    public void close() {
        bare.close();
    }
}
