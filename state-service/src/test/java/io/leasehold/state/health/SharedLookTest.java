package io.leasehold.state.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Many who ask, and one who is asked. */
class SharedLookTest {
    private final List<UniEmitter<? super String>> asked = new ArrayList<>();
    private final AtomicInteger cancelled = new AtomicInteger();
    private final SharedLook<String> look = new SharedLook<>(this::question, Duration.ofDays(1));

    private Uni<String> question() {
        return Uni.createFrom()
                .<String>emitter(asked::add)
                .onCancellation()
                .invoke(cancelled::incrementAndGet);
    }

    @Test
    void whoAsksMeanwhileSharesTheAnswerAndWhoAsksLaterAsksAnew() {
        UniAssertSubscriber<String> first = asks();
        UniAssertSubscriber<String> second = asks();
        assertThat(asked).hasSize(1);

        asked.getFirst().complete("one");
        first.assertCompleted().assertItem("one");
        second.assertCompleted().assertItem("one");

        UniAssertSubscriber<String> third = asks();
        assertThat(asked).hasSize(2);
        asked.getLast().complete("two");
        third.assertItem("two");
    }

    @Test
    void aFailureIsSharedAndNotKept() {
        UniAssertSubscriber<String> first = asks();
        UniAssertSubscriber<String> second = asks();

        asked.getFirst().fail(new IllegalStateException("away"));

        first.assertFailedWith(IllegalStateException.class, "away");
        second.assertFailedWith(IllegalStateException.class, "away");
        asks().assertNotTerminated();
        assertThat(asked).hasSize(2);
    }

    @Test
    void aQuestionThatCannotBeAskedIsAFailureLikeOthers() {
        SharedLook<String> broken =
                new SharedLook<>(
                        () -> {
                            throw new IllegalStateException("closed");
                        },
                        Duration.ofDays(1));

        for (int times = 0; times < 2; times++) {
            asks(broken).assertFailedWith(IllegalStateException.class, "closed");
        }
    }

    @Test
    void whoLeavesTakesTheAnswerFromNobodyAndEndsNothing() {
        UniAssertSubscriber<String> leaves = asks();
        leaves.cancel();
        UniAssertSubscriber<String> comes = asks();
        UniAssertSubscriber<String> leavesToo = asks();
        leavesToo.cancel();

        assertThat(cancelled).hasValue(0);
        assertThat(asked).hasSize(1);
        asked.getFirst().complete("one");
        comes.assertItem("one");
        leaves.assertNotTerminated();
    }

    @Test
    void oneThatTakesTooLongIsLeftToItself() {
        SharedLook<String> hasty = new SharedLook<>(this::question, Duration.ZERO);
        UniAssertSubscriber<String> first = asks(hasty);
        UniAssertSubscriber<String> second = asks(hasty);

        assertThat(asked).hasSize(2);
        assertThat(cancelled).hasValue(0);
        asked.getLast().complete("two");
        second.assertItem("two");
        first.assertNotTerminated();
        asked.getFirst().complete("one");
        first.assertItem("one");
    }

    private UniAssertSubscriber<String> asks() {
        return asks(look);
    }

    private static UniAssertSubscriber<String> asks(SharedLook<String> look) {
        return look.answer().subscribe().withSubscriber(UniAssertSubscriber.create());
    }
}
