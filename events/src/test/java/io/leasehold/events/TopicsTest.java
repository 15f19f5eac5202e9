package io.leasehold.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class TopicsTest {
    @Test
    void areSix() {
        assertThat(Topics.all().stream().map(TopicSpec::name))
                .containsExactly(
                        "leasehold.tenant.lifecycle.v1",
                        "leasehold.run.status.v1",
                        "leasehold.stack.outputs.v1",
                        "leasehold.stack.drift.v1",
                        "leasehold.stack.drift-current.v1",
                        "leasehold.tenant.dead-letter.v1");
    }

    @Test
    void thoseThatTellWhatIsNowAreCompacted() {
        assertThat(Topics.all().stream().filter(TopicSpec::compacted).map(TopicSpec::name))
                .containsExactly(Topics.STACK_OUTPUTS, Topics.STACK_DRIFT_CURRENT);
        assertThat(Topics.spec(Topics.STACK_OUTPUTS).config())
                .containsEntry("delete.retention.ms", "604800000")
                .containsEntry("max.compaction.lag.ms", "86400000")
                .containsEntry("min.cleanable.dirty.ratio", "0.1");
    }

    @Test
    void step2ADeadLetterMayBe64KiBLargerThanWhatItIsOf() {
        assertThat(messageBytes(Topics.DEAD_LETTER))
                .isEqualTo(messageBytes(Topics.TENANT_LIFECYCLE) + 64 * 1024);
    }

    @Test
    void knowNoOthers() {
        assertThatIllegalArgumentException().isThrownBy(() -> Topics.spec("other"));
    }

    @Test
    void stackKeysReadBack() {
        StackKey key = new StackKey("acme", 2, "database");

        assertThat(StackKey.parse(key.toString())).isEqualTo(key);
        assertThatIllegalArgumentException().isThrownBy(() -> StackKey.parse("acme/2"));
        assertThatIllegalArgumentException().isThrownBy(() -> StackKey.parse("acme/two/x"));
    }

    private static int messageBytes(String topic) {
        return Integer.parseInt(Topics.spec(topic).config().getOrDefault("max.message.bytes", "0"));
    }
}
