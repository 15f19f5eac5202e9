package io.leasehold.testsupport;

import static io.leasehold.testsupport.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class EventuallyTest {
    @Test
    void returns_as_soon_as_it_holds() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        eventually(Duration.ofSeconds(30), () -> assertThat(calls.incrementAndGet()).isEqualTo(2));
        assertThat(calls).hasValue(2);
    }

    @Test
    void says_what_did_not_hold_when_the_time_is_over() {
        assertThatThrownBy(() -> eventually(Duration.ZERO, () -> assertThat(1).isEqualTo(2)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("did not hold within PT0S");
    }

    @Test
    void does_not_go_on_after_a_failure_that_is_no_assertion() {
        assertThatThrownBy(() ->
                        eventually(
                                Duration.ofSeconds(30),
                                () -> {
                                    throw new IllegalStateException("broken");
                                }))
                .isInstanceOf(IllegalStateException.class);
    }
}
