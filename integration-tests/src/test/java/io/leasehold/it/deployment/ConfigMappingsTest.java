package io.leasehold.it.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leasehold.it.deployment.MappingSources.Setting;
import io.smallrye.config.ConfigValidationException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every setting of both services: by itself, with all the others, missing, and wrong. */
class ConfigMappingsTest {

    private static final Map<String, String> SERVICES =
            Map.of(
                    "state-service", "io.leasehold.state",
                    "provisioner", "io.leasehold.provisioner");

    /** Looking for the mappings reads every class of a service: once is enough. */
    private static final Map<String, ServiceSettings> COMPILED = new ConcurrentHashMap<>();

    /** A setting of a service. */
    record Case(String module, Setting setting) {
        @Override
        public String toString() {
            return module + " " + setting.name();
        }
    }

    private static List<Case> settings() throws IOException {
        List<Case> all = new ArrayList<>();
        for (String module : SERVICES.keySet()) {
            in(module).forEach(setting -> all.add(new Case(module, setting)));
        }
        return all;
    }

    static List<Case> settingsThatCanBeWrong() throws IOException {
        return settings().stream().filter(each -> wrong(each.setting().type()) != null).toList();
    }

    static List<Case> settingsThatMustBeThere() throws IOException {
        return settings().stream().filter(each -> isRequired(each.setting())).toList();
    }

    static List<String> services() {
        return List.copyOf(SERVICES.keySet());
    }

    private static List<Setting> in(String module) throws IOException {
        return MappingSources.of(module).stream().flatMap(m -> m.settings().stream()).toList();
    }

    private static ServiceSettings compiled(String module) {
        return COMPILED.computeIfAbsent(
                module, name -> ServiceSettings.of(name, String.valueOf(SERVICES.get(name))));
    }

    private static boolean isRequired(Setting setting) {
        return setting.standard() == null && !setting.type().startsWith("Optional");
    }

    /** What must be there, and nothing else. */
    private static Map<String, String> least(String module) throws IOException {
        Map<String, String> environment = new HashMap<>();
        for (Setting setting : in(module)) {
            if (isRequired(setting)) {
                environment.put(ServiceSettings.variable(setting.name()), sample(setting.type()));
            }
        }
        return environment;
    }

    private static String sample(String type) {
        return switch (type) {
            case "boolean" -> "true";
            case "int", "short", "OptionalInt", "double" -> "3";
            case "Duration", "Optional<Duration>" -> "PT7S";
            case "MemorySize" -> "5M";
            case "URI" -> "http://127.0.0.1:1";
            case "Tier" -> "landlock";
            case "Path", "Optional<Path>", "Optional<List<Path>>" -> "/some/where";
            case "String", "Optional<String>", "Optional<List<String>>" -> "text";
            default -> throw new IllegalArgumentException("give a sample of a " + type);
        };
    }

    private static @Nullable String wrong(String type) {
        return switch (type) {
            case "int",
                    "short",
                    "OptionalInt",
                    "double",
                    "Duration",
                    "Optional<Duration>",
                    "MemorySize" ->
                    "a few";
            case "URI" -> "not a url";
            case "Tier" -> "chroot";
            default -> null;
        };
    }

    @ParameterizedTest
    @MethodSource("services")
    void a_service_reads_its_defaults(String module) throws IOException {
        Map<String, String> least = least(module);

        assertThatCode(() -> compiled(module).readFrom(least)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @MethodSource("services")
    void a_service_reads_all_of_its_settings_from_the_environment(String module)
            throws IOException {
        Map<String, String> all = new HashMap<>();
        in(module).forEach(s -> all.put(ServiceSettings.variable(s.name()), sample(s.type())));

        assertThatCode(() -> compiled(module).readFrom(all)).doesNotThrowAnyException();
        assertThat(all).hasSameSizeAs(in(module));
    }

    @ParameterizedTest
    @MethodSource("settingsThatMustBeThere")
    void what_has_no_default_must_be_there(Case each) throws IOException {
        Map<String, String> lacking = least(each.module());
        lacking.remove(ServiceSettings.variable(each.setting().name()));

        assertThatThrownBy(() -> compiled(each.module()).readFrom(lacking))
                .isInstanceOf(ConfigValidationException.class)
                .hasMessageContaining(each.setting().name());
    }

    @ParameterizedTest
    @MethodSource("settingsThatCanBeWrong")
    void a_value_that_is_none_is_refused_by_the_name_of_the_setting(Case each) throws IOException {
        Map<String, String> environment = least(each.module());
        environment.put(
                ServiceSettings.variable(each.setting().name()),
                String.valueOf(wrong(each.setting().type())));

        assertThatThrownBy(() -> compiled(each.module()).readFrom(environment))
                .isInstanceOf(ConfigValidationException.class)
                .hasMessageContaining(each.setting().name());
    }
}
