package io.leasehold.provisioner.health;

import io.leasehold.provisioner.runner.RunnerConfig;
import io.leasehold.provisioner.runner.Worker;
import io.leasehold.provisioner.sandbox.ProbeResult;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Ready when this process runs nothing, or when its sandbox holds. */
@Readiness
@ApplicationScoped
public class SandboxReady implements HealthCheck {

    private static final String NAME = "sandbox";

    private final RunnerConfig config;
    private final Worker worker;

    /** Asks the worker what its probe said. */
    @Inject
    public SandboxReady(RunnerConfig config, Worker worker) {
        this.config = config;
        this.worker = worker;
    }

    @Override
    public HealthCheckResponse call() {
        if (!config.enabled()) {
            return HealthCheckResponse.named(NAME).up().withData("role", "off").build();
        }
        return switch (worker.probe()) {
            case null ->
                    HealthCheckResponse.named(NAME).down().withData("probe", "running").build();
            case ProbeResult.Ok(String how, List<ProbeResult.Lack> without) -> {
                HealthCheckResponseBuilder up =
                        HealthCheckResponse.named(NAME).up().withData("how", how);
                if (!without.isEmpty()) {
                    up.withData("without", words(without, ProbeResult.Lack::part))
                            .withData("remedy", words(without, ProbeResult.Lack::remedy));
                }
                yield up.build();
            }
            case ProbeResult.Failed(String part, String remedy) ->
                    HealthCheckResponse.named(NAME)
                            .down()
                            .withData("part", part)
                            .withData("remedy", remedy)
                            .build();
        };
    }

    private static String words(
            List<ProbeResult.Lack> lacks, Function<ProbeResult.Lack, String> part) {
        return lacks.stream().map(part).collect(Collectors.joining("; "));
    }
}
