package io.leasehold.embedded.platform;

import io.leasehold.embedded.Durability;
import io.leasehold.embedded.EmbeddedKafka;
import io.leasehold.embedded.EmbeddedPostgres;
import io.leasehold.embedded.KafkaOptions;
import io.leasehold.embedded.Leftovers;
import io.leasehold.embedded.LocalFiles;
import io.leasehold.embedded.PostgresOptions;
import io.leasehold.embedded.StartFailedException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * The whole system on this machine: the platform's broker and database, a broker and a database for
 * tenants, the state service and the provisioner, all but the brokers as processes of their own
 * (see {@link Layout} for more). They are watched and started again when they end; all end with
 * this JVM, however it ends; what they acknowledged is there at the next start on the same folder.
 *
 * <p>Safe for use by several threads; {@link #close()} may be called more than once.
 */
public final class PlatformSystem implements AutoCloseable {
    private static final Logger LOGGER = Logger.getLogger(PlatformSystem.class);

    private static final Duration TO_END = Duration.ofMinutes(3);

    private final SystemOptions options;
    private final DataDirectory data;
    private final Secrets secrets;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Map<Service, Supervised> processes = new EnumMap<>(Service.class);
    private final Deque<AutoCloseable> brokers = new ArrayDeque<>();
    private final Listening ports;
    private boolean closed;

    private PlatformSystem(SystemOptions options, DataDirectory data) {
        this.options = options;
        this.data = data;
        this.secrets = new Secrets(data.folder("secrets"), new SecureRandom());
        for (String folder : List.of("state-service", "provisioner")) {
            Leftovers.awaitNoneIn(data.folder(folder));
        }
        this.ports = Listening.choose(PortBook.open(data.file("ports.properties")));
    }

    /**
     * Starts everything and returns when it is ready for tenant events. Then {@code leasehold.env}
     * in the data folder says how to reach it.
     *
     * @throws StartFailedException saying which part did not start and where its log is; what had
     *     started is stopped again
     */
    public static PlatformSystem start(SystemOptions options) {
        DataDirectory data = DataDirectory.take(options.dataDirectory());
        PlatformSystem system;
        try {
            data.forgetEnvironment();
            system = new PlatformSystem(options, data);
        } catch (RuntimeException e) {
            data.close();
            throw e;
        }
        try {
            system.startAll();
            return system;
        } catch (CompletionException e) {
            system.close();
            if (e.getCause() instanceof StartFailedException failed) {
                throw failed;
            }
            throw new StartFailedException("the system did not start: " + e.getCause(), e);
        } catch (RuntimeException e) {
            system.close();
            throw e;
        }
    }

    private void startAll() {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletableFuture<Void> ledgerDatabase = run(threads, this::startPlatformPostgres);
            CompletableFuture<Void> platformKafka = run(threads, this::startPlatformKafka);
            CompletableFuture<Void> tenantsPostgres = run(threads, this::startTenantsPostgres);
            CompletableFuture<Void> tenantsKafka = run(threads, this::startTenantsKafka);
            CompletableFuture<Void> stateService =
                    ledgerDatabase.thenRunAsync(this::startStateService, threads);
            // The provisioner waits for the state service by itself; its JVM may warm up meanwhile.
            CompletableFuture<Void> provisioner =
                    platformKafka.thenRunAsync(this::startProvisioner, threads);
            CompletableFuture<Void> runner = stateService.thenRunAsync(this::startRunner, threads);
            CompletableFuture<Void> blueprints =
                    stateService.thenRunAsync(this::registerBlueprints, threads);
            CompletableFuture.allOf(tenantsPostgres, tenantsKafka, provisioner, runner, blueprints)
                    .join();
        }
        writeEnvironment();
        LOGGER.infof("system ready directory=%s", options.dataDirectory());
    }

    private static CompletableFuture<Void> run(ExecutorService threads, Runnable step) {
        return CompletableFuture.runAsync(step, threads);
    }

    private <T> T timed(String what, Supplier<T> step) {
        long begin = System.nanoTime();
        T result = step.get();
        options.said()
                .accept(
                        "%s is ready (%.1f s)"
                                .formatted(what, (System.nanoTime() - begin) / 1_000_000_000.0));
        return result;
    }

    private void supervise(Service service, Supervised.Starter starter) {
        Supervised started =
                timed(
                        service.label(),
                        () ->
                                Supervised.start(
                                        service.label(),
                                        starter,
                                        options.said(),
                                        options.layout().longestPause()));
        boolean tooLate;
        synchronized (this) {
            processes.put(service, started);
            tooLate = closed;
        }
        if (tooLate) {
            started.close();
        }
    }

    private void startPlatformKafka() {
        Path folder = data.folder("kafka").resolve("platform");
        if (options.layout().brokerApart()) {
            supervise(
                    Service.PLATFORM_KAFKA,
                    new BrokerProcess(
                                    data.folder("broker"),
                                    folder,
                                    ports.platformKafka(),
                                    data.log(Service.PLATFORM_KAFKA.label()))
                            ::start);
            return;
        }
        startBroker(
                "platform broker on 127.0.0.1:" + ports.platformKafka(),
                KafkaOptions.plain(folder, ports.platformKafka()));
    }

    private void startTenantsKafka() {
        startBroker(
                "tenants' broker on 127.0.0.1:" + ports.tenantsKafka(),
                new KafkaOptions(
                        data.folder("kafka").resolve("tenants"),
                        ports.tenantsKafka(),
                        new KafkaOptions.NamedListener(
                                ports.tenantsKafkaDoors(),
                                Bindings.KAFKA_HOST,
                                Bindings.KAFKA_PORT),
                        true));
    }

    private void startBroker(String label, KafkaOptions broker) {
        EmbeddedKafka started = timed(label, () -> EmbeddedKafka.start(broker));
        boolean tooLate;
        synchronized (this) {
            brokers.push(started);
            tooLate = closed;
        }
        if (tooLate) {
            started.close();
        }
    }

    private void startPlatformPostgres() {
        supervise(
                Service.PLATFORM_POSTGRES,
                () -> {
                    EmbeddedPostgres postgres =
                            startPostgres(
                                    "platform",
                                    Service.PLATFORM_POSTGRES,
                                    ports.platformPostgres(),
                                    PostgresOptions.ALL_WITH_PASSWORD);
                    postgres.ensureRole(
                            Settings.LEDGER, "LOGIN", secrets.value(Settings.LEDGER_PASSWORD));
                    postgres.createDatabase(Settings.LEDGER, Settings.LEDGER);
                    return new Supervised.Running(postgres.process(), postgres::close);
                });
    }

    private void startTenantsPostgres() {
        supervise(
                Service.TENANTS_POSTGRES,
                () -> {
                    EmbeddedPostgres postgres =
                            startPostgres(
                                    "tenants",
                                    Service.TENANTS_POSTGRES,
                                    ports.tenantsPostgres(),
                                    List.of(
                                            "host all postgres,%s 127.0.0.1/32 scram-sha-256"
                                                    .formatted(Bindings.PROVISIONER_ROLE),
                                            // A tenant's role and database share their name.
                                            "host sameuser all 127.0.0.1/32 scram-sha-256"));
                    postgres.ensureRole(
                            Bindings.PROVISIONER_ROLE,
                            "LOGIN CREATEROLE CREATEDB",
                            secrets.value(Settings.TENANTS_PASSWORD));
                    postgres.execute(
                            "postgres",
                            "ALTER ROLE %s SET createrole_self_grant = 'set, inherit'"
                                    .formatted(Bindings.PROVISIONER_ROLE));
                    return new Supervised.Running(postgres.process(), postgres::close);
                });
    }

    private EmbeddedPostgres startPostgres(
            String folder, Service service, int port, List<String> access) {
        return EmbeddedPostgres.start(
                new PostgresOptions(
                        data.folder("postgres").resolve(folder),
                        data.log(service.label()),
                        port,
                        secrets.value(service.label() + ".password"),
                        Durability.DURABLE,
                        access));
    }

    private void startStateService() {
        Map<String, String> settings = Settings.stateService(ports, secrets, options);
        ServiceProcess.Plan plan =
                plan(
                        Service.STATE_SERVICE,
                        options.installation().stateService(),
                        ports.stateService(),
                        settings,
                        TO_END);
        supervise(Service.STATE_SERVICE, new ServiceProcess(plan, http)::start);
    }

    private void startProvisioner() {
        startWorker(
                Service.PROVISIONER,
                ports.provisioner(),
                Settings.provisioner(ports, secrets, options, data.folder("provisioner")));
    }

    private void startRunner() {
        if (options.layout().secondWorker()) {
            Leftovers.awaitNoneIn(data.folder("runner"));
            startWorker(
                    Service.RUNNER,
                    ports.runner(),
                    Settings.runner(ports, secrets, options, data.folder("runner")));
        }
    }

    private void startWorker(Service service, int port, Map<String, String> settings) {
        ServiceProcess.Plan plan =
                plan(service, options.installation().provisioner(), port, settings, TO_END);
        supervise(service, new ServiceProcess(plan, http)::start);
    }

    private ServiceProcess.Plan plan(
            Service service, Path jar, int port, Map<String, String> settings, Duration grace) {
        return new ServiceProcess.Plan(
                service.label(),
                jar,
                data.folder(service.label()),
                data.log(service.label()),
                port,
                Stream.concat(
                                options.jvmOptions().stream(),
                                options
                                        .layout()
                                        .jvmOptions()
                                        .getOrDefault(service, List.of())
                                        .stream())
                        .toList(),
                settings,
                grace);
    }

    private void registerBlueprints() {
        new Blueprints(http, stateServiceUrl(), operatorToken())
                .registerAll(options.installation().modules())
                .forEach(options.said());
    }

    private void writeEnvironment() {
        LocalFiles.writePrivate(
                data.environmentFile(),
                "LEASEHOLD_KAFKA=%s%nLEASEHOLD_URL=%s%nLEASEHOLD_TOKEN=%s%n"
                        .formatted(kafkaBootstrapServers(), stateServiceUrl(), operatorToken()));
    }

    /** The platform's broker: tenant events go in and everything comes out here. */
    public String kafkaBootstrapServers() {
        return "127.0.0.1:" + ports.platformKafka();
    }

    /** The state service. */
    public URI stateServiceUrl() {
        return URI.create("http://127.0.0.1:" + ports.stateService());
    }

    /** Lets its bearer do what an operator may. */
    public String operatorToken() {
        return secrets.value("operator.token");
    }

    /** The tenants' broker, seen from this machine. */
    public String tenantsKafkaBootstrapServers() {
        return "127.0.0.1:" + ports.tenantsKafka();
    }

    /** A database of the tenants' Postgres, for JDBC from this machine. */
    public String tenantsJdbcUrl(String database) {
        return "jdbc:postgresql://127.0.0.1:%d/%s".formatted(ports.tenantsPostgres(), database);
    }

    /** The superuser's password of the tenants' Postgres; its name is {@code postgres}. */
    public String tenantsPostgresPassword() {
        return secrets.value(Service.TENANTS_POSTGRES.label() + ".password");
    }

    /** The file that says how to reach the system. */
    public Path environmentFile() {
        return data.environmentFile();
    }

    /** Where the parts write their logs. */
    public Path logs() {
        return data.folder("logs");
    }

    /** Ends a service as a crash would and leaves it down. */
    public void kill(Service service) {
        supervised(service).kill();
    }

    /** Starts a killed service; returns when it is ready. */
    public void restart(Service service) {
        supervised(service).restart();
    }

    /** The process of a service, for tests that end it from outside. */
    public long pid(Service service) {
        return supervised(service).pid();
    }

    private synchronized Supervised supervised(Service service) {
        Supervised found = processes.get(service);
        if (found == null) {
            throw new IllegalStateException(service.label() + " was not started");
        }
        return found;
    }

    /** Stops everything in order: who works first, what is worked on last. */
    @Override
    public void close() {
        List<AutoCloseable> inOrder;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            processes.values().forEach(Supervised::release);
            inOrder = new Shutdown(processes, brokers).inOrder();
        }
        data.forgetEnvironment();
        Shutdown.closeAll(inOrder);
        data.close();
    }
}
