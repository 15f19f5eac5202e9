package io.leasehold.embedded.platform;

import io.leasehold.embedded.LocalFiles;
import io.leasehold.embedded.StartFailedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Where the built services, the modules and the tools lie.
 *
 * @param home the checkout
 * @param tofu the OpenTofu binary
 * @param providers the folder of the provider mirror
 * @param door the binary that carries a run's connections
 */
public record Installation(Path home, Path tofu, Path providers, Path door) {

    /**
     * Looks where the launcher says ({@code LEASEHOLD_HOME}, {@code LEASEHOLD_TOFU}, {@code
     * LEASEHOLD_PROVIDERS}, {@code LEASEHOLD_DOOR}), else where it usually puts things.
     *
     * @throws StartFailedException naming all that is missing, with the command that makes it
     */
    public static Installation find() {
        Map<String, String> environment = System.getenv();
        Path cache = LocalFiles.cache();
        Path home =
                Path.of(
                        environment.getOrDefault(
                                "LEASEHOLD_HOME", System.getProperty("leasehold.home", ".")));
        Installation found =
                new Installation(
                        home.toAbsolutePath().normalize(),
                        at(environment, "LEASEHOLD_TOFU", cache.resolve("bin/tofu")),
                        at(environment, "LEASEHOLD_PROVIDERS", cache.resolve("providers")),
                        at(environment, "LEASEHOLD_DOOR", cache.resolve("bin/leasehold-door")));
        found.check();
        return found;
    }

    private static Path at(Map<String, String> environment, String name, Path usually) {
        String set = environment.get(name);
        return set == null || set.isBlank() ? usually : Path.of(set).toAbsolutePath();
    }

    /** The state service, ready to be run by {@code java -jar}. */
    public Path stateService() {
        return home.resolve("state-service/target/quarkus-app/quarkus-run.jar");
    }

    /** The provisioner, ready to be run by {@code java -jar}. */
    public Path provisioner() {
        return home.resolve("provisioner/target/quarkus-app/quarkus-run.jar");
    }

    /** The folder of modules and blueprints. */
    public Path modules() {
        return home.resolve("terraform-modules");
    }

    private void check() {
        List<String> missing = new ArrayList<>();
        for (Path built : List.of(stateService(), provisioner())) {
            if (!Files.isRegularFile(built)) {
                missing.add(built + " (made by: ./leasehold build)");
            }
        }
        for (Path tool : List.of(tofu, door)) {
            if (!Files.isExecutable(tool)) {
                missing.add(tool + " (made by: ./leasehold tools)");
            }
        }
        if (!Files.isDirectory(providers)) {
            missing.add(providers + " (made by: ./leasehold tools)");
        }
        if (!Files.isDirectory(modules())) {
            missing.add(modules() + " (LEASEHOLD_HOME must name the checkout)");
        }
        if (!missing.isEmpty()) {
            throw new StartFailedException("missing: " + String.join(", ", missing));
        }
    }
}
