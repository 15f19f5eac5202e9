package io.leasehold.bench;

import io.leasehold.embedded.Durability;
import io.leasehold.embedded.EmbeddedPostgres;
import io.leasehold.embedded.PostgresOptions;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a plain tofu needs on this machine: providers, a backend, a Postgres to make things in, and
 * inputs. The approaches that are not ours share its shape. Used by one thread, save for {@link
 * #environment}.
 */
final class BareTofu implements AutoCloseable {
    private static final String PASSWORD = "bench";

    private static final String DRIVER = "backend and driver";

    /** May make roles and databases and nothing else, as in the whole system. */
    private static final String ROLE = "provisioner";

    private final Tools tools;
    private final Path folder;
    private final Path tofu;
    private final MemoryStates states = new MemoryStates();
    private final MemoryWatch watch = new MemoryWatch();
    private final EmbeddedPostgres postgres;

    /** Takes a folder of its own, which it makes. */
    BareTofu(Tools tools, Path folder) {
        this.tools = tools;
        this.folder = folder;
        this.tofu = folder.resolve("bin").resolve("tofu");
        try {
            Files.createDirectories(tofu.getParent());
            // A copy of its own: our workers have theirs cached in a way that helps whoever runs
            // it.
            Files.copy(tools.tofu(), tofu, StandardCopyOption.COPY_ATTRIBUTES);
            Files.writeString(
                    folder.resolve("tofurc"),
                    """
                    provider_installation {
                      filesystem_mirror {
                        path = "%s"
                      }
                    }
                    """
                            .formatted(tools.providers()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.postgres =
                EmbeddedPostgres.start(
                        new PostgresOptions(
                                folder.resolve("postgres"),
                                folder.resolve("postgres.log"),
                                0,
                                PASSWORD,
                                Durability.DURABLE,
                                PostgresOptions.ALL_WITH_PASSWORD));
        postgres.execute(
                "postgres",
                "CREATE ROLE %s LOGIN CREATEROLE CREATEDB PASSWORD '%s'".formatted(ROLE, PASSWORD),
                "ALTER ROLE %s SET createrole_self_grant = 'set, inherit'".formatted(ROLE));
    }

    /** The program. */
    Path tofu() {
        return tofu;
    }

    /** The folder it was given. */
    Path folder() {
        return folder;
    }

    /** The address under which each name is a state. */
    String states() {
        return states.url();
    }

    /** The environment of every tofu, with nothing of ours in it. */
    Map<String, String> environment() {
        Map<String, String> environment = new TreeMap<>();
        environment.put("PATH", tofu.getParent() + File.pathSeparator + "/usr/bin:/bin");
        environment.put("HOME", folder.toString());
        environment.put("TF_CLI_CONFIG_FILE", folder.resolve("tofurc").toString());
        environment.put("TF_IN_AUTOMATION", "1");
        environment.put("PGHOST", "127.0.0.1");
        environment.put("PGPORT", Integer.toString(postgres.port()));
        environment.put("PGUSER", ROLE);
        environment.put("PGPASSWORD", PASSWORD);
        environment.put("PGSSLMODE", "disable");
        return environment;
    }

    /** Copies a module to a folder and adds an empty HTTP backend, as its user would. */
    void copyModule(BenchModule module, Path into) {
        try (Stream<Path> files = Files.list(tools.module(module))) {
            Files.createDirectories(into);
            for (Path file : files.filter(file -> file.toString().endsWith(".tf")).toList()) {
                Files.copy(file, into.resolve(file.getFileName()));
            }
            Files.writeString(
                    into.resolve("backend.tf"), "terraform {\n  backend \"http\" {}\n}\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes the inputs of each tenant to {@code <folder>/<tenant>.tfvars.json}. */
    void writeInputs(BenchModule module, List<String> tenants, Path into) {
        String platform =
                switch (module) {
                    case SMALL -> "";
                    case REAL ->
                            ",\"platform_postgres_host\":\"127.0.0.1\",\"platform_postgres_port\":"
                                    + postgres.port();
                };
        try {
            Files.createDirectories(into);
            for (String tenant : tenants) {
                Files.writeString(
                        into.resolve(tenant + ".tfvars.json"),
                        "{\"tenant_id\":\"" + tenant + "\"" + platform + "}");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What has been used; this program's own time counts as the backend's. */
    Cpu cpu() {
        long self = ProcessHandle.current().pid();
        Processes now = Processes.look();
        long server = now.tree(postgres.process().pid());
        return new Cpu(now.descendants(self) - server, Map.of(DRIVER, now.own(self)), server);
    }

    /** The processes and their memory. */
    Map<String, Long> memory() {
        Map<String, Long> memory = new LinkedHashMap<>(watch.largest());
        memory.put(DRIVER, Memory.peak(ProcessHandle.current().pid()));
        return memory;
    }

    @Override
    public void close() {
        watch.close();
        states.close();
        postgres.closeAndDelete();
    }
}
