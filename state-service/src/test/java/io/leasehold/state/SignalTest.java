package io.leasehold.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SignalTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private final Vertx vertx = Vertx.vertx();
    private final Signal signal = new Signal(vertx);

    @AfterEach
    void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Test
    void aWakeLetsEverybodyGoOn() throws Exception {
        CompletableFuture<Void> first = signal.await(LONG).subscribeAsCompletionStage();
        CompletableFuture<Void> second = signal.await(LONG).subscribeAsCompletionStage();

        signal.wake();

        CompletableFuture.allOf(first, second).get(5, TimeUnit.SECONDS);
    }

    @Test
    void aWakeBetweenLookingAndWaitingIsNotLost() throws Exception {
        long seen = signal.version();
        signal.wake();

        signal.await(seen, LONG).subscribeAsCompletionStage().get(5, TimeUnit.SECONDS);
    }

    @Test
    void anOldWakeDoesNotEndANewWait() {
        signal.wake();

        CompletableFuture<Void> waiting =
                signal.await(signal.version(), LONG).subscribeAsCompletionStage();

        assertThat(waiting).isNotDone();
        signal.wake();
        assertThat(waiting).succeedsWithin(Duration.ofSeconds(5));
    }

    @Test
    void withoutAWakeItEndsInTime() {
        assertThat(signal.await(Duration.ofMillis(20)).subscribeAsCompletionStage())
                .succeedsWithin(Duration.ofSeconds(5));
        assertThat(signal.await(Duration.ZERO).subscribeAsCompletionStage()).isDone();
    }

    @Test
    void whoWaitsOnAContextGoesOnOnIt() throws Exception {
        CompletableFuture<Boolean> same = new CompletableFuture<>();
        vertx.runOnContext(_ -> {
            Object here = Vertx.currentContext();
            signal.await(LONG)
                    .subscribe()
                    .with(_ -> same.complete(Objects.equals(here, Vertx.currentContext())));
            signal.wake();
        });

        assertThat(same.get(5, TimeUnit.SECONDS)).isTrue();
    }
}
