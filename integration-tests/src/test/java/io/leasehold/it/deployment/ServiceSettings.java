package io.leasehold.it.deployment;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.ConfigMappings;
import io.smallrye.config.ConfigMappings.ConfigClass;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The settings that a service has: those of its compiled config mappings, and the keys of its
 * {@code application.properties}.
 *
 * @param name of the module
 * @param mappings its config mappings
 * @param names setting by the name of its environment variable
 */
record ServiceSettings(String name, List<ConfigClass> mappings, Map<String, String> names) {

    /** Settings of a library that a deployment must be able to set though no file here does. */
    private static final Set<String> OF_LIBRARIES = Set.of("kafka.bootstrap.servers");

    private static final int OF_THE_SERVICE = 250;
    private static final int OF_THE_ENVIRONMENT = 300;

    static ServiceSettings of(String module, String rootPackage) {
        List<ConfigClass> mappings =
                new ClassFileImporter()
                                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                                .importPackages(rootPackage)
                                .stream()
                                .filter(c -> c.isInterface())
                                .filter(c -> c.isAnnotatedWith(ConfigMapping.class))
                                .map(JavaClass::reflect)
                                .<ConfigClass>map(ConfigClass::configClass)
                                .toList();
        Map<String, String> names = new TreeMap<>();
        for (ConfigClass mapping : mappings) {
            ConfigMappings.getProperties(mapping).keySet().forEach(p -> names.put(variable(p), p));
        }
        own(module).stringPropertyNames().forEach(p -> names.put(variable(p), p));
        OF_LIBRARIES.forEach(p -> names.put(variable(p), p));
        return new ServiceSettings(module, mappings, Map.copyOf(names));
    }

    /** The settings of the config mappings; a list is one setting, its elements are none. */
    Set<String> mapped() {
        return mappings.stream()
                .flatMap(mapping -> ConfigMappings.getProperties(mapping).keySet().stream())
                .filter(name -> !name.endsWith("[*]"))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The environment variable of a setting, by the rule of MicroProfile Config. */
    static String variable(String property) {
        return property.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
    }

    private static Properties own(String module) {
        return Checkout.properties(module + "/src/main/resources/application.properties");
    }

    /**
     * Reads all of the service's settings from such an environment, as the service does at start.
     *
     * @throws io.smallrye.config.ConfigValidationException if a value cannot be read, or a setting
     *     that has no default is not there
     */
    void readFrom(Map<String, String> environment) {
        Map<String, String> given = new HashMap<>();
        environment.forEach((variable, value) -> {
            String property = names.get(variable);
            if (property != null) {
                given.put(property, value);
            }
        });
        Map<String, String> own = new HashMap<>();
        Properties properties = own(name);
        properties.stringPropertyNames().forEach(p -> own.put(p, properties.getProperty(p)));
        SmallRyeConfigBuilder builder =
                new SmallRyeConfigBuilder()
                        .addDefaultInterceptors()
                        .addDiscoveredConverters()
                        .addSystemSources()
                        .withSources(
                                new PropertiesConfigSource(own, "service", OF_THE_SERVICE),
                                new PropertiesConfigSource(
                                        given, "environment", OF_THE_ENVIRONMENT));
        mappings.forEach(mapping -> builder.withMapping(mapping));
        builder.withMappingIgnore("quarkus.**").withMappingIgnore("leasehold.**").build();
    }
}
