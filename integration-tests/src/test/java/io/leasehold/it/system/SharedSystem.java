package io.leasehold.it.system;

import io.leasehold.cli.service.StateService;
import io.leasehold.embedded.platform.Installation;
import io.leasehold.embedded.platform.PlatformSystem;
import io.leasehold.embedded.platform.SystemOptions;
import io.leasehold.ledger.api.BlueprintFolder;
import io.leasehold.ledger.api.BlueprintView;
import io.leasehold.ledger.api.Paths;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * One running system for all tests of this JVM that can share one: each has tenants of its own, and
 * looks at what is its own only. It is started for the first and stopped after the last.
 */
final class SharedSystem implements ParameterResolver {
    private static final ExtensionContext.Namespace OURS =
            ExtensionContext.Namespace.create(SharedSystem.class);
    private static final Path HOME = Path.of(System.getProperty("leasehold.home"));

    /** Made for the class that asks for it. */
    SharedSystem() {}

    /** The system, its folder, and how to stop it. */
    private record Started(PlatformSystem system, Path folder) implements AutoCloseable {
        static Started now() {
            try {
                Path folder = Files.createTempDirectory("leasehold-shared");
                PlatformSystem system = PlatformSystem.start(options(folder.resolve("data")));
                register(
                        system, Files.writeString(folder.resolve("strict.yaml"), BadRecord.STRICT));
                return new Started(system, folder);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() throws IOException {
            system.close();
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
            }
        }
    }

    private static SystemOptions options(Path data) {
        return new SystemOptions(
                data,
                Installation.find(),
                Duration.ofHours(1),
                2,
                List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"),
                _ -> {},
                Map.of(
                        "leasehold.intake.blueprint-wait", "PT2S",
                        "leasehold.intake.waiting-check", "PT1S",
                        "leasehold.dead-letters.replay-lease", "PT10S",
                        // Tenants that fail alike are to fail here, and not to be held.
                        "leasehold.breakers.failures", "1000"));
    }

    private static void register(PlatformSystem system, Path blueprint) throws IOException {
        service(system)
                .send(
                        "POST",
                        Paths.BLUEPRINTS,
                        new BlueprintFolder(HOME.resolve("terraform-modules"))
                                .registration(blueprint),
                        BlueprintView.class);
    }

    /** The operator's way to its state service. */
    static StateService service(PlatformSystem system) {
        return new StateService(system.stateServiceUrl().toString(), system.operatorToken());
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == PlatformSystem.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(OURS)
                .computeIfAbsent("system", _ -> Started.now(), Started.class)
                .system();
    }
}
