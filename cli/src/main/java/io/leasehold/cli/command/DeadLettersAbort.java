package io.leasehold.cli.command;

import io.leasehold.cli.service.StateService;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.ReplayAbortRequest;
import io.leasehold.ledger.api.ReplayItemState;
import io.leasehold.ledger.api.ReplayView;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Gives a replay up. */
@Command(
        name = "abort",
        description =
                "Gives a replay up: letters whose turn it was not yet stay open; what was sent goes"
                        + " its way",
        mixinStandardHelpOptions = true)
final class DeadLettersAbort implements Runnable {

    @Mixin private final Front front = new Front();
    @Mixin private final Why why = new Why();

    @Parameters(paramLabel = "REPLAY")
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private String replayId;

    @Override
    public void run() {
        ReplayView replay =
                front.service()
                        .send(
                                "POST",
                                StateService.path(Paths.REPLAY_ABORT, Map.of("replayId", replayId)),
                                new ReplayAbortRequest(why.reason()),
                                ReplayView.class);
        front.tell(
                replay,
                "Replay %s is given up; %d of its letters stay as they are."
                        .formatted(
                                replay.id(),
                                replay.counts().getOrDefault(ReplayItemState.SKIPPED, 0)));
    }
}
