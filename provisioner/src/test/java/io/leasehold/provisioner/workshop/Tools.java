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

    /** Of this test JVM alone: another must not replace a program that is just being started. */
    private static final Path BUILT =
            HOME.resolve("provisioner/target/door-" + System.getProperty("leasehold.lane", "0"));

    private static final class Door {
        static final Path BINARY = door(BUILT);
    }

    private static final class Attacker {
        static final Path BINARY = attacker(BUILT);
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

    /** The program that tries what must not be possible. */
    public static Path attacker() {
        return Attacker.BINARY;
    }

    private static Path there(Path path) {
        if (!Files.exists(path)) {
            throw new IllegalStateException(path + " is missing: run ./leasehold tools");
        }
        return path;
    }

    /** From source where Go is there, so that a test never tests yesterday's; else the cache's. */
    private static Path door(Path target) {
        Path binary = target.resolve("leasehold-door");
        return build(HOME.resolve("door"), binary)
                ? binary
                : there(CACHE.resolve("bin/leasehold-door"));
    }

    private static Path attacker(Path target) {
        Path binary = target.resolve("attacker");
        if (!build(HOME.resolve("provisioner/src/test/attacker"), binary)) {
            throw new IllegalStateException("the attacks need Go, with which the tools are built");
        }
        return binary;
    }

    /** False where there is no Go. */
    private static boolean build(Path source, Path binary) {
        try {
            Files.createDirectories(binary.getParent());
            ProcessBuilder go =
                    new ProcessBuilder(
                            List.of("go", "build", "-trimpath", "-o", binary.toString(), "."));
            go.directory(source.toFile());
            go.environment().put("CGO_ENABLED", "0");
            go.inheritIO();
            Process process;
            try {
                process = go.start();
            } catch (IOException e) {
                return false;
            }
            if (!process.waitFor(5, TimeUnit.MINUTES) || process.exitValue() != 0) {
                throw new IllegalStateException(source.getFileName() + " does not build");
            }
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
