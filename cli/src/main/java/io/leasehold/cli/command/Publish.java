package io.leasehold.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.leasehold.cli.CommandFailure;
import io.leasehold.cli.ExitCode;
import io.leasehold.cli.service.Environment;
import io.leasehold.cli.service.StateService;
import io.leasehold.client.EventDraft;
import io.leasehold.client.Publication;
import io.leasehold.client.PublishFailedException;
import io.leasehold.client.TenantPublisher;
import io.leasehold.events.ErrorCode;
import io.leasehold.events.EventJson;
import io.leasehold.events.EventType;
import io.leasehold.events.Topics;
import io.leasehold.events.intake.Reading;
import io.leasehold.ledger.api.EventCheck;
import io.leasehold.ledger.api.Paths;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Publishes a tenant event, after the reader that intake uses has read it. */
@Command(
        name = "publish",
        description =
                "Publishes a tenant event. What intake would refuse is not sent; where the environment"
                        + " names a system, its blueprint is asked too",
        mixinStandardHelpOptions = true)
public final class Publish implements Runnable {

    /** The kinds of tenant event. */
    public enum Kind {
        created,
        updated,
        suspended,
        resumed,
        deleted
    }

    @Mixin private final Front front = new Front();

    @Parameters(
            paramLabel = "FILE",
            description = "the event's data as JSON, without envelope; - reads standard input")
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private String file;

    @Option(
            names = "--type",
            description = "${COMPLETION-CANDIDATES} (default: what fits the lifecycle)")
    private @Nullable Kind kind;

    @Option(
            names = "--check",
            description = {
                "only say what intake would say; needs no system.",
                "Where the environment names one, its blueprint is asked too."
            })
    private boolean checkOnly;

    @Option(
            names = "--source",
            description = "who publishes, a URI reference (default: ${DEFAULT-VALUE})",
            defaultValue = "/leasehold/cli")
    private String source = "/leasehold/cli";

    @Override
    public void run() {
        byte[] data = Input.read(file);
        EventType type = type(data);
        if (checkOnly) {
            check(type, data);
        } else {
            send(type, data);
        }
    }

    private void send(EventType type, byte[] data) {
        String kafka = front.environment().require(Environment.KAFKA);
        read(type, data);
        askBlueprint(data);
        try (TenantPublisher publisher =
                TenantPublisher.connect(Map.of("bootstrap.servers", kafka), source)) {
            report(publisher.publish(type, data));
        } catch (PublishFailedException e) {
            throw new CommandFailure(
                    ExitCode.UNREACHABLE,
                    "The broker at "
                            + kafka
                            + " did not take the event. Is the system up, is "
                            + Environment.KAFKA
                            + " right, and has the broker the topic "
                            + Topics.TENANT_LIFECYCLE
                            + "? Publishing again is safe: what came twice changes nothing.");
        }
    }

    private void check(EventType type, byte[] data) {
        Reading.Accepted accepted = read(type, data);
        askBlueprint(data);
        String tenant = accepted.event().data().tenantId();
        front.tell(
                new Sound(true, tenant, accepted.specHash()),
                "Sound as far as that can be told before the ledger sees it: an event of tenant "
                        + tenant
                        + ". Not sent.");
    }

    private Reading.Accepted read(EventType type, byte[] data) {
        return switch (new EventDraft(source, Clock.systemUTC()).check(type, data)) {
            case Reading.Accepted accepted -> accepted;
            case Reading.Refused refused -> throw refused(refused);
        };
    }

    /** Only the state service has the blueprints. One that cannot be asked refuses nothing. */
    private void askBlueprint(byte[] data) {
        if (!front.environment().namesService()) {
            if (!checkOnly) {
                front.warn("The blueprint was not asked: the environment names no system.");
            }
            return;
        }
        EventCheck said;
        try {
            said = front.service().send("POST", Paths.EVENT_CHECK, tree(data), EventCheck.class);
        } catch (CommandFailure e) {
            front.warn("The blueprint was not asked. " + e.getMessage());
            return;
        }
        String code = said.code();
        if (code == null) {
            return;
        }
        if (!checkOnly && code.equals(ErrorCode.BLUEPRINT_UNKNOWN.name())) {
            // Intake keeps it until the blueprint comes.
            front.warn(code + ": " + said(said.reason()));
            return;
        }
        throw refusal(
                new Unsound(false, code, said(said.reason()), List.of(), said(said.remedy())));
    }

    private static String said(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static JsonNode tree(byte[] data) {
        try {
            return StateService.JSON.readTree(data);
        } catch (IOException e) {
            throw new IllegalStateException("the reader has read it", e);
        }
    }

    /** What a check that passed says in JSON. */
    record Sound(boolean sound, String tenantId, String specHash) {}

    /** What a refusal says in JSON. */
    record Unsound(
            boolean sound, String code, String reason, List<String> pointers, String remedy) {}

    private void report(Publication publication) {
        switch (publication) {
            case Publication.Sent sent -> {
                front.tell(
                        sent,
                        "Sent: event %s at %s, partition %d, offset %d."
                                .formatted(
                                        sent.eventId(),
                                        sent.topic(),
                                        sent.partition(),
                                        sent.offset()));
            }
            case Publication.Refused(Reading.Refused refused) -> throw refused(refused);
        }
    }

    private CommandFailure refused(Reading.Refused refused) {
        return refusal(
                new Unsound(
                        false,
                        refused.code().name(),
                        refused.reason(),
                        refused.pointers(),
                        refused.code().remedy()));
    }

    private CommandFailure refusal(Unsound what) {
        if (front.asJson()) {
            front.json(what);
        }
        return new CommandFailure(
                ExitCode.REFUSED,
                what.code()
                        + ": "
                        + what.reason()
                        + (what.pointers().isEmpty() ? "" : " at " + at(what.pointers()))
                        + "\nWhat to do: "
                        + what.remedy()
                        + "\nNot sent.");
    }

    private static String at(List<String> pointers) {
        return String.join(", ", pointers);
    }

    private EventType type(byte[] data) {
        Kind wanted = kind == null ? fitting(data) : kind;
        return switch (wanted) {
            case created -> EventType.TENANT_CREATED;
            case updated -> EventType.TENANT_UPDATED;
            case suspended -> EventType.TENANT_SUSPENDED;
            case resumed -> EventType.TENANT_RESUMED;
            case deleted -> EventType.TENANT_DELETED;
        };
    }

    private static Kind fitting(byte[] data) {
        String lifecycle = "";
        try {
            JsonNode tree = EventJson.mapper().readTree(data);
            lifecycle = tree.path("lifecycle").asText("");
        } catch (IOException e) {
            // What is not JSON is refused by the reader, in better words than ours.
            return Kind.updated;
        }
        return switch (lifecycle) {
            case "deleted" -> Kind.deleted;
            case "suspended" -> Kind.suspended;
            default -> Kind.updated;
        };
    }
}
