package io.leasehold.it.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What {@code k8s/restricted} makes of the runner of the base. */
class RestrictedPodsTest {
    private final PodSpec pod = runner().getSpec().getTemplate().getSpec();
    private final Container runner = pod.getContainers().getFirst();

    @Test
    void theFolderTakesInWhatLiesThere() {
        JsonNode kustomization = Checkout.yaml("k8s/restricted/kustomization.yaml");

        assertThat(kustomization.path("resources").get(0).asText()).isEqualTo("../base");
        assertThat(kustomization.path("patches").findValuesAsText("path"))
                .containsExactly("runner.yaml");
        assertThat(Checkout.names("k8s/restricted"))
                .containsExactlyInAnyOrder("kustomization.yaml", "runner.yaml");
    }

    /** The controls of the Pod Security Standard of that name, as Kubernetes documents them. */
    @Test
    void theRunnerKeepsTheRestrictedStandard() {
        SecurityContext security = runner.getSecurityContext();

        assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(security.getRunAsUser()).isNotZero();
        assertThat(security.getAllowPrivilegeEscalation()).isFalse();
        assertThat(security.getCapabilities().getDrop()).containsExactly("ALL");
        assertThat(security.getCapabilities().getAdd()).isNullOrEmpty();
        assertThat(security.getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
        assertThat(security.getSeccompProfile().getLocalhostProfile()).isNull();
        assertThat(security.getProcMount()).isNull();
        assertThat(security.getReadOnlyRootFilesystem()).isTrue();
        assertThat(pod.getHostUsers()).isNull();
        assertThat(pod.getVolumes())
                .allMatch(volume ->
                        volume.getSecret() != null
                                || volume.getConfigMap() != null
                                || volume.getEmptyDir() != null);
    }

    @Test
    void theRunnerIsGivenTheTimeInWhichItsRunsEnd() {
        assertThat(pod.getTerminationGracePeriodSeconds())
                .isEqualTo(TimeToEnd.of(environment()).toSeconds());
    }

    private Map<String, String> environment() {
        Map<String, String> environment =
                new HashMap<>(
                        new KubernetesFiles()
                                .containers().stream()
                                        .filter(each -> each.where().endsWith(" runner"))
                                        .findFirst()
                                        .orElseThrow()
                                        .environment());
        runner.getEnv().stream()
                .filter(variable -> variable.getValue() != null)
                .forEach(variable -> environment.put(variable.getName(), variable.getValue()));
        return environment;
    }

    @Test
    void itsRunsAreKeptApartByLandlockOneAtATime() {
        Map<String, String> environment = environment();
        ServiceSettings settings = ServiceSettings.of("provisioner", "io.leasehold.provisioner");

        assertThat(environment)
                .containsEntry("LEASEHOLD_SANDBOX_TIER", "landlock")
                .containsEntry("LEASEHOLD_RUNNER_SLOTS", "1")
                .containsEntry("LEASEHOLD_RUNNER_ENABLED", "true");
        assertThat(runner.getEnv())
                .extracting(EnvVar::getName)
                .allMatch(settings.names()::containsKey);
        assertThatCode(() -> settings.readFrom(environment)).doesNotThrowAnyException();
    }

    private static StatefulSet runner() {
        JsonNode base =
                Checkout.yamlDocuments("k8s/base/runner.yaml").stream()
                        .filter(each -> each.path("kind").asText().equals("StatefulSet"))
                        .findFirst()
                        .orElseThrow();
        JsonNode patch = Checkout.yaml("k8s/restricted/runner.yaml");
        KubernetesReader.read(patch);
        return (StatefulSet) KubernetesReader.read(patched(base.deepCopy(), patch));
    }

    /**
     * As a strategic merge does: objects are merged and null removes; of lists those whose elements
     * have names are merged by them, and others replaced.
     */
    private static JsonNode patched(JsonNode base, JsonNode patch) {
        if (base instanceof ObjectNode object && patch.isObject()) {
            patch.properties()
                    .forEach(each -> {
                        JsonNode old = object.path(each.getKey());
                        if (each.getValue().isNull()) {
                            object.remove(each.getKey());
                        } else {
                            object.set(each.getKey(), patched(old, each.getValue()));
                        }
                    });
            return object;
        }
        if (base instanceof ArrayNode list && patch.path(0).has("name")) {
            patch.forEach(each -> mergeByName(list, each));
            return list;
        }
        return patch;
    }

    private static void mergeByName(ArrayNode list, JsonNode element) {
        for (int i = 0; i < list.size(); i++) {
            if (Objects.equals(list.get(i).path("name"), element.path("name"))) {
                list.set(i, patched(list.get(i), element));
                return;
            }
        }
        list.add(element);
    }
}
