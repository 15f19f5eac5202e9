package io.leasehold.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What is on this machine.
 *
 * @param tofu the program
 * @param providers a mirror of the providers that the modules name
 * @param modules the folder {@code terraform-modules}
 */
record Tools(Path tofu, Path providers, Path modules) {

    /**
     * Looks where the launcher says, else where {@code ./leasehold tools} puts things.
     *
     * @throws BenchFailedException if something is not there
     */
    static Tools find() {
        Path cache =
                setting("LEASEHOLD_CACHE")
                        .orElseGet(
                                () -> Path.of(System.getProperty("user.home"), ".cache/leasehold"));
        Path home =
                setting("LEASEHOLD_HOME")
                        .orElseGet(() -> Path.of(System.getProperty("leasehold.home", ".")));
        return new Tools(
                there(setting("LEASEHOLD_TOFU").orElse(cache.resolve("bin/tofu"))),
                there(setting("LEASEHOLD_PROVIDERS").orElse(cache.resolve("providers"))),
                there(home.toAbsolutePath().normalize().resolve("terraform-modules")));
    }

    private static Optional<Path> setting(String variable) {
        return Optional.ofNullable(System.getenv(variable))
                .filter(text -> !text.isEmpty())
                .map(Path::of);
    }

    private static Path there(Path path) {
        if (!Files.exists(path)) {
            throw new BenchFailedException(
                    path
                            + " is missing; ./leasehold tools makes the tools, and the benchmark runs"
                            + " from the project's folder");
        }
        return path;
    }

    /** The folder of a module. */
    Path module(BenchModule module) {
        return modules.resolve("modules").resolve(module.folder());
    }
}
