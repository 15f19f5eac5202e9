package io.leasehold.provisioner.runner;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.leasehold.ledger.api.Claim;
import io.leasehold.provisioner.door.AddressRange;
import io.leasehold.provisioner.door.DoorRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the platform gives to runs: credentials and inputs by tenant, blueprint and stack, and the
 * endpoints that may be reached at all. Events and blueprints have no say in it. Immutable.
 *
 * @param bindings all that match a run are given, later ones over earlier ones
 * @param doors endpoints the platform allows; a run gets those that its blueprint names as well
 */
record Bindings(List<Binding> bindings, List<Door> doors) {

    /** Gives nothing. */
    static final Bindings NONE = new Bindings(List.of(), List.of());

    @JsonCreator
    Bindings(
            @JsonProperty("bindings") @Nullable List<Binding> bindings,
            @JsonProperty("doors") @Nullable List<Door> doors) {
        this.bindings = List.copyOf(Objects.requireNonNullElse(bindings, List.of()));
        this.doors = List.copyOf(Objects.requireNonNullElse(doors, List.of()));
        // What is none is refused with the file, and not by each run of its own.
        this.doors.forEach(Door::rule);
    }

    /**
     * Reads the file. Unknown and repeated keys are refused: a misspelt key would silently bind
     * nothing.
     *
     * @throws IllegalStateException when the file cannot be read or is not of this shape
     */
    static Bindings read(Path file) {
        ObjectMapper yaml =
                YAMLMapper.builder()
                        .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                        .build();
        try {
            return yaml.readValue(Files.readString(file), Bindings.class);
        } catch (IOException e) {
            throw new IllegalStateException(
                    "The bindings file " + file + " cannot be used: " + e.getMessage(), e);
        }
    }

    /** The bindings that speak of this run, in the file's order. */
    List<Binding> matching(Claim claim) {
        return bindings.stream().filter(binding -> binding.matches(claim)).toList();
    }

    /** The names of those that have one, for people. */
    List<String> names(Claim claim) {
        return matching(claim).stream().flatMap(each -> Stream.ofNullable(each.name())).toList();
    }

    /** The endpoints this run may reach: what blueprint and platform both name. */
    List<DoorRule> doorsFor(Claim claim) {
        return doors.stream()
                .map(Door::rule)
                .flatMap(rule -> claim.endpoints().stream().map(rule::meet))
                .flatMap(Optional::stream)
                .toList();
    }

    /**
     * @param name of what it gives, for people: the run's log says it, and a cap is named like it
     * @param tenants glob on the tenant id: {@code *} stands for any run of characters
     * @param env plain environment of providers
     * @param secretEnv environment whose values are read from files when the run starts
     * @param inputs module inputs, named {@code platform_*}
     */
    record Binding(
            @Nullable String name,
            String tenants,
            @Nullable String blueprint,
            @Nullable String stack,
            Map<String, String> env,
            Map<String, Path> secretEnv,
            Map<String, JsonNode> inputs) {

        @JsonCreator
        Binding(
                @JsonProperty("name") @Nullable String name,
                @JsonProperty("tenants") @Nullable String tenants,
                @JsonProperty("blueprint") @Nullable String blueprint,
                @JsonProperty("stack") @Nullable String stack,
                @JsonProperty("env") @Nullable Map<String, String> env,
                @JsonProperty("secretEnv") @Nullable Map<String, Path> secretEnv,
                @JsonProperty("inputs") @Nullable Map<String, JsonNode> inputs) {
            this.name = name;
            this.tenants = Objects.requireNonNullElse(tenants, "*");
            this.blueprint = blueprint;
            this.stack = stack;
            this.env = Map.copyOf(Objects.requireNonNullElse(env, Map.of()));
            this.secretEnv = Map.copyOf(Objects.requireNonNullElse(secretEnv, Map.of()));
            this.inputs = Map.copyOf(Objects.requireNonNullElse(inputs, Map.of()));
            this.inputs.keySet().stream()
                    .filter(input -> !input.startsWith("platform_"))
                    .findFirst()
                    .ifPresent(input -> {
                        throw new IllegalArgumentException(
                                "platform inputs are named platform_*, not " + input);
                    });
        }

        private boolean matches(Claim claim) {
            return glob(tenants).matcher(claim.stack().tenantId()).matches()
                    && (blueprint == null || blueprint.equals(claim.blueprint()))
                    && (stack == null || stack.equals(claim.stack().stack()));
        }

        private static Pattern glob(String glob) {
            return Pattern.compile(Pattern.quote(glob).replace("*", "\\E.*\\Q"));
        }
    }

    /**
     * @param name host name or pattern
     * @param connect address to connect to in place of the name's own; this, or {@code within}, is
     *     the only way to loopback and private ranges
     * @param within ranges in which the real address must lie; those may be private
     */
    record Door(
            @JsonProperty("name") String name,
            @JsonProperty("port") int port,
            @JsonProperty("connect") @Nullable String connect,
            @JsonProperty("within") @Nullable List<String> within) {

        DoorRule rule() {
            return new DoorRule(
                    name,
                    port,
                    Optional.ofNullable(connect),
                    Objects.requireNonNullElse(within, List.<String>of()).stream()
                            .map(AddressRange::of)
                            .toList());
        }
    }
}
