package io.leasehold.cli.command;

import io.leasehold.cli.CommandFailure;
import io.leasehold.cli.ExitCode;
import io.leasehold.cli.output.Table;
import io.leasehold.cli.service.StateService;
import io.leasehold.cli.service.Ticks;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.ReplayItemState;
import io.leasehold.ledger.api.ReplayItemView;
import io.leasehold.ledger.api.ReplayStep;
import io.leasehold.ledger.api.ReplayStepRequest;
import io.leasehold.ledger.api.ReplayView;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Takes a replay from letter to letter until it is over. What is done the ledger keeps: whenever
 * this ends, {@code dead-letters resume} goes on. For one thread.
 */
final class ReplayDrive {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(300);
    private static final Duration LAST_STEP = Duration.ofSeconds(5);
    private static final int ALL = 1000;

    private final Front front;
    private final StateService service;
    private final Ticks ticks;
    private final String replayId;
    private final String driver = UUID.randomUUID().toString();
    private final Duration pause;
    private final Semaphore turn = new Semaphore(1);

    /** The letter and the replay that a drive left behind, for scripts. */
    record Result(ReplayView replay, List<ReplayItemView> items) {}

    /**
     * @param perSecond at most so many letters
     */
    ReplayDrive(Front front, String replayId, double perSecond) {
        this.front = front;
        this.service = front.service();
        this.ticks = front.ticks();
        this.replayId = replayId;
        this.pause = Duration.ofNanos((long) (TimeUnit.SECONDS.toNanos(1) / perSecond));
    }

    /** Drives it and says what became of each letter; gives the exit code. */
    ExitCode run() {
        Thread interrupted = new Thread(this::interrupted);
        Runtime.getRuntime().addShutdownHook(interrupted);
        try {
            return told(toItsEnd());
        } catch (CommandFailure failure) {
            throw failure.exitCode() == ExitCode.UNREACHABLE
                    ? new CommandFailure(
                            failure.exitCode(), failure.getMessage() + "\n" + howToGoOn())
                    : failure;
        } finally {
            forget(interrupted);
        }
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            // It runs already, and says how to go on.
        }
    }

    /** By Ctrl-C; the process ends with 130 by itself. */
    private void interrupted() {
        front.warn("Interrupted. " + howToGoOn());
        try {
            // Not given back: a step after this one would take the replay in hand again.
            var _ = turn.tryAcquire(LAST_STEP.toMillis(), TimeUnit.MILLISECONDS);
            step(true);
        } catch (InterruptedException nobodyDoes) {
            Thread.currentThread().interrupt();
        } catch (CommandFailure notReached) {
            // Then it is free when its time is over.
        }
    }

    private String howToGoOn() {
        return "Nothing is lost, and nothing is sent twice: leasehold dead-letters resume "
                + replayId;
    }

    private ReplayStep next() {
        turn.acquireUninterruptibly();
        try {
            return step(false);
        } finally {
            turn.release();
        }
    }

    private ReplayStep step(boolean letGo) {
        return service.send(
                "POST",
                StateService.path(Paths.REPLAY_STEP, Map.of("replayId", replayId)),
                new ReplayStepRequest(driver, letGo),
                ReplayStep.class);
    }

    private ReplayView toItsEnd() {
        String waited = null;
        while (true) {
            ReplayStep step = next();
            ReplayItemView did = step.did();
            if (did != null) {
                say(did);
            }
            if (!step.replay().state().equals("RUNNING")) {
                return step.replay();
            }
            String waits = step.waits();
            if (waits != null && !waits.equals(waited) && !front.asJson()) {
                front.say("  waits for " + waits);
            }
            waited = waits;
            rest(did == null ? LOOK_AGAIN : pause);
        }
    }

    /** Whoever wakes too early rests on; who is interrupted does not, and learns it by asking. */
    private void rest(Duration length) {
        long end = ticks.nanos() + length.toNanos();
        long left = length.toNanos();
        while (left > 0 && !Thread.currentThread().isInterrupted()) {
            ticks.park(left);
            left = end - ticks.nanos();
        }
    }

    private void say(ReplayItemView item) {
        if (!front.asJson()) {
            front.say(
                    "%d  %s  %s  %s"
                            .formatted(
                                    item.position(),
                                    item.letterId(),
                                    Objects.requireNonNullElse(item.tenantId(), "-"),
                                    words(item)));
        }
    }

    private static String words(ReplayItemView item) {
        String code = item.code();
        return item.state()
                + (code == null ? "" : " " + code)
                + ": "
                + Objects.requireNonNullElse(item.what(), "");
    }

    private ExitCode told(ReplayView replay) {
        List<ReplayItemView> items =
                service.all(
                        StateService.path(Paths.REPLAY_ITEMS, Map.of("replayId", replayId)),
                        Map.of(),
                        ReplayItemView.class,
                        ALL);
        if (front.asJson()) {
            front.json(new Result(replay, items));
        } else {
            told(replay, items);
        }
        return exitCode(replay, items);
    }

    private void told(ReplayView replay, List<ReplayItemView> items) {
        List<ReplayItemView> failed =
                items.stream()
                        .filter(item ->
                                item.state() == ReplayItemState.FAILED
                                        || item.state() == ReplayItemState.REFUSED)
                        .toList();
        if (!failed.isEmpty()) {
            front.print(table(failed));
        }
        front.say("Replay %s %s: %s.".formatted(replay.id(), ended(replay.state()), counts(items)));
        if (replay.state().equals("STOPPED")) {
            front.say(
                    "Its representative failed, and the others stay as they are. Correct the cause,"
                            + " then try another one: leasehold dead-letters resume "
                            + replay.id()
                            + " (or give it up: abort).");
        }
    }

    private static String ended(String state) {
        return switch (state) {
            case "ENDED" -> "is through";
            case "STOPPED" -> "stopped";
            default -> "was given up";
        };
    }

    /** Letters with what became of each. */
    static Table table(List<ReplayItemView> items) {
        Table table = new Table("TURN", "LETTER", "TENANT", "STATE", "CODE", "WHAT");
        for (ReplayItemView item : items) {
            table.row(
                    item.position(),
                    item.letterId(),
                    item.tenantId(),
                    item.state(),
                    item.code(),
                    item.what());
        }
        return table;
    }

    /** How many are in each state, such as {@code 3 done, 1 refused}. */
    static String counts(List<ReplayItemView> items) {
        StringBuilder counts = new StringBuilder();
        for (ReplayItemState state : ReplayItemState.values()) {
            long many = items.stream().filter(item -> item.state() == state).count();
            if (many > 0) {
                counts.append(counts.isEmpty() ? "" : ", ")
                        .append(many)
                        .append(' ')
                        .append(word(state));
            }
        }
        return counts.isEmpty() ? "no letters" : counts.toString();
    }

    private static String word(ReplayItemState state) {
        return switch (state) {
            case WAITING -> "waiting";
            case SENT -> "sent";
            case AT_WORK -> "at work";
            case DONE -> "done";
            case FAILED -> "failed again";
            case SUPERSEDED -> "superseded";
            case NOTHING -> "with nothing to do";
            case REFUSED -> "refused by a guard";
            case SKIPPED -> "given up";
        };
    }

    /** What a replay that is over means for scripts. */
    static ExitCode exitCode(ReplayView replay, List<ReplayItemView> items) {
        if (has(items, ReplayItemState.FAILED) || replay.state().equals("STOPPED")) {
            return ExitCode.FINDINGS;
        }
        if (!has(items, ReplayItemState.REFUSED)) {
            return ExitCode.OK;
        }
        return items.stream().allMatch(item -> item.state() == ReplayItemState.REFUSED)
                ? ExitCode.REFUSED
                : ExitCode.FINDINGS;
    }

    private static boolean has(List<ReplayItemView> items, @Nullable ReplayItemState state) {
        return items.stream().anyMatch(item -> item.state() == state);
    }
}
