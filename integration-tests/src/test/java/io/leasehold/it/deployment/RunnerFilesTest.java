package io.leasehold.it.deployment;

import static io.leasehold.it.deployment.DeploymentFilesTest.texts;
import static java.util.Locale.ROOT;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A runner does what tenants' modules say, and is kept away from all that is not theirs. */
class RunnerFilesTest {
    private final ComposeFile compose = new ComposeFile();
    private final KubernetesFiles kubernetes = new KubernetesFiles();

    @Test
    void aRunnerIsGivenNothingOfKafka() {
        List<Container> runners =
                DeploymentFilesTest.containers()
                        .filter(c -> "true".equals(c.environment().get("LEASEHOLD_RUNNER_ENABLED")))
                        .toList();

        assertThat(runners)
                .hasSize(2)
                .allSatisfy(runner -> {
                    assertThat(runner.environment())
                            .containsEntry("LEASEHOLD_INTAKE_ENABLED", "false")
                            .containsEntry("LEASEHOLD_PUBLISHER_ENABLED", "false");
                    assertThat(runner.environment().entrySet())
                            // Where no door leads is no way there.
                            .filteredOn(
                                    setting -> !setting.getKey().equals("LEASEHOLD_DOOR_FORBIDDEN"))
                            .noneMatch(setting ->
                                    setting.toString().toLowerCase(ROOT).contains("kafka"));
                });
        // No route, and no secret of those who have one.
        assertThat(texts(compose.service("runner").path("networks")))
                .doesNotContainAnyElementsOf(texts(compose.service("kafka").path("networks")));
        assertThat(texts(compose.service("runner").path("volumes")))
                .noneMatch(volume -> volume.toString().contains("intake-secrets"));
        assertThat(secretsOf("runner")).doesNotContainAnyElementsOf(secretsOf("intake"));
    }

    /** A runner knows neither broker nor database, so it is told what they are called. */
    @Test
    void noDoorOfARunnerLeadsToWhatItsPlatformIsMadeOf() {
        for (List<Container> all : List.of(compose.containers(), kubernetes.containers())) {
            Set<String> platform = new TreeSet<>();
            List<Container> runners = new ArrayList<>();
            for (Container each : all) {
                Optional.ofNullable(each.environment().get("LEASEHOLD_DATABASE_URL"))
                        .map(URI::create)
                        .ifPresent(url -> platform.add(url.getHost() + ":" + url.getPort()));
                Optional.ofNullable(each.environment().get("KAFKA_BOOTSTRAP_SERVERS"))
                        .ifPresent(servers -> platform.addAll(List.of(servers.split(","))));
                if ("true".equals(each.environment().get("LEASEHOLD_RUNNER_ENABLED"))) {
                    runners.add(each);
                }
            }

            assertThat(platform).hasSize(2);
            assertThat(runners)
                    .singleElement()
                    .satisfies(runner ->
                            assertThat(
                                            runner.environment()
                                                    .getOrDefault("LEASEHOLD_DOOR_FORBIDDEN", "")
                                                    .split(","))
                                    .containsAll(platform));
        }
    }

    private List<String> secretsOf(String workload) {
        return kubernetes.workloads().stream()
                .filter(w -> w.name().equals(workload))
                .flatMap(w -> w.template().getSpec().getVolumes().stream())
                .filter(volume -> volume.getSecret() != null)
                .map(volume -> volume.getSecret().getSecretName())
                .toList();
    }
}
