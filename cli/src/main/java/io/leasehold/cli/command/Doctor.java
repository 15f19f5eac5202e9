package io.leasehold.cli.command;

import io.leasehold.cli.ExitCode;
import io.leasehold.cli.output.Table;
import io.leasehold.ledger.api.DoctorView;
import io.leasehold.ledger.api.DoctorView.Finding;
import io.leasehold.ledger.api.DoctorView.Measure;
import io.leasehold.ledger.api.DoctorView.Severity;
import io.leasehold.ledger.api.Paths;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What is wrong with the system, and what to do. */
@Command(
        name = "doctor",
        description =
                "Looks over clocks, schema, keys, space, locks, outbox, workers, holds and retention:"
                        + " what is wrong and what to do; exit code 3 when something is",
        mixinStandardHelpOptions = true)
public final class Doctor implements Callable<Integer> {
    private static final Duration CLOCKS_MAY_DIFFER = Duration.ofSeconds(30);

    @Mixin private final Front front = new Front();

    private final Clock clock = Clock.systemUTC();

    @Override
    public Integer call() {
        Instant asked = clock.instant();
        DoctorView view = front.service().get(Paths.DOCTOR, Map.of(), DoctorView.class);
        Instant answered = clock.instant();
        List<Finding> findings = new ArrayList<>(view.findings());
        ownClock(asked, Instant.parse(view.serviceTime()), answered).ifPresent(findings::add);
        tell(new DoctorView(view.serviceTime(), findings, view.measures()));
        return (findings.isEmpty() ? ExitCode.OK : ExitCode.FINDINGS).number();
    }

    /** The service's time must lie between asking and answer, give or take. */
    static Optional<Finding> ownClock(Instant asked, Instant service, Instant answered) {
        Duration behind = Duration.between(answered, service);
        Duration ahead = Duration.between(service, asked);
        Duration off = behind.compareTo(ahead) > 0 ? behind : ahead;
        return off.compareTo(CLOCKS_MAY_DIFFER) <= 0
                ? Optional.empty()
                : Optional.of(
                        new Finding(
                                "OWN_CLOCK_DIFFERS",
                                Severity.WARNING,
                                "The clock of this machine and the service's differ by %d s."
                                        .formatted(off.toSeconds()),
                                "See which of them is wrong: timedatectl status"));
    }

    private void tell(DoctorView view) {
        if (front.asJson()) {
            front.json(view);
            return;
        }
        // Two sentences each: a table would fold both into narrow columns.
        if (view.findings().isEmpty()) {
            front.say("Nothing is wrong.");
        }
        for (Finding each : view.findings()) {
            front.say(each.severity() + " " + each.code() + ": " + each.what());
            front.say("  do: " + each.remedy());
        }
        Table measures = new Table("MEASURED", "VALUE");
        for (Measure each : view.measures()) {
            measures.row(each.name(), each.value());
        }
        front.say("");
        front.print(measures);
    }
}
