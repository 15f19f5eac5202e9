package io.leasehold.cli.command;

import com.fasterxml.jackson.core.type.TypeReference;
import io.leasehold.cli.output.Table;
import io.leasehold.cli.service.Listing;
import io.leasehold.cli.service.StateService;
import io.leasehold.ledger.api.CancelRequest;
import io.leasehold.ledger.api.Delta;
import io.leasehold.ledger.api.LogLine;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.RunView;
import io.leasehold.ledger.api.StackRef;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs and their logs. */
@Command(
        name = "runs",
        description = "Runs, newest first, and their logs",
        mixinStandardHelpOptions = true)
public final class Runs implements Runnable {
    private static final int LINES_AT_ONCE = 1000;

    @Mixin private final Front front = new Front();
    @Mixin private final Narrow narrow = new Narrow();

    @Option(names = "--stack", paramLabel = "STACK", description = "only this stack's")
    private @Nullable String stack;

    @Override
    public void run() {
        list(front, narrow, stack);
    }

    @Command(
            name = "list",
            description = "Runs, newest first; the same as without a word",
            mixinStandardHelpOptions = true)
    void list(
            @Mixin Front mine,
            @Mixin Narrow which,
            @Option(names = "--stack", paramLabel = "STACK", description = "only this stack's")
                    @Nullable String ofStack) {
        Map<String, Object> query = which.query();
        if (ofStack != null) {
            query.put("stack", ofStack);
        }
        Listing<RunView> runs =
                mine.service().list(Paths.RUNS, query, RunView.class, which.limit());
        Table table =
                new Table(
                        "RUN",
                        "STACK",
                        "KIND",
                        "PHASE",
                        "RESULT",
                        "REVISION",
                        "ATTEMPT",
                        "STARTED",
                        "CODE");
        for (RunView run : runs.items()) {
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
        mine.show(runs, table, "There are no such runs.");
    }

    @Command(
            name = "show",
            description = "One run: what it did, and why it failed",
            mixinStandardHelpOptions = true)
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
                        .row("changed", words(run.delta()))
                        .row("code", run.code())
                        .row("message", run.message())
                        .row("started", run.startedAt())
                        .row("finished", run.finishedAt());
        RunView.Cancel cancel = run.cancel();
        if (cancel != null) {
            table.row(
                    run.result() == null ? "cancelling since" : "asked to stop",
                    "%s by %s: %s".formatted(cancel.at(), cancel.by(), cancel.reason()));
        }
        RunView.Asked asked = run.asked();
        if (asked != null) {
            table.row("does", asked.operation().words())
                    .row("asked for by", "%s: %s".formatted(asked.by(), asked.reason()));
        }
        mine.show(run, table);
    }

    @Command(
            name = "cancel",
            description =
                    "Asks a run to stop and holds its stack; tofu is interrupted once and saves its"
                            + " state, which may take a while: runs show says how far it is",
            mixinStandardHelpOptions = true)
    void cancel(@Mixin Front mine, @Parameters(paramLabel = "RUN") String runId, @Mixin Why why) {
        RunView run =
                mine.service()
                        .send(
                                "POST",
                                StateService.path(Paths.RUN_CANCEL, Map.of("runId", runId)),
                                new CancelRequest(why.reason()),
                                RunView.class);
        if (mine.asJson()) {
            mine.json(run);
            return;
        }
        StackRef stack = run.stack();
        mine.say(
                "Run %s is asked to stop; its worker hears of it within seconds. See how far it is: leasehold runs show %s"
                        .formatted(runId, runId));
        mine.say(
                "%s is held, so that it does not start again. When it may: leasehold stacks release %s %s --incarnation %d --reason …"
                        .formatted(stack, stack.tenantId(), stack.stack(), stack.incarnation()));
    }

    private static String words(Delta delta) {
        return "%d added, %d changed, %d destroyed"
                .formatted(delta.add(), delta.change(), delta.destroy());
    }

    @Command(
            name = "log",
            description = "What a run's tofu and its worker said, in order",
            mixinStandardHelpOptions = true)
    void log(@Mixin Front mine, @Parameters(paramLabel = "RUN") String runId) {
        List<LogLine> lines = lines(mine.service(), runId);
        Table table = new Table("TIME", "TYPE", "LINE");
        lines.forEach(
                line -> table.row(Instant.ofEpochMilli(line.atMillis()), line.type(), line.text()));
        mine.show(lines, table, "The log of run " + runId + " is empty.");
    }

    /** All of them, however many: the service gives a bounded number at a time. */
    private static List<LogLine> lines(StateService service, String runId) {
        String path = StateService.path(Paths.LOG, Map.of("runId", runId));
        List<LogLine> lines = new ArrayList<>();
        List<LogLine> some;
        long after = 0;
        do {
            some =
                    service.get(
                            path,
                            Map.of("after", after, "limit", LINES_AT_ONCE),
                            new TypeReference<List<LogLine>>() {});
            lines.addAll(some);
            after = some.isEmpty() ? after : some.getLast().seq();
        } while (some.size() == LINES_AT_ONCE);
        return lines;
    }
}
