package io.leasehold.testsupport;

import io.leasehold.embedded.EmbeddedKafka;
import io.leasehold.embedded.KafkaOptions;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.nio.file.Path;
import java.util.Map;

/**
 * A real broker for tests, one per JVM. Topics, groups and transactional ids of one test are seen
 * by the next: tests choose names of their own.
 *
 * <p>In a {@code @QuarkusTest} it is a {@code @WithTestResource} that sets {@code
 * kafka.bootstrap.servers}; elsewhere {@link #bootstrapServers()} gives the address. As Quarkus may
 * load this class more than once, the address is kept in a system property.
 */
public final class TestKafka implements QuarkusTestResourceLifecycleManager {
    private static final String BOOTSTRAP = "leasehold.test.kafka.bootstrap";
    private static final Object ONE_START_PER_JVM = BOOTSTRAP.intern();

    /** Sets the application's broker. */
    @Override
    public Map<String, String> start() {
        return Map.of("kafka.bootstrap.servers", bootstrapServers());
    }

    /** The broker stays for the next test class; it ends with the JVM. */
    @Override
    public void stop() {
        // Nothing: one broker serves all.
    }

    /** The address of the JVM's broker, which is started if it does not run. */
    public static String bootstrapServers() {
        synchronized (ONE_START_PER_JVM) {
            String running = System.getProperty(BOOTSTRAP);
            return running == null ? startServer() : running;
        }
    }

    private static String startServer() {
        return switch (TestMode.current()) {
            case EMBEDDED -> startEmbedded();
        };
    }

    private static String startEmbedded() {
        Path folder = TestFolder.make("kafka");
        EmbeddedKafka broker = EmbeddedKafka.start(KafkaOptions.plain(folder.resolve("data"), 0));
        TestFolder.stopAtEnd(broker, folder);
        System.setProperty(BOOTSTRAP, broker.bootstrapServers());
        return broker.bootstrapServers();
    }
}
