package io.leasehold.chaos;

import io.leasehold.client.LatestOutputs;
import io.leasehold.client.TailedRecord;
import io.leasehold.client.TopicTail;
import io.leasehold.events.Topics;
import io.leasehold.events.outgoing.OutputValue;
import io.leasehold.events.outgoing.StackOutputs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads outputs as a deployer does. For one thread. */
final class Deployer {
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Map<String, Object> kafka;

    Deployer(String bootstrapServers) {
        kafka = Map.of("bootstrap.servers", bootstrapServers);
    }

    /** The latest outputs of every life that has any. */
    Map<Life, Observed.Outputs> latest() throws InterruptedException {
        Map<Life, Observed.Outputs> latest = new HashMap<>();
        try (LatestOutputs view = LatestOutputs.open(kafka, (_, _) -> {})) {
            if (!view.awaitReady(PATIENCE)) {
                throw new ChaosFailedException("the outputs cannot be read");
            }
            view.all()
                    .values()
                    .forEach(outputs -> seen(outputs).ifPresent(o -> latest.put(o.life(), o)));
        }
        return latest;
    }

    /** Every outputs record that the topic still has. */
    List<Observed.Outputs> published() {
        List<Observed.Outputs> published = new ArrayList<>();
        try (TopicTail tail =
                TopicTail.open(kafka, List.of(Topics.STACK_OUTPUTS), TopicTail.Start.BEGINNING)) {
            List<TailedRecord> records = tail.poll(PATIENCE);
            while (!records.isEmpty()) {
                for (TailedRecord record : records) {
                    record.data()
                            .filter(StackOutputs.class::isInstance)
                            .map(StackOutputs.class::cast)
                            .flatMap(Deployer::seen)
                            .ifPresent(published::add);
                }
                records = tail.poll(POLL);
            }
        }
        return published;
    }

    private static Optional<Observed.Outputs> seen(StackOutputs outputs) {
        Map<String, OutputValue> values = outputs.outputs();
        if (!values.keySet().containsAll(List.of("mark", "apply", "identity"))) {
            return Optional.empty();
        }
        return Optional.of(
                new Observed.Outputs(
                        new Life(outputs.tenantId(), outputs.incarnation()),
                        outputs.generation(),
                        outputs.ready(),
                        Marks.of(
                                text(values, "mark"),
                                text(values, "apply"),
                                text(values, "identity"))));
    }

    private static String text(Map<String, OutputValue> values, String name) {
        OutputValue value = values.get(name);
        return value == null || value.value() == null ? "" : value.value().asText();
    }
}
