package io.leasehold.state.tfstate;

import static io.leasehold.state.tfstate.BackendStack.lockInfo;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.state.Ledger;
import io.leasehold.state.LogWatch;
import io.leasehold.state.TestTokens;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Clients that send a byte now and then, whom an idle time-out alone would never end. The service
 * under test is patient for two seconds with a head and for three with a body.
 */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class BackendSlowIT {
    private static final long DRIP_MILLIS = 50;

    @Inject Ledger ledger;

    private final ScheduledExecutorService drips = Executors.newScheduledThreadPool(2);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private BackendStack stack;

    @BeforeEach
    void aLockedStack() {
        stack = new BackendStack(ledger);
        stack.lock("a");
    }

    @AfterEach
    void theDripsEnd() {
        drips.shutdownNow();
        threads.shutdownNow();
    }

    @Test
    void dripsAreEndedAndDisturbNobody() {
        try (LogWatch log = LogWatch.begin()) {
            // Side by side, since each takes its seconds.
            CompletableFuture<Void> all =
                    CompletableFuture.allOf(
                            begin(() -> aBody("LOCK", "Content-Length: 9000", "x")),
                            begin(() -> aBody("POST", "Content-Length: 3000000", "x")),
                            begin(() -> aBody("POST", "Transfer-Encoding: chunked", "1\r\nx\r\n")),
                            begin(() -> aBody("POST", "Content-Length: 500", "")),
                            begin(this::aBodyThatComesLateButComes));

            while (!all.isDone()) {
                assertThat(stack.tryLock("b").status()).isEqualTo(423);
            }

            all.join();
            assertThat(log.errors()).isEmpty();
        }
        assertThat(stack.versions()).isEmpty();
        assertThat(stack.unlock("a").status()).isEqualTo(200);
    }

    private void aBody(String method, String header, String drop) throws IOException {
        try (RawConnection connection = RawConnection.to(stack.person.base())) {
            connection.send(head(method, header));
            drip(connection, drop);

            RawConnection.Answer answer = connection.answer();

            assertThat(answer.status()).as(method + " " + header).isEqualTo(408);
            assertThat(answer.body()).contains("BODY_TOO_SLOW");
        }
    }

    private void aBodyThatComesLateButComes() throws Exception {
        try (RawConnection connection = RawConnection.to(stack.person.base())) {
            String document = lockInfo("b");
            connection.send(head("LOCK", "Content-Length: " + document.length()));
            drips.schedule(
                            () -> {
                                connection.send(document);
                                return null;
                            },
                            DRIP_MILLIS,
                            TimeUnit.MILLISECONDS)
                    .get();

            assertThat(connection.answer().status()).isEqualTo(423);
        }
    }

    private String head(String method, String header) {
        return "%s %s?ID=a HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n%s\r\n\r\n"
                .formatted(method, stack.path, TestTokens.OPERATOR, header);
    }

    /** Ends by itself when the service closes the connection. */
    private void drip(RawConnection connection, String drop) {
        var _ =
                drips.scheduleAtFixedRate(
                        () -> {
                            try {
                                connection.send(drop);
                            } catch (IOException closed) {
                                throw new IllegalStateException(closed);
                            }
                        },
                        0,
                        DRIP_MILLIS,
                        TimeUnit.MILLISECONDS);
    }

    private interface Step {
        void run() throws Exception;
    }

    private CompletableFuture<Void> begin(Step step) {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        step.run();
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                },
                threads);
    }
}
