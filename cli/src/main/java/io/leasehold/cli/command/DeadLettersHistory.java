package io.leasehold.cli.command;

import io.leasehold.cli.output.Table;
import io.leasehold.cli.service.Listing;
import io.leasehold.cli.service.StateService;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.ReplayItemState;
import io.leasehold.ledger.api.ReplayItemView;
import io.leasehold.ledger.api.ReplayView;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** What was replayed. */
@Command(
        name = "history",
        description =
                "Replays, newest first: who, why, and how many letters stood how when last looked"
                        + " at; of one replay its letters, and what became of each by now",
        mixinStandardHelpOptions = true)
final class DeadLettersHistory implements Runnable {

    @Mixin private final Front front = new Front();
    @Mixin private final AtMost atMost = new AtMost();

    @Parameters(paramLabel = "REPLAY", arity = "0..1", description = "only this one's letters")
    private @Nullable String replayId;

    @Override
    public void run() {
        String one = replayId;
        if (one == null) {
            all();
        } else {
            Listing<ReplayItemView> items =
                    front.service()
                            .list(
                                    StateService.path(Paths.REPLAY_ITEMS, Map.of("replayId", one)),
                                    Map.of(),
                                    ReplayItemView.class,
                                    atMost.limit());
            front.show(items, ReplayDrive.table(items.items()), "It had no letters.");
        }
    }

    private void all() {
        Listing<ReplayView> replays =
                front.service().list(Paths.REPLAYS, Map.of(), ReplayView.class, atMost.limit());
        Table table = new Table("REPLAY", "AT", "BY", "STATE", "OF", "LETTERS", "REASON");
        for (ReplayView replay : replays.items()) {
            table.row(
                    replay.id(),
                    replay.createdAt(),
                    replay.by(),
                    replay.state(),
                    replay.filter(),
                    counts(replay.counts()),
                    replay.reason());
        }
        front.show(replays, table, "Nothing was replayed.");
    }

    private static String counts(Map<ReplayItemState, Integer> counts) {
        return new TreeMap<>(counts)
                .entrySet().stream()
                        .map(each -> each.getKey() + " " + each.getValue())
                        .collect(Collectors.joining(", "));
    }
}
