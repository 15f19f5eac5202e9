package io.leasehold.it.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The objects of {@code k8s/base}. */
final class KubernetesFiles {
    static final String FOLDER = "k8s/base";
    static final String KUSTOMIZATION = "kustomization.yaml";

    private final JsonNode kustomization = Checkout.yaml(FOLDER + "/" + KUSTOMIZATION);
    private final List<HasMetadata> objects = new ArrayList<>();

    /** Reads them all; a file that is not as the API has it is an error. */
    KubernetesFiles() {
        for (JsonNode file : kustomization.path("resources")) {
            for (JsonNode document : Checkout.yamlDocuments(FOLDER + "/" + file.asText())) {
                objects.add(KubernetesReader.read(document));
            }
        }
    }

    List<HasMetadata> objects() {
        return List.copyOf(objects);
    }

    /** Every file that the kustomization takes in, itself included. */
    Set<String> listed() {
        Set<String> listed = new HashSet<>(Set.of(KUSTOMIZATION));
        kustomization.path("resources").forEach(file -> listed.add(file.asText()));
        for (JsonNode generator : kustomization.path("configMapGenerator")) {
            generator.path("files").forEach(file -> listed.add(file.asText()));
        }
        return listed;
    }

    <T extends HasMetadata> List<T> all(Class<T> kind) {
        return objects.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /**
     * What runs pods.
     *
     * @param claims names of the volumes that each pod has of its own
     */
    record Workload(
            String name,
            String namespace,
            LabelSelector selector,
            PodTemplateSpec template,
            Set<String> claims) {}

    List<Workload> workloads() {
        List<Workload> workloads = new ArrayList<>();
        for (Deployment d : all(Deployment.class)) {
            workloads.add(
                    new Workload(
                            d.getMetadata().getName(),
                            d.getMetadata().getNamespace(),
                            d.getSpec().getSelector(),
                            d.getSpec().getTemplate(),
                            Set.of()));
        }
        for (StatefulSet s : all(StatefulSet.class)) {
            Set<String> claims = new HashSet<>();
            s.getSpec()
                    .getVolumeClaimTemplates()
                    .forEach(claim -> claims.add(claim.getMetadata().getName()));
            workloads.add(
                    new Workload(
                            s.getMetadata().getName(),
                            s.getMetadata().getNamespace(),
                            s.getSpec().getSelector(),
                            s.getSpec().getTemplate(),
                            claims));
        }
        return workloads;
    }

    /** What a workload names and nobody has. */
    List<String> faultsOf(Workload workload) {
        List<String> faults = new ArrayList<>();
        PodTemplateSpec template = workload.template();
        if (!template.getMetadata()
                .getLabels()
                .entrySet()
                .containsAll(workload.selector().getMatchLabels().entrySet())) {
            faults.add("selects other pods than its own");
        }
        if (!isThere("ServiceAccount", workload, template.getSpec().getServiceAccountName())) {
            faults.add("no service account " + template.getSpec().getServiceAccountName());
        }
        Set<String> volumes = new HashSet<>(workload.claims());
        template.getSpec().getVolumes().stream().map(Volume::getName).forEach(volumes::add);
        for (io.fabric8.kubernetes.api.model.Container container :
                template.getSpec().getContainers()) {
            Set<String> mounted = new HashSet<>(workload.claims());
            container.getVolumeMounts().stream().map(VolumeMount::getName).forEach(mounted::add);
            if (!mounted.equals(volumes)) {
                faults.add("mounts " + mounted + " of " + volumes);
            }
            container.getEnvFrom().stream()
                    .map(source -> source.getConfigMapRef().getName())
                    .filter(name -> !isThere("ConfigMap", workload, name))
                    .forEach(name -> faults.add("no config map " + name));
        }
        return faults;
    }

    private boolean isThere(String kind, Workload near, String name) {
        return objects.stream()
                .anyMatch(o ->
                        o.getKind().equals(kind)
                                && o.getMetadata().getName().equals(name)
                                && o.getMetadata().getNamespace().equals(near.namespace()));
    }

    /** Names of the ports that pods with these labels have. */
    Set<String> portsOf(String namespace, Map<String, String> labels) {
        Set<String> ports = new HashSet<>();
        for (Workload workload : workloads()) {
            if (workload.namespace().equals(namespace)
                    && workload.template()
                            .getMetadata()
                            .getLabels()
                            .entrySet()
                            .containsAll(labels.entrySet())) {
                workload.template().getSpec().getContainers().stream()
                        .flatMap(container -> container.getPorts().stream())
                        .map(ContainerPort::getName)
                        .forEach(ports::add);
            }
        }
        return ports;
    }

    /** The containers that run services of ours. */
    List<Container> containers() {
        List<Container> containers = new ArrayList<>();
        for (Workload workload : workloads()) {
            for (io.fabric8.kubernetes.api.model.Container container :
                    workload.template().getSpec().getContainers()) {
                String module = container.getImage().replace("leasehold-", "");
                Map<String, String> environment =
                        new HashMap<>(
                                Dockerfile.of("docker/" + module + ".Dockerfile").environment());
                container
                        .getEnvFrom()
                        .forEach(s -> environment.putAll(data(s.getConfigMapRef().getName())));
                container.getEnv().forEach(e -> environment.put(e.getName(), value(e)));
                Set<String> mounts = new HashSet<>();
                container.getVolumeMounts().forEach(mount -> mounts.add(mount.getMountPath()));
                containers.add(
                        new Container(FOLDER + " " + workload.name(), module, environment, mounts));
            }
        }
        return containers;
    }

    private static String value(EnvVar variable) {
        return variable.getValueFrom() == null ? variable.getValue() : "from-elsewhere";
    }

    private Map<String, String> data(String configMap) {
        return all(ConfigMap.class).stream()
                .filter(map -> map.getMetadata().getName().equals(configMap))
                .findFirst()
                .orElseThrow()
                .getData();
    }
}
