package io.leasehold.it.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/** The Compose file of the checkout. Knows the keys that may stand in it and no others. */
final class ComposeFile {
    static final String NAME = "docker-compose.yml";

    private static final Set<String> TOP = Set.of("name", "services", "networks", "volumes");
    private static final Map<String, String> SERVICE_KEYS =
            Map.ofEntries(
                    Map.entry("image", "text"),
                    Map.entry("build", "object"),
                    Map.entry("user", "text"),
                    Map.entry("network_mode", "text"),
                    Map.entry("profiles", "texts"),
                    Map.entry("entrypoint", "texts"),
                    Map.entry("command", "texts"),
                    Map.entry("environment", "text by name"),
                    Map.entry("volumes", "texts"),
                    Map.entry("networks", "texts or object"),
                    Map.entry("ports", "texts"),
                    Map.entry("depends_on", "object"),
                    Map.entry("healthcheck", "object"),
                    Map.entry("read_only", "flag"),
                    Map.entry("tmpfs", "texts"),
                    Map.entry("cap_drop", "texts"),
                    Map.entry("cap_add", "texts"),
                    Map.entry("security_opt", "texts"),
                    Map.entry("stop_signal", "text"),
                    Map.entry("stop_grace_period", "text"),
                    Map.entry("restart", "text"));
    private static final Map<String, Set<String>> NESTED_KEYS =
            Map.of(
                    "build", Set.of("context", "dockerfile"),
                    "healthcheck", Set.of("test", "interval", "timeout", "retries"));
    private static final Set<String> CONDITIONS =
            Set.of("service_healthy", "service_completed_successfully");

    private final JsonNode document = Checkout.yaml(NAME);

    Map<String, JsonNode> services() {
        return members(document.path("services"));
    }

    JsonNode service(String name) {
        return Objects.requireNonNull(services().get(name), name);
    }

    /** What is written in a way that Compose would not read, or read otherwise than meant. */
    List<String> faultsOfForm() {
        List<String> faults = new ArrayList<>();
        members(document).keySet().stream()
                .filter(key -> !TOP.contains(key))
                .forEach(key -> faults.add("unknown key " + key));
        services().forEach((name, service) -> formOf(name, service, faults));
        return faults;
    }

    private static void formOf(String name, JsonNode service, List<String> faults) {
        members(service)
                .forEach((key, value) -> {
                    String form = SERVICE_KEYS.get(key);
                    if (form == null) {
                        faults.add(name + ": unknown key " + key);
                    } else if (!is(form, value)) {
                        faults.add(name + "." + key + " is not: " + form);
                    }
                });
        NESTED_KEYS.forEach((key, known) ->
                members(service.path(key)).keySet().stream()
                        .filter(nested -> !known.contains(nested))
                        .forEach(n -> faults.add(name + "." + key + ": unknown key " + n)));
        if (service.has("image") == service.has("build") && !service.has("build")) {
            faults.add(name + " has neither image nor build");
        }
    }

    private static boolean is(String form, JsonNode value) {
        return switch (form) {
            case "text" -> value.isTextual();
            case "flag" -> value.isBoolean();
            case "object" -> value.isObject();
            case "texts" -> areTexts(value);
            case "texts or object" -> areTexts(value) || value.isObject();
            case "text by name" ->
                    value.isObject()
                            && members(value).values().stream().allMatch(JsonNode::isTextual);
            default -> throw new IllegalArgumentException(form);
        };
    }

    private static boolean areTexts(JsonNode value) {
        return value.isArray() && value.valueStream().allMatch(JsonNode::isTextual);
    }

    /** What is named and not there. */
    List<String> faultsOfReference() {
        List<String> faults = new ArrayList<>();
        services()
                .forEach((name, service) -> {
                    namesOf(service.path("networks")).stream()
                            .filter(n -> !document.path("networks").has(n))
                            .forEach(n -> faults.add(name + ": no network " + n));
                    volumeSources(service).stream()
                            .filter(source -> !exists(source))
                            .forEach(s -> faults.add(name + ": no volume or file " + s));
                    dependenciesOf(name, service, faults);
                    buildOf(name, service, faults);
                });
        Set<String> mounted = new HashSet<>();
        services().values().forEach(service -> mounted.addAll(volumeSources(service)));
        members(document.path("volumes")).keySet().stream()
                .filter(volume -> !mounted.contains(volume))
                .forEach(volume -> faults.add("nobody mounts the volume " + volume));
        return faults;
    }

    private void dependenciesOf(String name, JsonNode service, List<String> faults) {
        members(service.path("depends_on"))
                .forEach((other, how) -> {
                    String condition = how.path("condition").asText();
                    if (!services().containsKey(other) || !CONDITIONS.contains(condition)) {
                        faults.add(name + " depends on " + other + " being " + condition);
                    } else if (condition.equals("service_healthy") && !hasCheck(other)) {
                        faults.add(name + " waits for health that nobody checks: " + other);
                    }
                });
    }

    private boolean hasCheck(String name) {
        JsonNode service = service(name);
        return service.has("healthcheck")
                || Checkout.text(service.path("build").path("dockerfile").asText())
                        .contains("\nHEALTHCHECK ");
    }

    private static void buildOf(String name, JsonNode service, List<String> faults) {
        JsonNode build = service.path("build");
        if (build.isObject()) {
            String dockerfile = build.path("dockerfile").asText();
            if (!build.path("context").asText().equals(".")
                    || !Checkout.file(dockerfile).toFile().isFile()) {
                faults.add(name + ": cannot be built from " + build);
            }
        }
        for (JsonNode option : service.path("security_opt")) {
            String text = option.asText();
            if (text.startsWith("seccomp=")
                    && !Checkout.file(text.substring("seccomp=".length())).toFile().isFile()) {
                faults.add(name + ": no file for " + text);
            }
        }
    }

    private boolean exists(String source) {
        return source.startsWith("./")
                ? Checkout.file(source).toFile().exists()
                : document.path("volumes").has(source);
    }

    private static List<String> volumeSources(JsonNode service) {
        return service.path("volumes").valueStream().map(v -> v.asText().split(":")[0]).toList();
    }

    /** The containers that run services of ours. */
    List<Container> containers() {
        List<Container> containers = new ArrayList<>();
        services()
                .forEach((name, service) -> {
                    if (service.has("build")) {
                        containers.add(container(name, service));
                    }
                });
        return containers;
    }

    private static Container container(String name, JsonNode service) {
        String dockerfile = service.path("build").path("dockerfile").asText();
        Map<String, String> environment = new HashMap<>(Dockerfile.of(dockerfile).environment());
        members(service.path("environment")).forEach((k, v) -> environment.put(k, v.asText()));
        Set<String> mounts = new HashSet<>();
        service.path("volumes").forEach(volume -> mounts.add(volume.asText().split(":")[1]));
        service.path("tmpfs").forEach(tmpfs -> mounts.add(tmpfs.asText().split(":")[0]));
        String module = dockerfile.replace("docker/", "").replace(".Dockerfile", "");
        return new Container(NAME + " " + name, module, environment, mounts);
    }

    private static Set<String> namesOf(JsonNode listOrObject) {
        Set<String> names = new HashSet<>(members(listOrObject).keySet());
        if (listOrObject.isArray()) {
            listOrObject.forEach(name -> names.add(name.asText()));
        }
        return names;
    }

    private static Map<String, JsonNode> members(JsonNode node) {
        Map<String, JsonNode> members = new TreeMap<>();
        node.properties().forEach(entry -> members.put(entry.getKey(), entry.getValue()));
        return members;
    }
}
