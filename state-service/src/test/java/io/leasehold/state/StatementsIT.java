package io.leasehold.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.IntakeRequest;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.RunPhase;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.lease.TestPulse;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.scheduler.Scheduler;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * How many statements each operation sends: not one more than the page of performance says, and not
 * one less either, so that the page stays true. Beginning and end of a transaction are not counted.
 */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class StatementsIT {
    private static final Path PAGE =
            Path.of(System.getProperty("leasehold.home", ".."), "docs", "performance.md");

    @Inject Ledger ledger;
    @Inject TestWorker worker;
    @Inject Scheduler scheduler;
    @Inject TestPulse pulse;

    private final String tenant = "s-" + UUID.randomUUID();
    private final String blueprint = "b-" + UUID.randomUUID();
    private final SoftAssertions check = new SoftAssertions();
    private final TestUpstream upstream = new TestUpstream();
    private final TestStack stack = new TestStack(new StackRef(tenant, 1, "main"));

    @AfterEach
    void theServiceGoesOn() {
        scheduler.resume();
        check.assertAll();
    }

    @BeforeEach
    void aWarmService() {
        // What the service does of its own accord would be counted too.
        scheduler.pause();
        // Claims wait for a first beat, which a service that runs for a while has had.
        pulse.beats();
        worker.beginsWithNothingDue();
        TestBlueprints.registers(TestBlueprints.SINGLE, blueprint);
        // Reads the blueprint once, as a service that runs for a while has.
        upstream.publishes(TestUpstream.wants("warm-" + UUID.randomUUID(), 1, blueprint, 1));
        worker.beginsWithNothingDue();
    }

    @Test
    void aPersonsCycleOfAStateSendsWhatThePageSays() throws IOException {
        stack.has(TestStack.state("lineage", 1));

        says("LOCK", () -> stack.lock("a"));
        says("GET", stack::served);
        says(
                "POST",
                () ->
                        ServiceClient.as(TestTokens.OPERATOR)
                                .send(
                                        "POST",
                                        "/state/" + tenant + "/1/main?ID=a",
                                        TestStack.state("lineage", 2)));
        says("UNLOCK", () -> stack.unlock("a"));
    }

    @Test
    void aRunFromItsClaimToItsEndSendsWhatThePageSays() throws IOException {
        upstream.publishes(TestUpstream.wants(tenant, 1, blueprint, 3));
        Claim[] claim = new Claim[1];

        says("claim", () -> claim[0] = worker.mustClaim());
        says("heartbeat", () -> worker.beats(claim[0], RunPhase.CLAIMED));
        says("outcome", () -> worker.succeeds(claim[0]));
    }

    @Test
    void aPlanOnItsWayFromRunToRunSendsWhatThePageSays() throws IOException {
        upstream.publishes(TestUpstream.wants(tenant, 1, blueprint, 3));
        Claim claim = worker.mustClaim();
        String path = Paths.PLAN.replace("{runId}", claim.runId());
        String binding =
                """
                {"leaseId":"%s","binding":{"mode":"NORMAL","moduleDigest":"m","lockDigest":"l",
                "tofuVersion":"1.12.6","inputsDigest":"i"}\
                """
                        .formatted(TestWorker.lease(claim));
        ServiceClient client = ServiceClient.as(TestTokens.WORKER);

        says("keeping a plan", () -> client.send("PUT", path, binding + ",\"plan\":\"cGxhbg==\"}"));
        says(
                "taking a plan over",
                () ->
                        assertThat(client.send("POST", path, binding + "}").json().path("plan"))
                                .hasToString("\"cGxhbg==\""));
    }

    @Test
    void eventsSendWhatThePageSaysHoweverManyThereAre() throws IOException {
        says("intake of one event", () -> handIn(1, 1));
        says("intake of a hundred events", () -> handIn(100, 1));
        says("intake of a hundred changes", () -> handIn(100, 2));
        says("intake of a hundred seen before", () -> handIn(100, 2));
    }

    private void handIn(int count, long generation) {
        IntakeRequest.Item[] items = new IntakeRequest.Item[count];
        for (int i = 0; i < count; i++) {
            items[i] =
                    upstream.item(
                            TestUpstream.wants(
                                    "%s-%d-%d".formatted(tenant, count, i),
                                    generation,
                                    blueprint,
                                    (int) generation));
        }
        assertThat(upstream.handsIn(items).status()).isEqualTo(200);
    }

    private void says(String operation, Runnable work) throws IOException {
        List<String> sent;
        try (SqlStatements statements = SqlStatements.watch()) {
            work.run();
            // Claims look for what operators asked for only after somebody did, in whatever test.
            sent = statements.seen().stream().filter(sql -> !sql.contains("as asked_run")).toList();
        }
        String page = Files.readString(PAGE);
        String row = "\\| %s \\| (\\d+) \\|".formatted(Pattern.quote(operation));
        List<Integer> said =
                Pattern.compile(row)
                        .matcher(page)
                        .results()
                        .map(match -> Integer.valueOf(match.group(1)))
                        .toList();
        check.assertThat(said)
                .as("%s sends %d:%n%s", operation, sent.size(), String.join("\n", sent))
                .containsExactly(sent.size());
    }
}
