package io.leasehold.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.cli.CommandFailure;
import io.leasehold.cli.ExitCode;
import io.leasehold.cli.output.Table;
import io.leasehold.cli.service.StateService;
import io.leasehold.ledger.api.DeadLetterView;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.RawHeader;
import io.leasehold.ledger.api.ReplayItemView;
import io.leasehold.ledger.api.ReplayReply;
import io.leasehold.ledger.api.ReplayRequest;
import io.leasehold.ledger.api.SourcePosition;
import io.leasehold.ledger.api.TenantView;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** One dead letter in one look: why, what it holds, how its tenant stands, what a replay does. */
@Command(
        name = "show",
        description =
                "One dead letter: why and what to do, what it holds, how its tenant stands now, what"
                        + " a replay would do and what became of those before. Texts that may be what"
                        + " must not be shown, such as values of variables, are told by their length"
                        + " unless --raw asks for the exact bytes. Either is recorded by the service",
        mixinStandardHelpOptions = true)
final class DeadLettersShow implements Runnable {
    private static final int REPLAYS = 100;

    @Mixin private final Front front = new Front();

    @Parameters(paramLabel = "ID")
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private String id;

    @Option(names = "--raw", description = "the exact bytes, whatever is in them")
    private boolean raw;

    @Override
    public void run() {
        StateService service = front.service();
        DeadLetterView letter = letter(front, id, raw);
        ReplayReply replay =
                service.send(
                        "POST",
                        StateService.path(Paths.DEAD_LETTER_REPLAY, Map.of("id", id)),
                        new ReplayRequest(false, "", false),
                        ReplayReply.class);
        List<ReplayItemView> replays =
                service.all(
                        StateService.path(Paths.DEAD_LETTER_REPLAYS, Map.of("id", id)),
                        Map.of(),
                        ReplayItemView.class,
                        REPLAYS);
        Optional<TenantView> tenant = tenant(service, letter.tenantId());
        if (front.asJson()) {
            json(letter, replay, replays, tenant);
        } else {
            tell(letter);
            tenant.ifPresent(this::tell);
            front.say("a replay:");
            front.say("  " + replay.what());
            tell(replays);
        }
        sayWhetherRedacted(letter);
    }

    /**
     * On standard error, for what is shown is taken into files and edited there; and by what the
     * service says, for an older one does not redact.
     */
    private void sayWhetherRedacted(DeadLetterView letter) {
        boolean holds =
                letter.value() != null
                        || letter.edited() != null
                        || letter.key() != null
                        || !letter.headers().isEmpty();
        Boolean redacted = letter.redacted();
        if (holds && redacted == null && !raw) {
            front.warn(
                    "This service is older than this command and does not redact: these are the"
                            + " exact bytes.");
        } else if (holds && redacted != null && redacted) {
            front.warn("This is redacted; --raw shows the exact bytes, which is recorded.");
        }
    }

    /**
     * @param raw with its exact bytes, else redacted
     */
    static DeadLetterView letter(Front front, String id, boolean raw) {
        return front.service()
                .get(
                        StateService.path(Paths.DEAD_LETTER, Map.of("id", id)),
                        raw ? Map.of("raw", true) : Map.of(),
                        DeadLetterView.class);
    }

    /** What is known of the tenant; nothing while the ledger does not know it. */
    private static Optional<TenantView> tenant(StateService service, @Nullable String tenantId) {
        if (tenantId == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Life().tenant(service, tenantId));
        } catch (CommandFailure unknown) {
            if (unknown.exitCode() == ExitCode.NOT_FOUND) {
                return Optional.empty();
            }
            throw unknown;
        }
    }

    /** The letter's own fields, and what there is around it. */
    private void json(
            DeadLetterView letter,
            ReplayReply replay,
            List<ReplayItemView> replays,
            Optional<TenantView> tenant) {
        ObjectNode shown = StateService.JSON.valueToTree(letter);
        shown.set("tenant", StateService.JSON.valueToTree(tenant.orElse(null)));
        shown.set("replay", StateService.JSON.valueToTree(replay));
        shown.set("replayed", StateService.JSON.valueToTree(replays));
        front.json(shown);
    }

    private void tell(TenantView tenant) {
        front.say("the tenant now:");
        front.say(
                "  %s: life %d, wants generation %d, has %d"
                        .formatted(
                                tenant.phase(),
                                tenant.incarnation(),
                                tenant.generation(),
                                tenant.observedGeneration()));
        tenant.waitingFor().forEach(each -> front.say("  " + each));
    }

    private void tell(List<ReplayItemView> replays) {
        if (!replays.isEmpty()) {
            front.say("replayed before, it or those it came from:");
        }
        for (ReplayItemView each : replays) {
            front.say(
                    "  %s by %s, \"%s\": %s %s"
                            .formatted(
                                    each.asked(),
                                    each.by(),
                                    each.reason(),
                                    each.state(),
                                    Objects.requireNonNullElse(each.what(), "")));
        }
    }

    private void tell(DeadLetterView letter) {
        front.print(
                new Table("FIELD", "VALUE")
                        .row("id", letter.id())
                        .row("kind", letter.kind())
                        .row("status", letter.status())
                        .row("code", letter.code())
                        .row("reason", letter.reason())
                        .row("stage", letter.stage())
                        .row("cause", letter.fingerprint())
                        .row("what to do", letter.remedy())
                        .row("tenant", letter.tenantId())
                        .row("stack", letter.stack())
                        .row("blueprint", letter.blueprint())
                        .row("run", letter.runId())
                        .row("origin", origin(letter.position()))
                        .row("event", letter.eventId())
                        .row("type", letter.eventType())
                        .row("key", letter.key())
                        .row("at", letter.at())
                        .row("replays", letter.replays()));
        if (!letter.headers().isEmpty()) {
            front.say("headers:");
        }
        for (RawHeader header : letter.headers()) {
            byte[] value = header.value();
            front.say("  " + header.name() + ": " + (value == null ? "" : inOneLine(value)));
        }
        print("value", letter.value());
        print("corrected copy", letter.edited());
    }

    private void print(String what, @Nullable String text) {
        if (text != null) {
            front.say(what + ":");
            front.say(text);
        }
    }

    private static String inOneLine(byte[] text) {
        return new String(text, StandardCharsets.UTF_8).replaceAll("[\n\r\t]", " ");
    }

    private static @Nullable String origin(@Nullable SourcePosition position) {
        return position == null
                ? null
                : "%s, partition %d, offset %d"
                        .formatted(position.topic(), position.partition(), position.offset());
    }
}
