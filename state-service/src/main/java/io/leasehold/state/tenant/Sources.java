package io.leasehold.state.tenant;

import io.leasehold.events.ErrorCode;
import io.leasehold.events.intake.Ordering;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * By what each source's events are ordered, as the configuration says. It is read at the start,
 * which a line that is none ends. Safe to share.
 */
@Startup
@ApplicationScoped
class Sources implements Ordering.Rule {
    private static final String ANY = "*";

    private final List<Line> lines;

    Sources(IntakeConfig config) {
        this.lines = config.sources().orElse(List.of()).stream().map(Sources::line).toList();
    }

    private record Line(String topic, String source, Ordering ordering) {
        boolean names(String someTopic, String someSource) {
            return (topic.equals(ANY) || topic.equals(someTopic))
                    && (source.equals(ANY) || source.equals(someSource));
        }
    }

    private static Line line(String text) {
        String[] parts = text.strip().split("\\s+");
        if (parts.length != 3) {
            throw wrong(text);
        }
        return switch (parts[2].toLowerCase(Locale.ROOT)) {
            case "generation" -> new Line(parts[0], parts[1], Ordering.GENERATION);
            case "position" -> new Line(parts[0], parts[1], Ordering.POSITION);
            default -> throw wrong(text);
        };
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException(
                "leasehold.intake.sources takes a topic, a ce_source and generation or position,"
                        + " with blanks between, not: "
                        + text);
    }

    /** The first line that names topic and source decides; by generation where none does. */
    @Override
    public Ordering of(String topic, String source) {
        return lines.stream()
                .filter(line -> line.names(topic, source))
                .findFirst()
                .map(Line::ordering)
                .orElse(Ordering.GENERATION);
    }

    /** Why an event's generation, or its lack, does not fit its source. */
    static Optional<Verdict.Refused> misfit(Ordering ordering, Change change) {
        boolean given = change.data().hasNonNull("generation");
        return switch (ordering) {
            case GENERATION, LEFT_TO_LEDGER ->
                    given
                            ? Optional.empty()
                            : refused(
                                    ErrorCode.GENERATION_MISSING,
                                    "/generation is missing; wants an integer that grows with"
                                            + " every change");
            case POSITION ->
                    given
                            ? refused(
                                    ErrorCode.GENERATION_INVALID,
                                    "/generation is given, but this source is ordered by position;"
                                            + " wants none")
                            : Optional.empty();
        };
    }

    private static Optional<Verdict.Refused> refused(ErrorCode code, String reason) {
        return Optional.of(new Verdict.Refused(code.name(), null, reason));
    }
}
