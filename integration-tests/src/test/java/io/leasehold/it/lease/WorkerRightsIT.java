package io.leasehold.it.lease;

import static io.leasehold.testsupport.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.leasehold.it.JvmService;
import io.leasehold.ledger.api.Paths;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Workers with no more rights than a deployment leaves them, each with a tenant of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WorkerRightsIT {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String NOBODY = "65534";
    private static final String NO_NEW = "--no-new-privs";
    private static final String NO_INHERITED = "--inh-caps=-all";

    /** Of the first slot, as it is unless somebody sets another. */
    private static final String SLOT_USER = "64000";

    private Path folder;
    private TestLedger ledger;
    private JvmService service;
    private Map<String, String> tools;

    /** What a worker has. */
    enum Rights {
        /** That of {@code docker-compose.yml} and {@code k8s/base}. */
        BOUNDED_ROOT("bubblewrap", "root without SYS_ADMIN, a user for each slot", "doored"),
        /** That of somebody who starts a worker without being root. */
        USER("bubblewrap", "bubblewrap as a plain user", "doored"),
        /**
         * What the Pod Security Standard {@code restricted} leaves: a plain user without any
         * capability, who can get no privileges again. An endpoint there has no door.
         */
        RESTRICTED("landlock", "landlock", "lettered");

        private final String tier;
        private final String how;
        private final String blueprint;

        Rights(String tier, String how, String blueprint) {
            this.tier = tier;
            this.how = how;
            this.blueprint = blueprint;
        }

        String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /** By what a worker with these rights is started, where whoever builds is root. */
        private List<String> lowered() throws IOException {
            return switch (this) {
                case BOUNDED_ROOT ->
                        setpriv(NO_NEW, NO_INHERITED, "--bounding-set=" + asInCompose());
                case USER -> setpriv("--reuid", NOBODY, "--regid", NOBODY, "--clear-groups");
                case RESTRICTED ->
                        setpriv(
                                NO_NEW,
                                NO_INHERITED,
                                "--bounding-set=-all",
                                "--reuid",
                                NOBODY,
                                "--regid",
                                NOBODY,
                                "--clear-groups");
            };
        }

        /** The same where that is a plain user, who cannot become anybody else. */
        private List<String> kept() {
            return this == RESTRICTED ? setpriv(NO_NEW, NO_INHERITED) : List.of();
        }

        /** By what its runs become somebody else. */
        private List<String> ofRuns() {
            return this == BOUNDED_ROOT
                    ? setpriv("--reuid", SLOT_USER, "--regid", SLOT_USER, "--clear-groups")
                    : List.of();
        }
    }

    private static List<String> setpriv(String... options) {
        List<String> line = new ArrayList<>(List.of("setpriv"));
        line.addAll(List.of(options));
        line.add("--");
        return line;
    }

    /** What the runner of Compose has; {@code DeploymentFilesTest} says that Kubernetes' does. */
    private static String asInCompose() throws IOException {
        Path compose = Path.of(System.getProperty("leasehold.home"), "docker-compose.yml");
        return new YAMLMapper()
                .readTree(compose.toFile())
                .at("/services/runner/cap_add")
                .valueStream()
                .map(capability -> ",+" + capability.asText().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining("", "-all", ""));
    }

    @BeforeAll
    void aLedger(@TempDir Path given) throws Exception {
        folder = given;
        ledger = new TestLedger(folder);
        service = ledger.serve(1, Map.of("LEASEHOLD_LEASE_POLL", "PT0.2S")).getFirst();
        tools = reachable(TestLedger.tools());
        register(
                "lettered",
                "",
                """
                terraform {
                  required_providers {
                    random = { source = "hashicorp/random", version = "3.9.0" }
                  }
                }
                resource "random_id" "made" { byte_length = 4 }
                output "made" { value = random_id.made.hex }
                """);
        // At its port only a root may listen, and nobody here is one where it counts.
        register(
                "doored",
                """
                    inputs: { role: "${tenant.id}" }
                    endpoints: ["db.internal:543"]
                """,
                """
                terraform {
                  required_providers {
                    postgresql = { source = "cyrilgdn/postgresql", version = "1.7.1" }
                  }
                }
                variable "role" { type = string }
                resource "postgresql_role" "made" { name = var.role }
                output "made" { value = postgresql_role.made.name }
                """);
    }

    private void register(String name, String more, String module) throws Exception {
        Path blueprints = folder.resolve(name);
        Files.createDirectories(blueprints.resolve("blueprints/" + name));
        Files.createDirectories(blueprints.resolve("modules/" + name));
        Files.writeString(
                blueprints.resolve("blueprints/" + name + "/1.0.0.yaml"),
                """
                apiVersion: leasehold.io/v1
                kind: Blueprint
                name: %s
                version: 1.0.0
                variables: { type: object, additionalProperties: false }
                stacks:
                  main:
                    module: { dir: modules/%s }
                    outputs: [made]
                    policy: { deletion: Delete, approval: auto, drift: "off" }
                    timeout: PT10M
                """
                                .formatted(name, name)
                        + more);
        Files.writeString(blueprints.resolve("modules/" + name + "/main.tf"), module);
        ledger.register(blueprints);
    }

    @AfterAll
    void stop() {
        ledger.close();
    }

    @ParameterizedTest
    @EnumSource
    void aTenantIsAppliedWithNoMoreThanThat(Rights rights) throws Exception {
        List<String> by = isRoot() ? rights.lowered() : rights.kept();
        assumeTrue(
                isRoot() || rights != Rights.BOUNDED_ROOT,
                "who builds is not root, and so cannot be a root with fewer rights");
        assumeReadable(by);
        if (rights.tier.equals("bubblewrap")) {
            assumeNamespaces(by, rights.ofRuns());
        } else {
            assumeLandlock(by);
        }
        String tenant = rights.label();
        try (JvmService worker = worker(rights, by)) {
            TestLedger.at(service, "intake")
                    .send("POST", Paths.INTAKE, ledger.wanting(rights.blueprint, tenant));
            eventually(
                    PATIENCE,
                    () ->
                            assertThat(of(tenant, "result"))
                                    .as(worker::log)
                                    .containsExactly("SUCCEEDED"));
            assertThat(worker.log()).containsPattern("sandbox holds how=.*" + rights.how);
        }
        assertThat(of(tenant, "add_count")).containsExactly("1");
        assertThat(ledger.column("select rolname from pg_roles where rolname = '" + tenant + "'"))
                .hasSize(rights.blueprint.equals("doored") ? 1 : 0);
    }

    private List<String> of(String tenant, String column) throws Exception {
        return ledger.column("select %s from run where tenant_id = '%s'".formatted(column, tenant));
    }

    /** Some machines let nobody but root make them: there is nothing to be tried there. */
    private static void assumeNamespaces(List<String> by, List<String> ofRuns) throws Exception {
        List<String> line = new ArrayList<>(by);
        line.addAll(ofRuns);
        line.addAll(List.of("unshare", "-U", "-r", "-n", "-m", "--pid", "--fork", "--mount-proc"));
        line.add("true");
        assumeSucceeds(line, "this machine lets no plain user make namespaces");
    }

    /** Some keep what was built, or Java, where only who builds comes. */
    private static void assumeReadable(List<String> by) throws Exception {
        List<String> needed =
                List.of(
                        System.getProperty("java.home") + "/bin/java",
                        System.getProperty("leasehold.home")
                                + "/provisioner/target/quarkus-app/quarkus-run.jar");
        for (String file : needed) {
            List<String> line = new ArrayList<>(by);
            line.addAll(List.of("test", "-r", file));
            assumeSucceeds(line, "only who builds may read " + file);
        }
    }

    private void assumeLandlock(List<String> by) throws Exception {
        Path allowsAll = folder.resolve("all.bpf");
        ByteBuffer ret = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder());
        Files.write(allowsAll, ret.putShort((short) 6).putInt(4, 0x7fff0000).array());
        List<String> line = new ArrayList<>(by);
        line.add(tools.get("LEASEHOLD_SANDBOX_DOOR_BINARY"));
        line.addAll(List.of("confine", "--read", "/", "--seccomp", allowsAll.toString()));
        line.addAll(List.of("--", "/bin/true"));
        assumeSucceeds(line, "this kernel has no landlock, or an old one");
    }

    private static void assumeSucceeds(List<String> line, String orElse) throws Exception {
        Process tried = new ProcessBuilder(line).redirectErrorStream(true).start();
        String said = new String(tried.getInputStream().readAllBytes(), UTF_8);
        assumeTrue(tried.waitFor() == 0, orElse + ": " + said);
    }

    private JvmService worker(Rights rights, List<String> by) throws Exception {
        Path own = Files.createDirectory(folder.resolve("w-" + rights.label()));
        Path token = Files.writeString(own.resolve("token"), TestLedger.token("worker"));
        Path bindings =
                Files.writeString(
                        own.resolve("bindings.yaml"),
                        """
                        bindings:
                          - blueprint: doored
                            env:
                              PGHOST: db.internal
                              PGPORT: "543"
                              PGUSER: postgres
                              PGPASSWORD: %s
                              PGSSLMODE: disable
                        doors:
                          - { name: db.internal, port: 543, connect: "127.0.0.1:%d" }
                        """
                                .formatted(ledger.password(), ledger.port()));
        Map<String, String> settings = new HashMap<>(tools);
        settings.put("LEASEHOLD_LEDGER_URL", service.url());
        settings.put("LEASEHOLD_LEDGER_TOKEN_FILE", token.toString());
        settings.put("LEASEHOLD_PROVISIONER_NAME", rights.label());
        settings.put("LEASEHOLD_INTAKE_ENABLED", "false");
        settings.put("LEASEHOLD_PUBLISHER_ENABLED", "false");
        settings.put("LEASEHOLD_RUNNER_SLOTS", "1");
        settings.put("LEASEHOLD_RUNNER_DRIFT_SLOTS", "0");
        settings.put("LEASEHOLD_RUNNER_BINDINGS", bindings.toString());
        settings.put("LEASEHOLD_SPOOL_DIRECTORY", own.resolve("spool").toString());
        settings.put("LEASEHOLD_MODULE_TEMPLATES", own.resolve("templates").toString());
        settings.put("LEASEHOLD_SANDBOX_DIRECTORY", own.resolve("s").toString());
        settings.put("LEASEHOLD_SANDBOX_TIER", rights.tier);
        if (isRoot() && rights != Rights.BOUNDED_ROOT) {
            run("chown", "-R", NOBODY + ":" + NOBODY, own.toString());
        }
        return JvmService.launchBy(by, "provisioner", own, settings);
    }

    /** Tools may lie where only this user comes. */
    private Map<String, String> reachable(Map<String, String> given) throws Exception {
        Path shared = Files.createDirectories(folder.resolve("tools"));
        Map<String, String> reachable = new HashMap<>();
        for (Map.Entry<String, String> tool : given.entrySet()) {
            Path copy = shared.resolve(tool.getKey());
            run("cp", "-a", "--reflink=auto", tool.getValue(), copy.toString());
            reachable.put(tool.getKey(), copy.toString());
        }
        run("chmod", "755", folder.toString());
        return reachable;
    }

    private static boolean isRoot() throws Exception {
        return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    }

    private static void run(String... command) throws Exception {
        assertThat(new ProcessBuilder(command).start().waitFor()).as(command[0]).isZero();
    }
}
