package io.leasehold.demo;

import io.leasehold.events.Headers;
import io.leasehold.events.Topics;
import io.leasehold.events.outgoing.DriftCurrent;
import io.leasehold.events.outgoing.DriftEvent;
import io.leasehold.events.outgoing.EventData;
import io.leasehold.events.outgoing.OutputsWithdrawn;
import io.leasehold.events.outgoing.RunDeadLetter;
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
        if (sighting.topic().equals(Topics.DEAD_LETTER)) {
            screen.line(
                    sighting.key(), "dead letter   " + sighting.header(Headers.DEAD_LETTER_REASON));
            return;
        }
        sighting.as(EventData.class).ifPresent(this::tell);
    }

    private void tell(EventData data) {
        switch (data) {
            case RunStatus status -> status(status);
            case StackOutputs outputs ->
                    screen.line(
                            outputs.tenantId(),
                            "%-13s outputs published%s"
                                    .formatted(
                                            outputs.stack(),
                                            outputs.ready() ? "" : " (not ready)"));
            case OutputsWithdrawn gone ->
                    screen.line(
                            gone.tenantId(),
                            "%-13s outputs withdrawn (%s)"
                                    .formatted(gone.stack(), lower(gone.reason())));
            case DriftEvent drift -> drift(drift);
            case DriftCurrent _ -> {
                // It repeats what the drift topic says.
            }
            case RunDeadLetter _ -> {
                // Told by its headers.
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
