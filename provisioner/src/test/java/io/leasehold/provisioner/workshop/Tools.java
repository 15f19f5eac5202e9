package io.leasehold.provisioner.workshop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The real tools: tofu and providers from the cache, the door built from this checkout. */
public final class Tools {

    private static final Path HOME =
            Path.of(System.getProperty("leasehold.home", "..")).toAbsolutePath().normalize();

    private static final Path CACHE =
            Path.of(
                    System.getenv()
                            .getOrDefault(
                                    "LEASEHOLD_CACHE",
                                    System.getProperty("user.home") + "/.cache/leasehold"));

    private static final class Door {
        static final Path BINARY = build();
    }

    private Tools() {}

    /** The tofu program. */
    public static Path tofu() {
        return there(CACHE.resolve("bin/tofu"));
    }

    /** The provider mirror. */
    public static Path providers() {
        return there(CACHE.resolve("providers"));
    }

    /** The door program. */
    public static Path door() {
        return Door.BINARY;
    }

    private static Path there(Path path) {
        if (!Files.exists(path)) {
            throw new IllegalStateException(path + " is missing: run ./leasehold tools");
        }
        return path;
    }

    /** From source where Go is there, so that a test never tests yesterday's; else the cache's. */
    private static Path build() {
        try {
            Path target = Files.createDirectories(HOME.resolve("provisioner/target/door"));
            Path binary = target.resolve("leasehold-door");
            ProcessBuilder go =
                    new ProcessBuilder(
                            List.of("go", "build", "-trimpath", "-o", binary.toString(), "."));
            go.directory(HOME.resolve("door").toFile());
            go.environment().put("CGO_ENABLED", "0");
            go.inheritIO();
            Process process;
            try {
                process = go.start();
            } catch (IOException e) {
                return there(CACHE.resolve("bin/leasehold-door"));
            }
            if (!process.waitFor(5, TimeUnit.MINUTES) || process.exitValue() != 0) {
                throw new IllegalStateException("the door does not build");
            }
            return binary;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
