package io.leasehold.cli.command;

import io.leasehold.cli.output.Table;
import io.leasehold.cli.service.Listing;
import io.leasehold.cli.service.StateService;
import io.leasehold.ledger.api.HeldEventView;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.Repair;
import io.leasehold.ledger.api.SourceTopicView;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Where events come from: topics, what is held of them, and how it goes on. */
@Command(
        name = "intake",
        description = "Where events come from: topics, held events, confirm, release, rewind",
        mixinStandardHelpOptions = true)
public final class Intake implements Runnable {

    @Mixin private final Front front = new Front();
    @Mixin private final AtMost atMost = new AtMost();

    @Override
    public void run() {
        topics(front, atMost);
    }

    @Command(
            name = "topics",
            description = "The topics that events came from; the same as without a word",
            mixinStandardHelpOptions = true)
    void topics(@Mixin Front mine, @Mixin AtMost most) {
        Listing<SourceTopicView> topics =
                mine.service()
                        .list(Paths.SOURCE_TOPICS, Map.of(), SourceTopicView.class, most.limit());
        Table table = new Table("TOPIC", "ID", "KNOWN", "PARTITIONS", "FIRST SEEN", "TENANTS HELD");
        for (SourceTopicView topic : topics.items()) {
            table.row(
                    topic.topic(),
                    topic.topicId(),
                    topic.ordinal() == null ? "no" : "as number " + topic.ordinal(),
                    partitions(topic),
                    topic.firstSeen(),
                    topic.heldTenants());
        }
        mine.show(topics, table, "No reader has told of a topic yet.");
    }

    private static String partitions(SourceTopicView topic) {
        return topic.partitions() == topic.toldPartitions()
                ? String.valueOf(topic.partitions())
                : topic.toldPartitions() + ", known " + topic.partitions();
    }

    @Command(
            name = "held",
            description = "Events that cannot be put in order and wait, the longest first",
            mixinStandardHelpOptions = true)
    void held(@Mixin Front mine, @Mixin Narrow which) {
        Listing<HeldEventView> held =
                mine.service()
                        .list(Paths.HELD_EVENTS, which.query(), HeldEventView.class, which.limit());
        Table table = new Table("TENANT", "SINCE", "TYPE", "PARTITION", "OFFSET", "REASON");
        for (HeldEventView event : held.items()) {
            table.row(
                    event.tenantId(),
                    event.heldAt(),
                    event.eventType(),
                    event.position().partition(),
                    event.position().offset(),
                    event.reason());
        }
        mine.show(held, table, "No event is held.");
    }

    @Command(
            name = "confirm",
            description =
                    "The topic that bears the name now goes on where the last one ended; held"
                            + " events are judged",
            mixinStandardHelpOptions = true)
    void confirm(
            @Mixin Front mine,
            @Mixin Acting acting,
            @Parameters(paramLabel = "TOPIC") String topic) {
        acting.ask(
                mine,
                Paths.CONFIRM_TOPIC,
                new Repair.ConfirmTopic(topic, acting.execute(), acting.reason()));
    }

    @Command(
            name = "release",
            description =
                    "What is held of a tenant is judged in the order it came, as newer than all"
                            + " there is",
            mixinStandardHelpOptions = true)
    void release(
            @Mixin Front mine,
            @Mixin Acting acting,
            @Parameters(paramLabel = "TENANT") String tenantId) {
        acting.ask(
                mine,
                StateService.path(Paths.RELEASE_HELD, Map.of("tenantId", tenantId)),
                new Repair.ReleaseHeld(acting.execute(), acting.reason()));
    }

    @Command(
            name = "rewind",
            description = "Reads a topic again from an offset on and judges it anew",
            mixinStandardHelpOptions = true)
    void rewind(
            @Mixin Front mine,
            @Mixin Acting acting,
            @Parameters(paramLabel = "TOPIC") String topic,
            @Option(names = "--partition", description = "all unless one is named")
                    @Nullable Integer partition,
            @Option(
                            names = "--offset",
                            required = true,
                            description = "the first to be judged again; 0 is the beginning")
                    long offset) {
        acting.ask(
                mine,
                Paths.REWIND,
                new Repair.Rewind(topic, partition, offset, acting.execute(), acting.reason()));
    }
}
