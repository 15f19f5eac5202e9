package io.leasehold.it.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.leasehold.it.deployment.KubernetesFiles.Workload;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Deployment files are code nobody compiles; this is what keeps them true. */
class DeploymentFilesTest {
    /** Not a setting of ours: in which letters the JVM hands an environment on. */
    private static final String OF_THE_JVM = "LC_ALL";

    private static final Map<String, ServiceSettings> SERVICES =
            Stream.of(
                            ServiceSettings.of("state-service", "io.leasehold.state"),
                            ServiceSettings.of("provisioner", "io.leasehold.provisioner"))
                    .collect(Collectors.toMap(ServiceSettings::name, Function.identity()));

    private final ComposeFile compose = new ComposeFile();
    private final KubernetesFiles kubernetes = new KubernetesFiles();

    static Stream<Container> containers() {
        return Stream.concat(
                        new ComposeFile().containers().stream(),
                        new KubernetesFiles().containers().stream())
                .filter(container -> !container.module().equals("cli"));
    }

    @Test
    void theComposeFileSaysOnlyWhatComposeReads() {
        assertThat(compose.faultsOfForm()).isEmpty();
    }

    @Test
    void whatTheComposeFileNamesIsThere() {
        assertThat(compose.faultsOfReference()).isEmpty();
    }

    @Test
    void theKustomizationTakesInEveryFile() {
        assertThat(Checkout.names(KubernetesFiles.FOLDER))
                .containsExactlyInAnyOrderElementsOf(kubernetes.listed());
    }

    @Test
    void theKustomizationSaysOnlyWhatIsKnownHere() {
        JsonNode kustomization =
                Checkout.yaml(KubernetesFiles.FOLDER + "/" + KubernetesFiles.KUSTOMIZATION);

        assertThat(kustomization.fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder(
                        "apiVersion", "kind", "resources", "configMapGenerator", "images");
        assertThat(kustomization.path("images").findValuesAsText("name"))
                .containsExactlyInAnyOrder("leasehold-state-service", "leasehold-provisioner");
    }

    @Test
    void whatKubernetesObjectsNameIsThere() {
        assertThat(kubernetes.workloads())
                .hasSize(3)
                .allSatisfy(w -> assertThat(kubernetes.faultsOf(w)).as(w.name()).isEmpty());
    }

    @Test
    void servicesAndPoliciesSpeakOfPortsThatPodsHave() {
        for (Service service : kubernetes.all(Service.class)) {
            assertThat(
                            kubernetes.portsOf(
                                    service.getMetadata().getNamespace(),
                                    service.getSpec().getSelector()))
                    .as(service.getMetadata().getName())
                    .containsAll(
                            service.getSpec().getPorts().stream()
                                    .map(port -> port.getTargetPort().getStrVal())
                                    .toList());
        }
        assertThat(
                        kubernetes.all(NetworkPolicy.class).stream()
                                .flatMap(DeploymentFilesTest::namedPorts))
                .containsOnly("http");
    }

    private static Stream<String> namedPorts(NetworkPolicy policy) {
        Stream<NetworkPolicyPort> in =
                policy.getSpec().getIngress().stream().flatMap(rule -> rule.getPorts().stream());
        Stream<NetworkPolicyPort> out =
                policy.getSpec().getEgress().stream().flatMap(rule -> rule.getPorts().stream());
        return Stream.concat(in, out)
                .map(port -> port.getPort().getStrVal())
                .filter(name -> name != null);
    }

    @Test
    void everyNamespaceIsClosedAndEveryWorkloadHasABudget() {
        Set<String> closed =
                kubernetes.all(NetworkPolicy.class).stream()
                        .filter(p -> p.getSpec().getIngress().isEmpty())
                        .filter(p -> p.getSpec().getEgress().isEmpty())
                        .map(p -> p.getMetadata().getNamespace())
                        .collect(Collectors.toSet());
        List<String> budgets =
                kubernetes.all(PodDisruptionBudget.class).stream()
                        .map(b -> b.getSpec().getSelector().getMatchLabels().toString())
                        .toList();

        for (Workload workload : kubernetes.workloads()) {
            assertThat(closed).contains(workload.namespace());
            assertThat(budgets).contains(workload.selector().getMatchLabels().toString());
        }
    }

    @ParameterizedTest
    @MethodSource("containers")
    void everySettingThatIsNamedExists(Container container) {
        ServiceSettings settings = settingsOf(container);

        assertThat(container.environment().keySet())
                .filteredOn(name -> !name.equals(OF_THE_JVM))
                .isNotEmpty()
                .allMatch(settings.names()::containsKey);
    }

    @ParameterizedTest
    @MethodSource("containers")
    void everyServiceCanReadWhatItIsGiven(Container container) {
        ServiceSettings settings = settingsOf(container);

        assertThatCode(() -> settings.readFrom(container.environment())).doesNotThrowAnyException();
    }

    private static ServiceSettings settingsOf(Container container) {
        return Objects.requireNonNull(SERVICES.get(container.module()), container.where());
    }

    @ParameterizedTest
    @MethodSource("containers")
    void everyFileThatASettingNamesIsInTheImageOrMounted(Container container) {
        assertThat(container.environment().values())
                .filteredOn(value -> value.startsWith("/"))
                .isNotEmpty()
                .allMatch(container::has);
    }

    @ParameterizedTest
    @ValueSource(strings = {"state-service", "provisioner", "cli"})
    void imagesAreBuiltFromStagesAndFilesThatExist(String module) {
        Dockerfile dockerfile = Dockerfile.of("docker/" + module + ".Dockerfile");

        assertThat(dockerfile.copies())
                .isNotEmpty()
                .allSatisfy(copy -> {
                    if (copy.from().isEmpty()) {
                        assertThat(copy.sources())
                                .filteredOn(source -> !source.startsWith("${"))
                                .allMatch(source -> Checkout.file(source).toFile().exists());
                    } else {
                        assertThat(dockerfile.stages()).contains(copy.from());
                    }
                });
    }

    @Test
    void theImageHasTheOpenTofuThatIsPinned() {
        String pin = Checkout.text("tools/tofu/go.mod");
        String image = Checkout.text("docker/provisioner.Dockerfile");
        String version = image.split("ARG TOFU_VERSION=", 2)[1].lines().findFirst().orElseThrow();

        assertThat(pin).containsPattern("opentofu/opentofu v" + version + "\\b");
    }

    @Test
    void theRunnerMayDoTheSameInComposeAndKubernetes() {
        JsonNode service = compose.service("runner");
        SecurityContext pod = runnerPod().getContainers().getFirst().getSecurityContext();

        assertThat(texts(service.path("cap_add")))
                .containsExactlyInAnyOrderElementsOf(pod.getCapabilities().getAdd());
        assertThat(texts(service.path("cap_drop"))).isEqualTo(pod.getCapabilities().getDrop());
        assertThat(texts(service.path("security_opt")))
                .contains("no-new-privileges:true", "systempaths=unconfined");
        assertThat(pod.getAllowPrivilegeEscalation()).isFalse();
        assertThat(pod.getProcMount()).isEqualTo("Unmasked");
    }

    private PodSpec runnerPod() {
        return kubernetes.workloads().stream()
                .filter(w -> w.name().equals("runner"))
                .findFirst()
                .orElseThrow()
                .template()
                .getSpec();
    }

    @Test
    void theRunnerIsGivenTheTimeInWhichItsRunsEnd() {
        Duration inKubernetes =
                TimeToEnd.of(named(kubernetes.containers(), "runner").environment());
        Duration inCompose = TimeToEnd.of(named(compose.containers(), "runner").environment());

        assertThat(runnerPod().getTerminationGracePeriodSeconds())
                .isEqualTo(inKubernetes.toSeconds());
        assertThat(compose.service("runner").path("stop_grace_period").asText())
                .isEqualTo(inCompose.toMinutes() + "m");
    }

    private static Container named(List<Container> containers, String name) {
        return containers.stream()
                .filter(each -> each.where().endsWith(" " + name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void noServiceOfOursIsPrivilegedAndNoneWritesToItsImage() {
        assertThat(compose.services().values())
                .filteredOn(service -> service.has("build"))
                .hasSize(5)
                .allSatisfy(service -> {
                    assertThat(service.path("read_only").asBoolean()).isTrue();
                    assertThat(texts(service.path("cap_drop"))).containsExactly("ALL");
                });
        assertThat(compose.services().values())
                .flatExtracting(service -> texts(service.path("ports")))
                .allSatisfy(port -> assertThat(port.toString()).startsWith("127.0.0.1:"));
    }

    @Test
    void theSeccompProfileAllowsWhatASandboxNeedsAndNotMore() {
        JsonNode profile = Checkout.json("docker/bwrap-seccomp.json");

        assertThat(profile.fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder(
                        "defaultAction", "defaultErrnoRet", "architectures", "syscalls");
        assertThat(profile.path("defaultAction").asText()).isEqualTo("SCMP_ACT_ERRNO");
        Set<String> allowed = new TreeSet<>();
        for (JsonNode rule : profile.path("syscalls")) {
            assertThat(rule.fieldNames())
                    .toIterable()
                    .isSubsetOf("comment", "names", "action", "args", "errnoRet");
            List<String> names = texts(rule.path("names"));
            assertThat(names).isSorted().doesNotHaveDuplicates();
            if (rule.path("action").asText().equals("SCMP_ACT_ALLOW")) {
                allowed.addAll(names);
            }
        }
        assertThat(allowed)
                .contains(
                        "clone",
                        "unshare",
                        "setns",
                        "mount",
                        "umount2",
                        "pivot_root",
                        "sethostname")
                .contains("seccomp", "prctl", "capset", "execve", "futex", "openat")
                .doesNotContain("ptrace", "bpf", "keyctl", "add_key", "request_key", "userfaultfd")
                .doesNotContain("kexec_load", "init_module", "finit_module", "open_by_handle_at")
                .doesNotContain("perf_event_open", "io_uring_setup", "reboot", "swapon");
    }

    @Test
    void theDoorsOfComposeLeadToWhatTheStarterBlueprintNames() {
        JsonNode bindings = Checkout.yaml("docker/bindings.yaml");
        JsonNode starter = Checkout.yaml("terraform-modules/blueprints/starter/1.0.0.yaml");

        Set<String> doors = new TreeSet<>();
        bindings.path("doors")
                .forEach(d -> doors.add(d.path("name").asText() + ":" + d.path("port").asInt()));
        Set<String> endpoints = new TreeSet<>();
        starter.path("stacks").forEach(s -> endpoints.addAll(texts(s.path("endpoints"))));

        assertThat(doors).isEqualTo(endpoints);
        bindings.path("bindings")
                .forEach(b -> {
                    assertThat(b.path("blueprint").asText()).isEqualTo("starter");
                    assertThat(starter.path("stacks").has(b.path("stack").asText())).isTrue();
                });
    }

    @Test
    void continuousIntegrationRunsWhatContributorsRun() {
        assertThat(Checkout.text(".ci/run")).endsWith("exec ./leasehold test\n");
        assertThat(Checkout.file(".ci/run").toFile().canExecute()).isTrue();
    }

    static List<String> texts(JsonNode list) {
        return list.valueStream().map(JsonNode::asText).toList();
    }
}
