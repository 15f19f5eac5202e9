package io.leasehold.cli.command;

import io.leasehold.cli.service.StateService;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.ReplayResumeRequest;
import io.leasehold.ledger.api.ReplayView;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Goes on with a replay. */
@Command(
        name = "resume",
        description =
                "Goes on with a replay that was interrupted, or that stopped because its"
                        + " representative failed; nothing is sent twice",
        mixinStandardHelpOptions = true)
final class DeadLettersResume implements Callable<Integer> {

    @Mixin private final Front front = new Front();
    @Mixin private final Rate rate = new Rate();

    @Parameters(paramLabel = "REPLAY")
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private String replayId;

    @Option(
            names = "--no-representative",
            description = "lets all go at once, without one that has gone well")
    private boolean noRepresentative;

    @Override
    public Integer call() {
        double perSecond = rate.perSecond();
        Map<String, String> path = Map.of("replayId", replayId);
        ReplayView replay =
                front.service()
                        .get(StateService.path(Paths.REPLAY, path), Map.of(), ReplayView.class);
        front.service()
                .send(
                        "POST",
                        StateService.path(Paths.REPLAY_RESUME, path),
                        new ReplayResumeRequest(replay.representative() && !noRepresentative),
                        ReplayView.class);
        return new ReplayDrive(front, replayId, perSecond).run().number();
    }
}
