package io.leasehold.state.blueprint;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.leasehold.events.tenant.SpecHash;
import io.leasehold.state.problem.Refusal;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a blueprint document strictly: what it does not know it refuses, and what could only fail
 * when a tenant waits (expressions, dependencies, schema) is checked here. Pure; safe to share.
 * Takes milliseconds to tens of them: not for an event loop.
 */
public final class BlueprintReader {
    /** What a run may take of a stack that says nothing of it. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(30);

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,62}");
    private static final Pattern STACK = Pattern.compile("[a-z][a-z0-9_-]{0,39}");
    private static final Pattern INPUT = Pattern.compile("[a-z_][a-z0-9_]{0,62}");
    private static final Pattern OUTPUT = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]{0,62}");
    private static final Pattern ENDPOINT =
            Pattern.compile("[A-Za-z0-9*]([A-Za-z0-9.*-]{0,252}):([1-9][0-9]{0,4})");
    private static final Pattern SEMVER =
            Pattern.compile(
                    "(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)"
                            + "(-[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?(\\+[0-9A-Za-z.-]+)?");
    private static final Map<String, Set<String>> POLICY =
            Map.of(
                    "creation", Set.of("WhenNeeded", "Once"),
                    "deletion", Set.of("Delete", "Retain"),
                    "approval", Set.of("auto", "manual", "manual-if-destroys", "plan-only"),
                    "drift", Set.of("off", "report", "auto-heal"));
    private static final int MAX_STACKS = 20;
    private static final Duration MAX_TIMEOUT = Duration.ofHours(24);
    private static final YAMLMapper YAML =
            YAMLMapper.builder(new YAMLFactory())
                    .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                    .build();

    /** The document as a tree; refused when it is not one YAML object. */
    public JsonNode parse(String yaml) {
        try {
            JsonNode document = YAML.readTree(yaml);
            require(document.isObject(), "the document must be one YAML object");
            return document;
        } catch (JsonProcessingException e) {
            throw invalid("not YAML: " + e.getOriginalMessage());
        }
    }

    /** The module folders a document names, each once. */
    public Set<String> moduleDirs(JsonNode document) {
        Set<String> dirs = new TreeSet<>();
        document.path("stacks")
                .forEach(stack -> dirs.add(stack.path("module").path("dir").asText("")));
        return dirs;
    }

    /**
     * Reads a document whole.
     *
     * @param modules digest of each module's archive, by folder
     * @throws Refusal with the place and the fault when anything is wrong
     */
    public Blueprint read(JsonNode document, Map<String, String> modules) {
        only(
                document,
                "the document",
                "apiVersion",
                "kind",
                "name",
                "version",
                "variables",
                "stacks");
        require(
                "leasehold.io/v1".equals(document.path("apiVersion").textValue()),
                "apiVersion must be leasehold.io/v1");
        require("Blueprint".equals(document.path("kind").textValue()), "kind must be Blueprint");
        String name = text(document, "name", NAME);
        String version = text(document, "version", SEMVER);
        JsonNode variables =
                document.has("variables") ? document.get("variables") : closedAndEmpty();
        require(variables.isObject(), "variables must be a JSON Schema object");
        JsonNode stacks = document.path("stacks");
        require(
                stacks.isObject() && !stacks.isEmpty() && stacks.size() <= MAX_STACKS,
                "stacks must name 1 to " + MAX_STACKS + " stacks");
        VariableSchema schema = new VariableSchema(variables);
        Map<String, List<String>> outputs = new LinkedHashMap<>();
        stacks.properties()
                .forEach(stack ->
                        outputs.put(
                                stack.getKey(),
                                strings(
                                        stack.getValue().path("outputs"),
                                        "stacks." + stack.getKey() + ".outputs",
                                        OUTPUT)));
        ExpressionCompiler compiler =
                new ExpressionCompiler(new ExpressionTypes(variables, outputs));
        Map<String, Template> templates = new LinkedHashMap<>();
        stacks.properties()
                .forEach(stack ->
                        templates.put(
                                stack.getKey(),
                                template(
                                        stack.getKey(),
                                        stack.getValue(),
                                        outputs,
                                        modules,
                                        compiler)));
        refuseCycles(templates);
        return new Blueprint(
                new BlueprintKey(name, version), digest(document, modules), schema, templates);
    }

    private static Template template(
            String name,
            JsonNode stack,
            Map<String, List<String>> outputs,
            Map<String, String> modules,
            ExpressionCompiler compiler) {
        String where = "stacks." + name;
        require(STACK.matcher(name).matches(), where + ": a stack's name is a-z, 0-9, _ and -");
        only(
                stack,
                where,
                "module",
                "inputs",
                "outputs",
                "endpoints",
                "dependsOn",
                "policy",
                "timeout");
        only(stack.path("module"), where + ".module", "dir");
        String dir = stack.path("module").path("dir").asText("");
        String digest = modules.get(dir);
        if (digest == null) {
            throw new Refusal(
                    422, "MODULE_MISSING", where + ".module.dir: no archive was sent for " + dir);
        }
        InputTemplate.Fields inputs = compiler.fields(inputs(stack, where), where + ".inputs");
        Set<OutputUse> uses = ExpressionCompiler.uses(inputs);
        Set<String> dependencies =
                new LinkedHashSet<>(strings(stack.path("dependsOn"), where + ".dependsOn", STACK));
        uses.forEach(use -> dependencies.add(use.stack()));
        for (String dependency : dependencies) {
            if (!outputs.containsKey(dependency)) {
                throw new Refusal(
                        422, "DEPENDS_UNKNOWN", where + ": there is no stack " + dependency);
            }
        }
        return new Template(
                name,
                dir,
                digest,
                inputs,
                outputs.getOrDefault(name, List.of()),
                strings(stack.path("endpoints"), where + ".endpoints", ENDPOINT),
                dependencies,
                uses,
                policy(stack.path("policy"), where + ".policy"),
                timeout(stack.path("timeout"), where + ".timeout"));
    }

    private static JsonNode inputs(JsonNode stack, String where) {
        JsonNode inputs =
                stack.has("inputs") ? stack.get("inputs") : JsonNodeFactory.instance.objectNode();
        require(inputs.isObject(), where + ".inputs must be an object");
        inputs.fieldNames()
                .forEachRemaining(input -> {
                    require(
                            INPUT.matcher(input).matches(),
                            where + ".inputs." + input + ": inputs are in snake_case");
                    require(
                            !input.startsWith("platform_"),
                            where + ".inputs." + input + ": the platform sets platform_*");
                });
        return inputs;
    }

    private static ObjectNode policy(JsonNode policy, String where) {
        ObjectNode read = JsonNodeFactory.instance.objectNode();
        if (policy.isMissingNode()) {
            return read;
        }
        only(policy, where, POLICY.keySet().toArray(String[]::new));
        policy.properties()
                .forEach(field -> {
                    Set<String> allowed = POLICY.getOrDefault(field.getKey(), Set.of());
                    require(
                            allowed.contains(field.getValue().asText()),
                            where + "." + field.getKey() + " must be one of " + allowed);
                    read.set(field.getKey(), field.getValue());
                });
        return read;
    }

    private static Duration timeout(JsonNode timeout, String where) {
        if (timeout.isMissingNode()) {
            return DEFAULT_TIMEOUT;
        }
        try {
            Duration read = Duration.parse(timeout.asText());
            require(
                    read.isPositive() && read.compareTo(MAX_TIMEOUT) <= 0,
                    where + " must be more than nothing and at most " + MAX_TIMEOUT);
            return read;
        } catch (DateTimeParseException e) {
            throw invalid(where + " must be an ISO-8601 duration such as PT10M");
        }
    }

    private static void refuseCycles(Map<String, Template> templates) {
        Set<String> done = new LinkedHashSet<>();
        for (String name : templates.keySet()) {
            visit(name, templates, done, new ArrayList<>());
        }
    }

    private static void visit(
            String name, Map<String, Template> templates, Set<String> done, List<String> path) {
        if (path.contains(name)) {
            throw new Refusal(
                    422, "DEPENDS_CYCLE", "stacks: " + String.join(" -> ", path) + " -> " + name);
        }
        Template template = templates.get(name);
        if (template == null || !done.add(name)) {
            return;
        }
        path.add(name);
        done.remove(name);
        for (String dependency : template.dependencies()) {
            visit(dependency, templates, done, path);
        }
        path.removeLast();
        done.add(name);
    }

    private static List<String> strings(JsonNode list, String where, Pattern pattern) {
        List<String> read = new ArrayList<>();
        require(list.isMissingNode() || list.isArray(), where + " must be a list");
        for (JsonNode item : list) {
            require(
                    item.isTextual() && pattern.matcher(item.textValue()).matches(),
                    where + ": " + item + " is not allowed");
            require(!read.contains(item.textValue()), where + ": " + item + " stands there twice");
            read.add(item.textValue());
        }
        return read;
    }

    private static String text(JsonNode document, String field, Pattern pattern) {
        String value = document.path(field).textValue();
        require(
                value != null && pattern.matcher(value).matches(),
                field + " must be text of the form " + pattern);
        return String.valueOf(value);
    }

    private static void only(JsonNode node, String where, String... fields) {
        require(node.isObject(), where + " must be an object");
        Set<String> known = Set.of(fields);
        Iterator<String> names = node.fieldNames();
        while (names.hasNext()) {
            String name = names.next();
            require(known.contains(name), where + " has an unknown field " + name);
        }
    }

    private static ObjectNode closedAndEmpty() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("type", "object")
                .put("additionalProperties", false);
    }

    private static String digest(JsonNode document, Map<String, String> modules) {
        ObjectNode whole = JsonNodeFactory.instance.objectNode();
        whole.set("document", document);
        ObjectNode archives = whole.putObject("modules");
        new TreeMap<>(modules).forEach(archives::put);
        return SpecHash.ofTree(whole);
    }

    private static void require(boolean holds, @Nullable String otherwise) {
        if (!holds) {
            throw invalid(String.valueOf(otherwise));
        }
    }

    private static Refusal invalid(String what) {
        return new Refusal(422, "BLUEPRINT_INVALID", what);
    }
}
