package io.leasehold.embedded;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A real broker, its own controller, inside this JVM; several may live side by side. What was
 * acknowledged survives {@code kill -9} of the JVM: it is in the operating system's hands, which
 * write it out in their own time.
 *
 * <p>Safe for use by several threads; {@link #close()} may be called more than once.
 */
public final class EmbeddedKafka implements AutoCloseable {
    private static final Logger LOGGER = Logger.getLogger(EmbeddedKafka.class);

    /**
     * A broker tells its whole life at INFO; the references keep the levels from being collected.
     */
    private static final List<java.util.logging.Logger> QUIET =
            List.of(
                    java.util.logging.Logger.getLogger("kafka"),
                    java.util.logging.Logger.getLogger("state.change.logger"),
                    java.util.logging.Logger.getLogger("org.apache.kafka"));

    private static final int NODE = 1;
    private static final int START_ATTEMPTS = 3;
    private static final int READY_SECONDS = 60;

    private final int port;
    private final int namedPort;
    private final KafkaRaftServer server;
    private boolean closed;

    private EmbeddedKafka(int port, int namedPort, KafkaRaftServer server) {
        this.port = port;
        this.namedPort = namedPort;
        this.server = server;
    }

    /**
     * Starts a broker and returns when it answers.
     *
     * @throws StartFailedException if it does not come up
     */
    public static EmbeddedKafka start(KafkaOptions options) {
        QUIET.stream()
                .filter(logger -> logger.getLevel() == null)
                .forEach(logger -> logger.setLevel(java.util.logging.Level.WARNING));
        // A free port may be taken between asking and binding; a fixed one is not given up for
        // another.
        int attempts = options.port() == 0 ? START_ATTEMPTS : 1;
        for (int attempt = 1; ; attempt++) {
            try {
                return startOnce(options);
            } catch (KafkaException e) {
                if (attempt == attempts) {
                    throw new StartFailedException(
                            "the broker did not start: " + e.getMessage(), e);
                }
                LOGGER.infof("broker start repeated attempt=%d reason=%s", attempt, e.getMessage());
            }
        }
    }

    private static EmbeddedKafka startOnce(KafkaOptions options) {
        KafkaOptions.@Nullable NamedListener named = options.named();
        int port = options.port() == 0 ? Ports.free() : options.port();
        int namedPort = named == null ? 0 : (named.port() == 0 ? Ports.free() : named.port());
        int controllerPort = Ports.free();
        format(options.dataDirectory());
        KafkaRaftServer server =
                new KafkaRaftServer(
                        new KafkaConfig(
                                properties(options, port, namedPort, controllerPort), false),
                        Time.SYSTEM);
        server.startup();
        EmbeddedKafka started = new EmbeddedKafka(port, namedPort, server);
        started.awaitReady();
        LOGGER.infof("broker started port=%d namedPort=%d", port, namedPort);
        return started;
    }

    private static void format(Path directory) {
        String path = directory.toAbsolutePath().toString();
        if (Files.exists(directory.resolve("meta.properties"))) {
            return;
        }
        try {
            Files.createDirectories(directory);
            new Formatter()
                    .setClusterId(Uuid.randomUuid().toString())
                    .setNodeId(NODE)
                    .setControllerListenerName("CONTROLLER")
                    .setMetadataLogDirectory(path)
                    .setDirectories(List.of(path))
                    .setHasDynamicQuorum(false)
                    .setIgnoreFormatted(true)
                    .setPrintStream(
                            new PrintStream(
                                    OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8))
                    .run();
        } catch (Exception e) { // Formatter.run declares nothing narrower.
            throw new StartFailedException("cannot format the broker's folder " + path, e);
        }
    }

    private static Map<String, Object> properties(
            KafkaOptions options, int port, int namedPort, int controllerPort) {
        Map<String, Object> properties = new HashMap<>();
        StringBuilder listeners =
                new StringBuilder("HOST://127.0.0.1:%d".formatted(port))
                        .append(",CONTROLLER://127.0.0.1:%d".formatted(controllerPort));
        StringBuilder advertised = new StringBuilder("HOST://127.0.0.1:%d".formatted(port));
        KafkaOptions.@Nullable NamedListener named = options.named();
        if (named != null) {
            listeners.append(",NAMED://127.0.0.1:%d".formatted(namedPort));
            advertised.append(
                    ",NAMED://%s:%d".formatted(named.advertisedHost(), named.advertisedPort()));
        }
        properties.put("process.roles", "broker,controller");
        properties.put("node.id", Integer.toString(NODE));
        // A static quorum, since the controller's port is another one at each start.
        properties.put(
                "controller.quorum.voters", "%d@127.0.0.1:%d".formatted(NODE, controllerPort));
        properties.put("controller.listener.names", "CONTROLLER");
        properties.put("inter.broker.listener.name", "HOST");
        properties.put("listeners", listeners.toString());
        properties.put("advertised.listeners", advertised.toString());
        properties.put(
                "listener.security.protocol.map",
                "HOST:PLAINTEXT,NAMED:PLAINTEXT,CONTROLLER:PLAINTEXT");
        properties.put("log.dirs", options.dataDirectory().toAbsolutePath().toString());
        properties.putAll(ONE_SMALL_NODE);
        if (options.acls()) {
            properties.put(
                    "authorizer.class.name",
                    "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
            properties.put("super.users", "User:ANONYMOUS");
            properties.put("allow.everyone.if.no.acl.found", "true");
        }
        return properties;
    }

    private static final Map<String, Object> ONE_SMALL_NODE =
            Map.ofEntries(
                    Map.entry("num.partitions", "1"),
                    Map.entry("auto.create.topics.enable", "false"),
                    Map.entry("offsets.topic.replication.factor", "1"),
                    Map.entry("offsets.topic.num.partitions", "4"),
                    Map.entry("transaction.state.log.replication.factor", "1"),
                    Map.entry("transaction.state.log.min.isr", "1"),
                    Map.entry("transaction.state.log.num.partitions", "4"),
                    Map.entry("share.coordinator.state.topic.replication.factor", "1"),
                    Map.entry("share.coordinator.state.topic.min.isr", "1"),
                    Map.entry("share.coordinator.state.topic.num.partitions", "1"),
                    Map.entry("group.initial.rebalance.delay.ms", "0"),
                    // A reader that was killed gives its partitions to its successor soon.
                    Map.entry("group.consumer.session.timeout.ms", "6000"),
                    Map.entry("group.consumer.min.session.timeout.ms", "6000"),
                    Map.entry("group.consumer.heartbeat.interval.ms", "500"),
                    Map.entry("group.consumer.min.heartbeat.interval.ms", "500"),
                    // A broker that was killed waits at its next start until its session is over.
                    Map.entry("broker.session.timeout.ms", "4000"),
                    Map.entry("broker.heartbeat.interval.ms", "500"),
                    Map.entry("num.network.threads", "2"),
                    Map.entry("num.io.threads", "4"),
                    Map.entry("background.threads", "2"),
                    Map.entry("log.cleaner.threads", "1"),
                    Map.entry("log.cleaner.dedupe.buffer.size", "4194304"),
                    Map.entry("log.cleaner.io.buffer.size", "65536"),
                    Map.entry("socket.request.max.bytes", "33554432"));

    private void awaitReady() {
        Map<String, Object> admin = new HashMap<>();
        admin.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers());
        admin.put(AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 200);
        try (Admin client = Admin.create(admin)) {
            client.describeCluster().nodes().get(READY_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            close();
            throw new StartFailedException(
                    "the broker did not answer within " + READY_SECONDS + "s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            close();
            throw new StartFailedException("interrupted while the broker was starting", e);
        }
    }

    /** The port of the plain listener on 127.0.0.1. */
    public int port() {
        return port;
    }

    /** The port on 127.0.0.1 of the listener that is advertised under another name; 0 if none. */
    public int namedPort() {
        return namedPort;
    }

    /** What clients on this machine take as {@code bootstrap.servers}. */
    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    /** Stops the broker in order; the data directory stays. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        server.shutdown();
        server.awaitShutdown();
    }
}
