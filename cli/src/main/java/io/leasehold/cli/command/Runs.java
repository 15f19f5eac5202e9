package io.leasehold.cli.command;

import com.fasterxml.jackson.core.type.TypeReference;
import io.leasehold.cli.output.Table;
import io.leasehold.cli.service.StateService;
import io.leasehold.ledger.api.LogLine;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.RunView;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs, newest first, and their logs. */
@Command(
        name = "runs",
        description = "Runs, newest first, and their logs",
        mixinStandardHelpOptions = true)
public final class Runs implements Runnable {

    @Mixin private final Front front = new Front();
    @Mixin private final Narrow narrow = new Narrow();

    @Option(names = "--stack", description = "only this stack's")
    private @Nullable String stack;

    @Override
    public void run() {
        Map<String, Object> query = narrow.query();
        query.put("stack", stack);
        List<RunView> runs =
                front.service().all(Paths.RUNS, query, RunView.class, Math.min(100, narrow.limit()));
        Table table =
                new Table("RUN", "STACK", "KIND", "PHASE", "RESULT", "REVISION", "ATTEMPT", "STARTED", "CODE");
        for (RunView run : runs) {
            table.row(
                    run.runId(),
                    run.stack(),
                    run.kind(),
                    run.phase(),
                    run.result(),
                    run.revision(),
                    run.attempt(),
                    run.startedAt(),
                    run.code());
        }
        front.show(runs, table);
    }

    @Command(name = "show", description = "One run", mixinStandardHelpOptions = true)
    void show(@Mixin Front mine, @Parameters(paramLabel = "RUN") String runId) {
        RunView run =
                mine.service()
                        .get(
                                StateService.path(Paths.RUN, Map.of("runId", runId)),
                                Map.of(),
                                RunView.class);
        Table table =
                new Table("FIELD", "VALUE")
                        .row("run", run.runId())
                        .row("stack", run.stack())
                        .row("kind", run.kind())
                        .row("phase", run.phase())
                        .row("result", run.result())
                        .row("generation", run.generation())
                        .row("revision", run.revision())
                        .row("attempt", run.attempt())
                        .row("worker", run.worker())
                        .row(
                                "changed",
                                run.delta().add()
                                        + " added, "
                                        + run.delta().change()
                                        + " changed, "
                                        + run.delta().destroy()
                                        + " destroyed")
                        .row("code", run.code())
                        .row("message", run.message())
                        .row("started", run.startedAt())
                        .row("finished", run.finishedAt());
        mine.show(run, table);
    }

    @Command(name = "log", description = "A run's log", mixinStandardHelpOptions = true)
    void log(@Mixin Front mine, @Parameters(paramLabel = "RUN") String runId) {
        List<LogLine> lines =
                mine.service()
                        .get(
                                StateService.path(Paths.LOG, Map.of("runId", runId)),
                                Map.of(),
                                new TypeReference<List<LogLine>>() {});
        Table table = new Table("TIME", "TYPE", "LINE");
        lines.forEach(
                line -> table.row(Instant.ofEpochMilli(line.atMillis()), line.type(), line.text()));
        mine.show(lines, table);
    }
}
