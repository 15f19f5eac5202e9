package io.leasehold.state.tfstate;

import static io.leasehold.state.tfstate.BackendStack.lockInfo;
import static io.leasehold.state.tfstate.BackendStack.state;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.Ledger;
import io.leasehold.state.LogWatch;
import io.leasehold.state.ServiceClient.Reply;
import io.leasehold.state.TestTokens;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.vertx.VertxContextSupport;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Large states, and states in pieces. How the heap bears them is measured on a real process. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class BackendLargeIT {
    private static final int MIB = 1024 * 1024;

    @Inject Ledger ledger;
    @Inject StateReads reads;

    private BackendStack stack;

    @BeforeEach
    void aLockedStack() {
        stack = new BackendStack(ledger);
        stack.lock("a");
    }

    @Test
    void largeStatesAtOnceAreAllStoredWithoutWorkOnAnEventLoop() {
        try (EventLoopWatch loops = EventLoopWatch.begin();
                LogWatch log = LogWatch.begin()) {
            List<String> states =
                    IntStream.range(0, 4).mapToObj(i -> state("lin", i, large(6, i))).toList();
            List<CompletableFuture<Reply>> all =
                    states.stream()
                            .map(each -> stack.person.begin("POST", stack.path + "?ID=a", each))
                            .toList();

            // A later serial may be stored first; the others are then behind it.
            assertThat(all.stream().map(each -> each.join().status())).containsAnyOf(204);
            assertThat(all.getLast().join().status()).isEqualTo(204);
            assertThat(stack.get().body()).isEqualTo(states.getLast());
            assertThat(loops.seen()).isEmpty();
            assertThat(log.text()).doesNotContain("BlockedThreadChecker");
        }
    }

    @Test
    void aStateAboveTheLimitIsRefusedBeforeItIsSent() throws IOException {
        try (RawConnection connection = RawConnection.to(stack.person.base())) {
            connection.send(head("POST", "Content-Length: " + (64 * MIB + 1)));

            RawConnection.Answer answer = connection.answer();

            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.body()).contains("STATE_TOO_LARGE", "64 MiB");
        }
        assertThat(stack.versions()).isEmpty();
    }

    @Test
    void whoeverGoesOnSendingTooMuchCanStillReadTheAnswer() throws IOException {
        try (RawConnection connection = RawConnection.to(stack.person.base())) {
            connection.send(head("POST", "Content-Length: " + 66 * MIB));
            byte[] piece = new byte[MIB];
            for (int i = 0; i < 66; i++) {
                connection.send(piece);
            }

            assertThat(connection.answer().body()).contains("STATE_TOO_LARGE");
            assertThat(connection.isClosed()).isTrue();
        }
        assertThat(stack.versions()).isEmpty();
    }

    /** It has the whole budget of large ones, and brings just enough not to be found too slow. */
    @Test
    void aLargeUploadThatHardlyComesOnHoldsUpNoUsualState() throws IOException {
        BackendStack usual = new BackendStack(ledger);
        usual.lock("a");
        try (ScheduledExecutorService drips = Executors.newSingleThreadScheduledExecutor();
                RawConnection hardly = RawConnection.to(stack.person.base())) {
            hardly.send(head("POST", "Content-Length: " + 64 * MIB));
            begin(drips, hardly);

            assertThat(usual.push("a", state("lin", 1, large(2, 0))).status()).isEqualTo(204);

            assertThat(usual.get().status()).isEqualTo(200);
            assertThat(hardly.isAnswered()).isFalse();
        }
    }

    /** What is asked of a body in three seconds, in each tenth of one. Ends with the connection. */
    private static void begin(ScheduledExecutorService drips, RawConnection connection) {
        byte[] piece = new byte[64 * 1024];
        var _ =
                drips.scheduleAtFixedRate(
                        () -> {
                            try {
                                connection.send(piece);
                            } catch (IOException closed) {
                                throw new IllegalStateException(closed);
                            }
                        },
                        0,
                        100,
                        TimeUnit.MILLISECONDS);
    }

    @Test
    void aStateInChunksIsStored() throws IOException {
        String state = state("lin", 1, large(5, 0));
        try (RawConnection connection = RawConnection.to(stack.person.base())) {
            connection.send(head("POST", "Transfer-Encoding: chunked"));
            for (int at = 0; at < state.length(); at += MIB) {
                connection.send(chunk(state.substring(at, Math.min(at + MIB, state.length()))));
            }
            connection.send(chunk(""));

            assertThat(connection.answer().status()).isEqualTo(204);
        }
        assertThat(stack.get().body()).isEqualTo(state);
    }

    @Test
    void chunksThatNeverEndAreRefusedAtTheLimit() throws IOException {
        try (RawConnection connection = RawConnection.to(stack.person.base())) {
            connection.send(head("POST", "Transfer-Encoding: chunked"));
            String piece = chunk("x".repeat(MIB));
            for (int i = 0; i < 65; i++) {
                connection.send(piece);
            }

            assertThat(connection.answer().body()).contains("STATE_TOO_LARGE");
        }
        assertThat(stack.versions()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"LOCK", "UNLOCK"})
    void aLockDocumentAboveItsLimitIsRefusedInOnePieceAndInChunks(String method)
            throws IOException {
        try (RawConnection whole = RawConnection.to(stack.person.base());
                RawConnection pieces = RawConnection.to(stack.person.base())) {
            whole.send(head(method, "Content-Length: 16385"));
            pieces.send(head(method, "Transfer-Encoding: chunked"));
            pieces.send(chunk(lockInfo("a") + " ".repeat(16_384)) + chunk(""));

            assertThat(whole.answer().body()).contains("LOCK_INVALID", "16 KiB");
            assertThat(pieces.answer().body()).contains("LOCK_INVALID", "16 KiB");
        }
        assertThat(stack.tryLock("b").status()).isEqualTo(423);
    }

    @ParameterizedTest
    @ValueSource(ints = {2_000, 5 * MIB})
    void halfAnUploadIsNotStored(int size) throws IOException {
        LogWatch log = LogWatch.begin();
        String state = state("lin", 1, "x".repeat(size));
        for (boolean chunked : List.of(false, true)) {
            try (RawConnection connection = RawConnection.to(stack.person.base())) {
                String half = state.substring(0, state.length() / 2);
                connection.send(
                        chunked
                                ? head("POST", "Transfer-Encoding: chunked") + chunk(half)
                                : head("POST", "Content-Length: " + state.length()) + half);
                connection.half();

                assertThat(connection.answer().body()).contains("cut short");
                assertThat(connection.isClosed()).as("chunked %s", chunked).isTrue();
            }
        }
        assertThat(stack.versions()).isEmpty();
        assertThat(stack.push("a", state).status()).isEqualTo(204);
        log.close();
        assertThat(log.errors()).isEmpty();
    }

    /** Even the half that is a whole state by itself: the length says that there is more. */
    @Test
    void aWholeStateThatSaysItIsLongerIsNotStored() throws IOException {
        String state = state("lin", 1, "x");
        try (RawConnection connection = RawConnection.to(stack.person.base())) {
            connection.send(head("POST", "Content-Length: " + (state.length() + 1)) + state);
            connection.half();

            assertThat(connection.answer().body()).contains("cut short");
            assertThat(connection.isClosed()).isTrue();
        }
        assertThat(stack.versions()).isEmpty();
    }

    @Test
    void whoReadsDuringWritesSeesOneWholeStateOrAnother() {
        List<String> states =
                IntStream.range(0, 30).mapToObj(i -> state("lin", i, large(1, i))).toList();
        assertThat(stack.push("a", states.getFirst()).status()).isEqualTo(204);
        CompletableFuture<Void> writes =
                CompletableFuture.runAsync(() ->
                        states.forEach(
                                each -> assertThat(stack.push("a", each).status()).isEqualTo(204)));

        Set<String> seen = new HashSet<>();
        while (!writes.isDone()) {
            Reply read = stack.get();
            assertThat(read.status()).isEqualTo(200);
            seen.add(read.body());
        }

        writes.join();
        assertThat(states).containsAll(seen);
        assertThat(seen).hasSizeGreaterThan(2);
    }

    @Test
    void aStateThatGrowsWhileThereIsNoRoomIsServedWhenThereIsRoomForAllOfIt() throws Throwable {
        String early = state("lin", 1, large(1, 0));
        String late = state("lin", 2, large(3, 1));
        assertThat(stack.push("a", early).status()).isEqualTo(204);
        List<Long> rooms = new ArrayList<>();

        Optional<StateReads.Served> served =
                VertxContextSupport.subscribeAndAwait(() ->
                        reads.newest(
                                new StackRef(stack.tenant, 1, "network"),
                                Optional.empty(),
                                size -> {
                                    rooms.add(size);
                                    return rooms.size() == 1
                                            ? pushed(late)
                                            : Uni.createFrom().voidItem();
                                }));

        assertThat(served.orElseThrow().plain()).asString(UTF_8).isEqualTo(late);
        assertThat(rooms)
                .containsExactly(
                        (long) early.length(), (long) late.length() - (long) early.length());
    }

    private Uni<Void> pushed(String state) {
        Context asked = Objects.requireNonNull(Vertx.currentContext());
        return Uni.createFrom()
                .completionStage(stack.person.begin("POST", stack.path + "?ID=a", state))
                .emitOn(next -> asked.runOnContext(_ -> next.run()))
                .invoke(reply -> assertThat(reply.status()).isEqualTo(204))
                .replaceWithVoid();
    }

    /** Text that does not compress to nothing. */
    private static String large(int mib, int seed) {
        return Long.toHexString(Integer.hashCode(seed) * 0x9E3779B97F4A7C15L | 1L << 63)
                .repeat(mib * MIB / 16);
    }

    private String head(String method, String header) {
        return "%s %s?ID=a HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n%s\r\n\r\n"
                .formatted(method, stack.path, TestTokens.OPERATOR, header);
    }

    private static String chunk(String text) {
        return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
    }
}
