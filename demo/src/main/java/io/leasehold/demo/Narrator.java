package io.leasehold.demo;

import io.leasehold.events.Headers;
import io.leasehold.events.Topics;
import io.leasehold.events.outgoing.DriftEvent;
import io.leasehold.events.outgoing.OutputsWithdrawn;
import io.leasehold.events.outgoing.RunStatus;
import io.leasehold.events.outgoing.StackOutputs;
import java.util.Locale;
import java.util.stream.Collectors;

/** Says in one line what a record on a topic means for whom. Called by the feed's thread. */
final class Narrator {
    private final Screen screen;

    Narrator(Screen screen) {
        this.screen = screen;
    }

    void tell(Sighting sighting) {
        switch (sighting.topic()) {
            case Topics.RUN_STATUS -> status(sighting.as(RunStatus.class));
            case Topics.STACK_OUTPUTS -> outputs(sighting);
            case Topics.STACK_DRIFT -> drift(sighting.as(DriftEvent.class));
            case Topics.DEAD_LETTER ->
                    screen.line(
                            sighting.key(),
                            "dead letter   "
                                    + sighting.headers()
                                            .getOrDefault(Headers.DEAD_LETTER_REASON, "?"));
            default -> {
                // drift-current repeats what the drift topic says.
            }
        }
    }

    private void status(RunStatus status) {
        String stack = status.stack();
        String message = status.message();
        String reason = status.reason();
        RunStatus.Delta delta = status.delta();
        StringBuilder what = new StringBuilder();
        what.append(
                String.format(
                        Locale.ROOT,
                        "%-13s %s%s",
                        stack == null ? "event g" + status.generation() : stack,
                        status.kind() == null ? "" : lower(status.kind()) + " ",
                        lower(status.phase())));
        if (delta != null) {
            what.append(
                    String.format(
                            Locale.ROOT,
                            "  +%d ~%d -%d",
                            delta.add(),
                            delta.change(),
                            delta.destroy()));
        }
        if (reason != null) {
            what.append("  ").append(reason);
        }
        if (message != null) {
            what.append("  ").append(message);
        }
        screen.line(status.tenantId(), what.toString());
    }

    private void outputs(Sighting sighting) {
        if (sighting.value() == null) {
            return;
        }
        String type = sighting.headers().getOrDefault(Headers.CE_TYPE, "");
        if (type.contains("withdrawn")) {
            OutputsWithdrawn gone = sighting.as(OutputsWithdrawn.class);
            screen.line(
                    gone.tenantId(),
                    "%-13s outputs withdrawn (%s)".formatted(gone.stack(), lower(gone.reason())));
        } else {
            StackOutputs outputs = sighting.as(StackOutputs.class);
            screen.line(
                    outputs.tenantId(),
                    "%-13s outputs published%s"
                            .formatted(outputs.stack(), outputs.ready() ? "" : " (not ready)"));
        }
    }

    private void drift(DriftEvent drift) {
        String changes =
                drift.finding() == null
                        ? ""
                        : drift.finding().changes().stream()
                                .map(change ->
                                        change.address()
                                                + " "
                                                + change.attributes().stream()
                                                        .map(attribute -> attribute.path())
                                                        .collect(Collectors.joining(",")))
                                .collect(Collectors.joining("; "));
        screen.line(
                drift.tenantId(),
                "%-13s drift %s  %s".formatted(drift.stack(), lower(drift.state()), changes));
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
