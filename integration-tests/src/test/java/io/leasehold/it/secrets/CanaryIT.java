package io.leasehold.it.secrets;

import static io.leasehold.it.Site.SOON;
import static io.leasehold.testsupport.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.leasehold.events.Topics;
import io.leasehold.it.JvmService;
import io.leasehold.it.Site;
import io.leasehold.it.Site.Role;
import io.leasehold.it.lease.TestLedger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Secrets are planted where a tenant's run has them: in a bound credential that its module prints
 * in every form and fails with, in a sensitive input, in what a provider made, and in what somebody
 * else put into the place of it. One worker is killed in the middle of an apply. Then everything is
 * searched that anybody but the tenant reads.
 */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CanaryIT {
    private static final Canary BOUND = new Canary("credential", "c4nary\"bound/7&<+>=secret");
    private static final Canary OUTSIDE = new Canary("change", "c4nary-outside-5127-of-someone");
    private static final Canary INPUT = new Canary("input", "c4nary-input-7391-of-the-tenant");

    /**
     * What upstream sent is there as it was sent, on its topic and as the desired state: that it
     * holds no secret in the clear is for intake to see to ({@code VAR_SENSITIVE_INLINE}).
     */
    private static final Set<String> AS_SENT =
            Set.of("topic " + Topics.TENANT_LIFECYCLE, "table life");

    @TempDir private static Path folder;

    private final Map<String, String> seen = new HashMap<>();
    private Site site;
    private final List<Canary> generated = new ArrayList<>();
    private String log;
    private Map<String, String> ofRunner;

    @BeforeAll
    void aTenantThatGoesWellAndOneThatFails() throws Exception {
        site = new Site(folder, Map.of());
        LeakyModule leaky = new LeakyModule(folder);
        site.ledger.register(leaky.blueprint());
        JvmService front =
                site.provisioner("front", EnumSet.of(Role.INTAKE, Role.PUBLISHER), Map.of());
        ofRunner = leaky.settings(BOUND.value(), site.relay.port(), site.tenantsPassword());
        JvmService runner = aTenantWhoseWorkerIsKilledAndThatIsChangedFromOutside();
        for (boolean fails : List.of(false, true)) {
            site.publish(
                    LeakyModule.NAME,
                    fails ? "loud" : "quiet",
                    1,
                    JsonNodeFactory.instance
                            .objectNode()
                            .put("note", INPUT.value())
                            .put("fails", fails));
        }
        site.awaitEvents("quiet", "APPLIED");
        site.awaitEvents("loud", "FAILED");
        eventually(SOON, () -> assertThat(site.ledger.column("select id from outbox")).isEmpty());
        for (String tenant : List.of("quiet", "loud", LeakyModule.ADRIFT)) {
            generated.add(new Canary("made for " + tenant, password(tenant)));
        }
        collect(front, runner);
    }

    private JvmService runner() throws Exception {
        return site.provisioner("runner", EnumSet.of(Role.RUNNER), ofRunner);
    }

    /** Its plan is kept, its apply is begun by a worker that is killed, and is found adrift. */
    private JvmService aTenantWhoseWorkerIsKilledAndThatIsChangedFromOutside() throws Exception {
        String tenant = LeakyModule.ADRIFT;
        keepsCopiesOfPlans();
        JvmService killed = runner();
        site.held.hold(tenant);
        site.publish(
                LeakyModule.ADRIFT,
                tenant,
                1,
                JsonNodeFactory.instance.objectNode().put("note", INPUT.value()));
        site.held.awaitBegun(tenant);
        seen.put("command lines", Sinks.commandLines());
        killed.close();
        // Or the role would be made once it is let go, with nobody there to be told.
        site.inTenantsPostgres(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                        + " where wait_event_type = 'Lock' and query ilike 'create role%'");
        site.held.letGo(tenant);
        JvmService runner = runner();
        site.awaitEvents(tenant, "APPLIED");
        assertThat(site.ledger.column("select result from run order by started_at"))
                .containsExactly("LOST", "SUCCEEDED");
        site.inTenantsPostgres(
                "alter role \"%s\" set search_path = '%s'".formatted(tenant, OUTSIDE.value()));
        site.ledger.execute("update stack set drift_checked_at = null");
        eventually(
                SOON,
                () ->
                        assertThat(site.ledger.column("select tenant_id from drift"))
                                .as(site::said)
                                .containsExactly(tenant));
        return runner;
    }

    /** A plan is in its table until its apply begins only, and to be searched afterwards. */
    private void keepsCopiesOfPlans() {
        site.ledger.execute(
                "create table copied_plan (like stack_plan)",
                """
                create function copies() returns trigger language plpgsql as $$
                begin insert into copied_plan select new.*; return new; end $$
                """,
                """
                create trigger copies after insert or update on stack_plan
                for each row execute function copies()
                """);
    }

    /** What a provider made up, as it stands in the state. */
    private String password(String tenant) {
        return TestLedger.at(site.service(), "operator")
                .send("GET", "/state/" + tenant + "/1/main", null)
                .body()
                .path("resources")
                .valueStream()
                .filter(resource -> resource.path("type").asText().equals("random_password"))
                .findFirst()
                .orElseThrow()
                .at("/instances/0/attributes/result")
                .asText();
    }

    private void collect(JvmService front, JvmService runner) throws Exception {
        Sinks sinks = new Sinks(site);
        List<String> runs = site.ledger.column("select run_id from run order by started_at");
        String quiet =
                site.ledger.column("select run_id from run where tenant_id = 'quiet'").getFirst();
        String letter = site.ledger.column("select id from dead_letter").getFirst();
        List<List<String>> commands =
                new ArrayList<>(
                        List.of(
                                List.of("dead-letters", "list", "-o", "json"),
                                List.of("dead-letters", "show", letter),
                                List.of("dead-letters", "show", letter, "--raw"),
                                List.of("runs", "list", "-o", "json"),
                                List.of("tenants", "show", "loud"),
                                List.of("tenants", "events", "loud"),
                                List.of("outputs", "list"),
                                List.of("drift"),
                                List.of("drift", "-o", "json"),
                                List.of("tenants", "show", "adrift"),
                                List.of("doctor"),
                                List.of("audit", "-o", "json")));
        List<String> paths =
                new ArrayList<>(
                        List.of(
                                "/q/health",
                                "/q/metrics",
                                "/metrics",
                                "/v1/tenants",
                                "/v1/stacks",
                                "/v1/runs",
                                "/v1/outputs",
                                "/v1/drift",
                                "/v1/tenants/adrift",
                                "/v1/dead-letters",
                                "/v1/doctor",
                                "/v1/audit",
                                "/v1/nowhere",
                                "/v1/runs/nobodys/log",
                                "/v1/dead-letters/" + letter + "?raw=true",
                                "/v1/tenants/loud",
                                "/v1/tenants/loud/events",
                                "/v1/states/quiet/1/main/versions",
                                "/state/nobody/1/main"));
        for (String run : runs) {
            commands.add(List.of("runs", "show", run));
            commands.add(List.of("runs", "log", run));
            paths.add("/v1/runs/" + run);
            paths.add("/v1/runs/" + run + "/log");
        }
        seen.putAll(sinks.commands(commands));
        for (String role : List.of("operator", "viewer", "nobody")) {
            seen.putAll(sinks.answers(site.service().url(), role, paths));
        }
        for (JvmService provisioner : List.of(front, runner)) {
            seen.putAll(
                    sinks.answers(
                            provisioner.url(), "nobody", List.of("/q/health", "/q/metrics", "/")));
        }
        seen.putAll(sinks.topics());
        seen.putAll(sinks.tables());
        seen.putAll(Sinks.logs(folder));
        log =
                TestLedger.at(site.service(), "operator")
                        .send("GET", "/v1/runs/" + quiet + "/log", null)
                        .body()
                        .toString();
    }

    @AfterAll
    void stop() throws Exception {
        site.close();
    }

    @Test
    void nothingThatAnybodyReadsHoldsASecret() {
        Map<String, String> made = new HashMap<>(seen);
        made.keySet().removeAll(AS_SENT);

        assertThat(BOUND.foundIn(seen)).isEmpty();
        assertThat(OUTSIDE.foundIn(seen)).isEmpty();
        assertThat(INPUT.foundIn(made)).isEmpty();
        for (Canary one : generated) {
            assertThat(one.value()).hasSize(24);
            assertThat(one.foundIn(seen)).isEmpty();
        }
    }

    @Test
    void whatIsSearchedIsWhatTheRunsHaveSaid() {
        assertThat(log).contains("raw (hidden)", "base64 (hidden)", "url (hidden)");
        assertThat(log).contains("json \\\"(hidden)\\\"", "split (hidden)");
        assertThat(log)
                .as("said with a pause in its middle, and so by tofu in two lines")
                .contains("(local-exec): (hidden)\"")
                .doesNotContain("c4nary", "/7&", "=secret");
        assertThat(seen.get("topic " + Topics.DEAD_LETTER))
                .contains("permission denied", "It is (hidden)");
        assertThat(seen.get("topic " + Topics.STACK_DRIFT)).contains("search_path");
        assertThat(seen.get("topic " + Topics.STACK_DRIFT_CURRENT)).contains("search_path");
        assertThat(seen.get("command [drift]")).contains(LeakyModule.ADRIFT);
        for (String role : List.of("operator", "viewer")) {
            assertThat(seen.get("answer to " + role + " " + site.service().url() + "/v1/drift"))
                    .contains("search_path");
        }
        assertThat(seen.get("command lines")).contains("/bin/tofu", "provider-postgresql");
        assertThat(seen.keySet().stream().filter(sink -> sink.startsWith("log ")))
                .as("logs of each process")
                .hasSizeGreaterThanOrEqualTo(4);
        assertThat(seen.keySet().stream().filter(sink -> sink.startsWith("table ")))
                .hasSizeGreaterThan(20);
    }

    /**
     * The search finds what is there: where upstream put it, and in each form in which it may be.
     */
    @Test
    void aSecretThatIsInASinkIsFound() {
        assertThat(INPUT.foundIn(seen))
                .isNotEmpty()
                .allMatch(found -> AS_SENT.stream().anyMatch(found::contains));
        for (String form : BOUND.forms()) {
            assertThat(BOUND.foundIn(Map.of("planted", "before " + form + " after"))).isNotEmpty();
        }
    }

    /** A plan of tofu is an archive, in which no search finds what was packed. */
    @Test
    void plansThatWereKeptAreNoArchives() throws Exception {
        assertThat(
                        site.ledger.column(
                                "select position('\\x504b'::bytea in plan) = 1 from copied_plan"))
                .hasSizeGreaterThanOrEqualTo(2)
                .containsOnly("f");
    }

    /**
     * There are no traces and no metrics to search, and nothing is at the paths where metrics would
     * be: whoever adds some adds them to the sinks.
     */
    @Test
    void noServiceExportsTracesOrMetrics() throws Exception {
        Path home = Path.of(System.getProperty("leasehold.home"));
        for (String service : List.of("provisioner", "state-service")) {
            assertThat(Sinks.telemetry(home.resolve(service + "/target/quarkus-app/lib")))
                    .isEmpty();
        }
    }

    @Test
    void whatWouldFindALibraryOfMetricsOrTracesFindsThem(@TempDir Path libraries) throws Exception {
        List<String> some =
                List.of(
                        "io.quarkus.quarkus-micrometer-registry-prometheus-3.0.0.jar",
                        "io.micrometer.micrometer-core-1.0.0.jar",
                        "io.smallrye.smallrye-metrics-4.0.0.jar",
                        "io.prometheus.simpleclient-0.1.0.jar",
                        "io.opentelemetry.opentelemetry-sdk-trace-1.0.0.jar",
                        "io.opentelemetry.opentelemetry-exporter-otlp-1.0.0.jar");
        Files.createFile(libraries.resolve("io.opentelemetry.opentelemetry-api-1.0.0.jar"));
        for (String library : some) {
            Files.createFile(libraries.resolve(library));
        }

        assertThat(Sinks.telemetry(libraries)).containsExactlyInAnyOrderElementsOf(some);
    }
}
