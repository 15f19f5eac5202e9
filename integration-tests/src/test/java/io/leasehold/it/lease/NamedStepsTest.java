package io.leasehold.it.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.faults.Service;
import io.leasehold.faults.Step;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each step at which a process can be ended is a method of the services as they are packaged. Some
 * are of libraries, and are armed by nothing but long runs, where one that never strikes is a line
 * in a report.
 */
class NamedStepsTest {
    private static final Path HOME = Path.of(System.getProperty("leasehold.home"));

    @ParameterizedTest
    @EnumSource
    void aStepIsAMethodOfWhatTheServiceIsMadeOf(Step step) throws IOException {
        assertThat(methods(step)).as(step.className()).contains(step.method());
    }

    private static List<String> methods(Step step) throws IOException {
        String entry = step.className().replace('.', '/') + ".class";
        for (Path jar : jars(step.service())) {
            try (JarFile open = new JarFile(jar.toFile())) {
                ZipEntry found = open.getEntry(entry);
                if (found != null) {
                    byte[] bytes = open.getInputStream(found).readAllBytes();
                    return ClassFile.of().parse(bytes).methods().stream()
                            .map(method -> method.methodName().stringValue())
                            .toList();
                }
            }
        }
        return List.of();
    }

    private static List<Path> jars(Service service) throws IOException {
        String module =
                switch (service) {
                    case PROVISIONER -> "provisioner";
                    case STATE_SERVICE -> "state-service";
                };
        try (Stream<Path> files = Files.walk(HOME.resolve(module + "/target/quarkus-app"))) {
            return files.filter(file -> file.toString().endsWith(".jar")).toList();
        }
    }
}
