package io.leasehold.state.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.state.outbox.ShardDecider.Grant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShardDeciderTest {
    private static final Shard FREE = new Shard(0, null, null, null, false);
    private static final Shard MINE = new Shard(1, "me", "boot-2", "lease-1", true);
    private static final Shard OLDER_BOOT = new Shard(2, "me", "boot-1", "lease-2", true);
    private static final Shard TAKEN = new Shard(3, "you", "boot-9", "lease-3", true);
    private static final Shard RUN_OUT = new Shard(4, "you", "boot-9", "lease-4", false);
    private static final Shard MINE_RUN_OUT = new Shard(5, "me", "boot-2", "lease-5", false);
    private static final List<Shard> ALL =
            List.of(FREE, MINE, OLDER_BOOT, TAKEN, RUN_OUT, MINE_RUN_OUT);

    @Test
    void aPublisherKeepsItsOwnAndGetsWhatNobodyDrains() {
        assertThat(ShardDecider.decide(ALL, "me", "boot-2", 8))
                .containsExactly(
                        new Grant(1, "lease-1"),
                        new Grant(5, "lease-5"),
                        new Grant(2, null),
                        new Grant(0, null),
                        new Grant(4, null));
    }

    @Test
    void aShardThatIsDrainedByAnotherIsNotGivenAway() {
        assertThat(ShardDecider.decide(List.of(TAKEN), "me", "boot-2", 8)).isEmpty();
    }

    @Test
    void theOwnShardsComeFirstWhenOnlyAFewAreAskedFor() {
        assertThat(ShardDecider.decide(ALL, "me", "boot-2", 2))
                .extracting(Grant::shard)
                .containsExactly(1, 5);
        assertThat(ShardDecider.decide(ALL, "me", "boot-2", 0)).isEmpty();
        assertThat(ShardDecider.decide(ALL, "me", "boot-2", -1)).isEmpty();
    }
}
