package io.leasehold.bench;

import io.leasehold.embedded.LocalFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The hand-written loop: {@code xargs -P} over {@code loop.sh}. */
final class Loop implements Contender {
    private static final String SCRIPT = "loop.sh";

    private final Approach approach;
    private final Map<String, String> settings;
    private final int parallel;
    private final BareTofu bare;

    /**
     * @param settings variables of the environment beyond what tofu needs
     * @param parallel for {@code xargs -P}
     */
    Loop(Approach approach, Map<String, String> settings, int parallel, BareTofu bare) {
        this.approach = approach;
        this.settings = Map.copyOf(settings);
        this.parallel = parallel;
        this.bare = bare;
    }

    @Override
    public Approach approach() {
        return approach;
    }

    @Override
    public void prepare(BenchModule module) {
        bare.copyModule(module, module(module));
        try (InputStream script = Loop.class.getResourceAsStream(SCRIPT)) {
            if (script == null) {
                throw new BenchFailedException(SCRIPT + " is missing from the jar");
            }
            Files.write(bare.folder().resolve(SCRIPT), script.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path module(BenchModule module) {
        return bare.folder().resolve("module-" + module.label());
    }

    @Override
    public List<Duration> run(BenchModule module, Phase phase, List<String> tenants)
            throws InterruptedException {
        Path inputs = bare.folder().resolve("inputs");
        bare.writeInputs(module, tenants, inputs);
        Path list = bare.folder().resolve("tenants.txt");
        Path work = bare.folder().resolve("work");
        Path log = bare.folder().resolve("loop.log");
        String action = phase == Phase.DESTROY ? "destroy" : "apply";
        try {
            Files.writeString(list, String.join("\n", tenants) + "\n");
            ProcessBuilder builder =
                    new ProcessBuilder(
                            "xargs",
                            "-P",
                            Integer.toString(parallel),
                            "-n",
                            "1",
                            "sh",
                            bare.folder().resolve(SCRIPT).toString(),
                            action);
            builder.environment().clear();
            builder.environment().putAll(bare.environment());
            builder.environment().putAll(settings);
            builder.environment().put("MODULE", module(module).toString());
            builder.environment().put("INPUTS", inputs.toString());
            builder.environment().put("WORK", work.toString());
            builder.environment().put("STATES", bare.states());
            builder.redirectInput(list.toFile());
            builder.redirectErrorStream(true);
            builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            Instant start = Instant.now();
            int exit = builder.start().waitFor();
            if (exit != 0) {
                throw new BenchFailedException(
                        "the loop failed (exit "
                                + exit
                                + "):\n"
                                + String.join("\n", LocalFiles.tail(log, 30)));
            }
            List<Duration> done = new ArrayList<>();
            for (String tenant : tenants) {
                Path mark = work.resolve(tenant).resolve("outputs.json");
                done.add(Duration.between(start, Files.getLastModifiedTime(mark).toInstant()));
            }
            return done;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
