package io.leasehold.provisioner.workshop;

import io.leasehold.embedded.Ports;
import io.leasehold.testsupport.Eventually;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.assertj.core.api.Assertions;

/**
 * Three brokers of one cluster. Besides a listener for tests each has one that is advertised as
 * {@code bN.kafka.internal:9092}, where nobody gets without a door.
 */
public final class ThreeBrokers implements AutoCloseable {

    /** A broker tells its whole life at INFO; the references keep the levels. */
    private static final List<Logger> QUIET =
            Stream.of("kafka", "state.change.logger", "org.apache.kafka")
                    .map(Logger::getLogger)
                    .toList();

    private final List<KafkaRaftServer> servers = new ArrayList<>();
    private final List<Integer> named = new ArrayList<>();
    private final List<Integer> plain = new ArrayList<>();

    /** Started, and known to each other. */
    public ThreeBrokers(Path directory) throws Exception {
        QUIET.forEach(logger -> logger.setLevel(Level.WARNING));
        String cluster = Uuid.randomUuid().toString();
        // None is bound before those of its broker are all chosen.
        Iterator<Integer> ports = Stream.generate(Ports::free).distinct().iterator();
        int controller = ports.next();
        for (int node = 1; node <= 3; node++) {
            named.add(ports.next());
            plain.add(ports.next());
            Path data = Files.createDirectories(directory.resolve("broker" + node));
            format(cluster, node, data);
            KafkaRaftServer server =
                    new KafkaRaftServer(
                            new KafkaConfig(properties(node, controller, data), false),
                            Time.SYSTEM);
            server.startup();
            servers.add(server);
        }
        try (Admin admin = admin()) {
            Eventually.eventually(
                    Duration.ofSeconds(30),
                    () -> Assertions.assertThat(admin.describeCluster().nodes().get()).hasSize(3));
        }
    }

    /** Where broker N is bound that is advertised under a name. */
    public int port(int node) {
        return named.get(node - 1);
    }

    /** By the listeners for tests; the caller closes it. */
    public Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", "127.0.0.1:" + plain.getFirst()));
    }

    private static void format(String cluster, int node, Path data) throws Exception {
        new Formatter()
                .setClusterId(cluster)
                .setNodeId(node)
                .setControllerListenerName("CONTROLLER")
                .setMetadataLogDirectory(data.toString())
                .setDirectories(List.of(data.toString()))
                .setHasDynamicQuorum(false)
                .setPrintStream(
                        new PrintStream(
                                OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8))
                .run();
    }

    private Map<String, Object> properties(int node, int controller, Path data) {
        int own = plain.get(node - 1);
        String listeners = "PLAIN://127.0.0.1:%d,NAMED://127.0.0.1:%d".formatted(own, port(node));
        Map<String, Object> properties = new HashMap<>();
        properties.put("process.roles", node == 1 ? "broker,controller" : "broker");
        properties.put("node.id", Integer.toString(node));
        properties.put("controller.quorum.voters", "1@127.0.0.1:" + controller);
        properties.put("controller.listener.names", "CONTROLLER");
        properties.put("inter.broker.listener.name", "PLAIN");
        properties.put(
                "listeners",
                node == 1 ? listeners + ",CONTROLLER://127.0.0.1:" + controller : listeners);
        properties.put(
                "advertised.listeners",
                "PLAIN://127.0.0.1:%d,NAMED://b%d.kafka.internal:9092".formatted(own, node));
        properties.put(
                "listener.security.protocol.map",
                "PLAIN:PLAINTEXT,NAMED:PLAINTEXT,CONTROLLER:PLAINTEXT");
        properties.put("log.dirs", data.toString());
        properties.put("log.cleaner.dedupe.buffer.size", "4194304");
        return properties;
    }

    @Override
    public void close() {
        servers.reversed().forEach(KafkaRaftServer::shutdown);
        servers.forEach(KafkaRaftServer::awaitShutdown);
    }
}
