package io.leasehold.state.tfstate;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.Ledger;
import io.leasehold.state.ServiceClient;
import io.leasehold.state.TestStack;
import io.leasehold.state.TestTokens;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Another lineage, pushed by a real tofu: with a reason and in no other way. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class TofuLineageIT {
    private static final String BACKEND = "terraform {\n  backend \"http\" {\n%s  }\n}\n";
    private static final String REASON =
            "    headers = { \"Leasehold-Reason\" = \"moved here from S3\" }\n";

    @Inject Ledger ledger;
    @TempDir Path folder;

    private final StackRef ref = new StackRef("tofu-" + UUID.randomUUID(), 1, "main");
    private final TestStack stack = new TestStack(ref);
    private final ServiceClient operator = ServiceClient.as(TestTokens.OPERATOR);

    private record Ended(int exit, String output) {}

    @Test
    void anotherLineageIsPushedByForceWithAReasonAndByForceAloneIsRefused() throws Exception {
        stack.has(TestStack.state("ours", 5));
        Files.writeString(folder.resolve("theirs.json"), TestStack.state("theirs", 2));
        Files.writeString(folder.resolve("main.tf"), BACKEND.formatted(""));
        succeeded(tofu("init", "-input=false"));

        Ended plain = tofu("state", "push", "theirs.json");
        Ended forced = tofu("state", "push", "-force", "theirs.json");
        assertThat(plain.exit()).isNotZero();
        assertThat(forced.exit()).isNotZero();
        assertThat(stack.lineage()).isEqualTo("ours");

        Files.writeString(folder.resolve("main.tf"), BACKEND.formatted(REASON));
        succeeded(tofu("init", "-input=false", "-reconfigure"));
        succeeded(tofu("state", "push", "-force", "theirs.json"));

        assertThat(stack.lineage()).isEqualTo("theirs");
        assertThat(stack.versions().getFirst().path("reason").asText())
                .isEqualTo("moved here from S3");
        assertThat(TestStack.audited(ledger, ref))
                .contains("force-write-state: moved here from S3");
        assertThat(
                        operator.send("GET", "/v1/locks?tenant=" + ref.tenantId(), null)
                                .json()
                                .path("items"))
                .isEmpty();
    }

    private static void succeeded(Ended ended) {
        assertThat(ended.exit()).as(ended.output()).isZero();
    }

    private Ended tofu(String... arguments) throws IOException, InterruptedException {
        String cache =
                System.getenv()
                        .getOrDefault(
                                "LEASEHOLD_CACHE",
                                System.getProperty("user.home") + "/.cache/leasehold");
        List<String> command = new ArrayList<>();
        command.add(System.getenv().getOrDefault("LEASEHOLD_TOFU", cache + "/bin/tofu"));
        command.add("-chdir=" + folder);
        command.addAll(List.of(arguments));
        ProcessBuilder process = new ProcessBuilder(command).redirectErrorStream(true);
        Map<String, String> environment = process.environment();
        environment.clear();
        environment.put("HOME", folder.toString());
        environment.put("PATH", "/usr/bin:/bin");
        environment.put("CHECKPOINT_DISABLE", "1");
        for (String address : List.of("ADDRESS", "LOCK_ADDRESS", "UNLOCK_ADDRESS")) {
            environment.put("TF_HTTP_" + address, operator.base() + "/state/" + ref.key());
        }
        environment.put("TF_HTTP_USERNAME", "me");
        environment.put("TF_HTTP_PASSWORD", TestTokens.OPERATOR);
        Process running = process.start();
        running.getOutputStream().close();
        String output = new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!running.waitFor(60, TimeUnit.SECONDS)) {
            running.destroyForcibly();
            throw new AssertionError("tofu did not end: " + output);
        }
        return new Ended(running.exitValue(), output);
    }
}
