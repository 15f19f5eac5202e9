package io.leasehold.it.system;

import static io.leasehold.testsupport.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.cli.service.Environment;
import io.leasehold.cli.service.StateService;
import io.leasehold.client.Publication;
import io.leasehold.client.TenantPublisher;
import io.leasehold.events.EventType;
import io.leasehold.events.tenant.BlueprintRef;
import io.leasehold.events.tenant.TenantSpec;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.TenantView;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpIT {
    private static final Duration START = Duration.ofMinutes(2);
    private static final Duration WORK = Duration.ofMinutes(3);

    @TempDir Path folder;

    @Test
    void loses_nothing_when_its_supervisor_is_killed_and_keeps_its_folder_to_itself()
            throws Exception {
        Path data = folder.resolve("data");
        List<ProcessHandle> children;
        Map<String, String> first;
        try (Program up = up(data)) {
            first = ready(up, data);
            children = up.process().descendants().toList();
            publish(first, "first", 1, 10);
            awaitReady(first, "first", 1);
            publish(first, "second", 1, 10);
            publish(first, "first", 2, 20);
        }

        for (ProcessHandle child : children) {
            child.onExit().get(30, TimeUnit.SECONDS);
        }
        Files.deleteIfExists(data.resolve("leasehold.env"));
        try (Program up = up(data)) {
            Map<String, String> second = ready(up, data);
            assertThat(second).isEqualTo(first);
            awaitReady(second, "first", 2);
            awaitReady(second, "second", 1);
            saysThatTheFolderIsInUse(data);

            up.process().destroy();
            assertThat(up.exitCode(90)).isZero();
            assertThat(data.resolve("leasehold.env")).doesNotExist();
            assertThat(up.printed()).contains("stopped");
        }
    }

    private void saysThatTheFolderIsInUse(Path data) throws Exception {
        Path output = folder.resolve("second.out");
        try (Program second =
                Program.start(
                        output,
                        "embedded",
                        "io.leasehold.embedded.Main",
                        "up",
                        "--data",
                        data.toString())) {
            assertThat(second.exitCode(60)).isEqualTo(70);
            assertThat(second.printed()).contains("already running on " + data);
        }
        assertThat(data.resolve("leasehold.env")).exists();
    }

    private Program up(Path data) {
        return Program.start(
                folder.resolve("up.out"),
                "embedded",
                "io.leasehold.embedded.Main",
                "up",
                "--data",
                data.toString());
    }

    private static Map<String, String> ready(Program up, Path data) throws Exception {
        Path environment = data.resolve("leasehold.env");
        eventually(
                START,
                () -> {
                    if (!up.process().isAlive()) {
                        throw new IllegalStateException("it ended:\n" + up.printed());
                    }
                    assertThat(environment).as(up::printed).exists();
                });
        Map<String, String> values = new HashMap<>();
        for (String line : Files.readAllLines(environment)) {
            values.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1));
        }
        return values;
    }

    private static void publish(
            Map<String, String> system, String tenant, long generation, int limit) {
        ObjectNode variables = JsonNodeFactory.instance.objectNode().put("connectionLimit", limit);
        try (TenantPublisher publisher =
                TenantPublisher.connect(
                        Map.of("bootstrap.servers", system.get("LEASEHOLD_KAFKA")),
                        "https://upstream.example/test")) {
            assertThat(
                            publisher.publish(
                                    generation == 1
                                            ? EventType.TENANT_CREATED
                                            : EventType.TENANT_UPDATED,
                                    TenantSpec.active(
                                            tenant,
                                            1,
                                            generation,
                                            new BlueprintRef("starter", "1.0.0"),
                                            variables)))
                    .isInstanceOf(Publication.Sent.class);
        }
    }

    private static void awaitReady(Map<String, String> system, String tenant, long generation)
            throws Exception {
        StateService service = StateService.of(Environment.read(system));
        String path = StateService.path(Paths.TENANT, Map.of("tenantId", tenant));
        eventually(
                WORK,
                () -> {
                    List<TenantView> all =
                            service.all(Paths.TENANTS, Map.of(), TenantView.class, 100);
                    assertThat(all).extracting(TenantView::tenantId).contains(tenant);
                    TenantView view = service.get(path, Map.of(), TenantView.class);
                    assertThat(view.phase()).as(view.waitingFor().toString()).isEqualTo("READY");
                    assertThat(view.observedGeneration()).isEqualTo(generation);
                });
    }
}
