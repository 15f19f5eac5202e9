package io.leasehold.events.outgoing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.leasehold.events.ErrorCode;
import io.leasehold.events.tenant.BlueprintRef;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** The records that the golden files hold. */
public final class Samples {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final Instant START = Instant.parse("2026-01-31T12:00:01Z");
    private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");
    private static final Instant LATER = Instant.parse("2026-01-31T12:00:05Z");
    private static final Instant AT = Instant.parse("2026-01-31T12:00:05.250Z");

    private Samples() {}

    public static CloudEventHeaders attributes(String golden) {
        return golden.equals("run.status.v1-run")
                ? new CloudEventHeaders(
                        "01J-golden",
                        "/leasehold/cell-1",
                        AT,
                        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                        "0193-a")
                : CloudEventHeaders.of("01J-golden", "/leasehold/cell-1", AT);
    }

    public static EventData of(String golden) {
        return switch (golden) {
            case "run.status.v1-run" -> runStatus();
            case "run.status.v1-event" ->
                    RunStatus.ofEvent("acme", 1, 2, 9, RunPhase.STALE, "GENERATION_REGRESSION", AT);
            case "run.dead-lettered.v1" -> runDeadLetter();
            case "outputs.published.v1" -> outputs();
            case "outputs.withdrawn.v1" ->
                    new OutputsWithdrawn(
                            "acme",
                            1,
                            "database",
                            7,
                            4,
                            5,
                            OutputsWithdrawn.Reason.DESTROYING,
                            LATER);
            case "drift.detected.v1" -> found(DriftEvent.State.DETECTED);
            case "drift.changed.v1" -> found(DriftEvent.State.CHANGED);
            case "drift.resolved.v1" -> over(DriftEvent.State.RESOLVED, "apply");
            case "drift.check-failed.v1" -> over(DriftEvent.State.CHECK_FAILED, "NETWORK");
            case "drift.current.v1" ->
                    new DriftCurrent(
                            "dr-1", "acme", 1, "database", 2, 3, NOON, LATER, 2, finding());
            default -> throw new IllegalArgumentException("no sample for " + golden);
        };
    }

    private static RunStatus runStatus() {
        return new RunStatus(
                "acme",
                1,
                "database",
                "run-7",
                RunKind.APPLY,
                1,
                4,
                RunPhase.APPLYING,
                3,
                2,
                null,
                null,
                new RunStatus.Delta(4, 0, 1),
                START,
                null,
                null);
    }

    private static RunDeadLetter runDeadLetter() {
        return new RunDeadLetter(
                "dl-1",
                "acme",
                1,
                "database",
                3,
                2,
                "run-9",
                RunKind.DESTROY,
                5,
                ErrorCode.PROVIDER_5XX,
                "the provider did not answer",
                LATER);
    }

    private static StackOutputs outputs() {
        JsonNode string = NODES.textNode("string");
        return new StackOutputs(
                "acme",
                1,
                "database",
                6,
                3,
                2,
                "run-7",
                "5e2a",
                4,
                5,
                new BlueprintRef("starter", "1.0.0"),
                Map.of(
                        "port",
                        OutputValue.plain(NODES.textNode("number"), NODES.numberNode(5432)),
                        "database",
                        OutputValue.plain(string, NODES.textNode("acme")),
                        "nothing",
                        OutputValue.plain(NODES.textNode("dynamic"), NODES.nullNode()),
                        "hosts",
                        OutputValue.plain(
                                NODES.arrayNode().add("list").add("string"),
                                NODES.arrayNode().add("a").add("b")),
                        "password",
                        OutputValue.reference(
                                string,
                                "state://tenants/acme/1/stacks/database/outputs/password?version=5",
                                "ab".repeat(32))),
                "cd".repeat(32),
                true);
    }

    private static DriftEvent found(DriftEvent.State state) {
        return new DriftEvent(
                "dr-1", state, "acme", 1, "database", 2, 3, NOON, LATER, 2, finding(), null);
    }

    private static DriftEvent over(DriftEvent.State state, String reason) {
        return new DriftEvent(
                "dr-1", state, "acme", 1, "database", 2, 3, NOON, LATER, 2, null, reason);
    }

    private static DriftFinding finding() {
        return new DriftFinding(
                "ef".repeat(32),
                DriftFinding.Severity.MEDIUM,
                new DriftFinding.Summary(1, 0, 1, 0),
                List.of(
                        new DriftFinding.Change(
                                "postgresql_role.tenant",
                                "postgresql_role",
                                "update",
                                List.of(
                                        new DriftFinding.Attribute(
                                                "connection_limit", "changed")))),
                false);
    }
}
