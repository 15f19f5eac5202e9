package io.leasehold.client.example;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.client.Broker;
import io.leasehold.client.LatestOutputs;
import io.leasehold.client.Outputs;
import io.leasehold.client.OutputsChange;
import io.leasehold.events.EventJson;
import io.leasehold.events.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputsToFilesIT {
    @Test
    void keepsOneFilePerTenant(@TempDir Path data, @TempDir Path folder) throws Exception {
        BlockingQueue<OutputsChange> written = new LinkedBlockingQueue<>();
        OutputsToFiles files = new OutputsToFiles(folder);
        Files.writeString(folder.resolve("gone.json"), "{}");
        try (Broker broker = Broker.start(data).with(Topics.STACK_OUTPUTS)) {
            broker.send(Outputs.of("acme", 1, 1, 1));
            try (LatestOutputs view =
                    LatestOutputs.open(
                            broker.settings(),
                            (v, change) -> {
                                files.changed(v, change);
                                written.add(change);
                            })) {
                assertThat(view.awaitReady(Duration.ofSeconds(30))).isTrue();
                files.forgetTheGone(view);
                assertThat(folder).isDirectoryNotContaining("glob:**gone.json");
                assertThat(sequence(folder.resolve("acme.json"))).isEqualTo(1);
                assertThat(written.poll(30, TimeUnit.SECONDS)).isNotNull();

                broker.send(Outputs.of("acme", 1, 2, 2));
                assertThat(written.poll(30, TimeUnit.SECONDS)).isNotNull();
                assertThat(sequence(folder.resolve("acme.json"))).isEqualTo(2);

                broker.send(Outputs.withdrawn("acme", 1, 3, 3));
                assertThat(written.poll(30, TimeUnit.SECONDS)).isNotNull();
                assertThat(folder).isEmptyDirectory();
            }
        }
    }

    private static int sequence(Path file) throws Exception {
        return EventJson.mapper()
                .readTree(file.toFile())
                .at("/database/outputs/sequence/value")
                .asInt();
    }
}
