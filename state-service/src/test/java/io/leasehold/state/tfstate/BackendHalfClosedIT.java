package io.leasehold.state.tfstate;

import static io.leasehold.state.tfstate.BackendStack.lockInfo;
import static io.leasehold.state.tfstate.BackendStack.state;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.ledger.api.Lane;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.Ledger;
import io.leasehold.state.LogWatch;
import io.leasehold.state.TestTokens;
import io.leasehold.state.TestWorker;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that say that nothing more will come from them, and may still listen. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class BackendHalfClosedIT {
    @Inject Ledger ledger;
    @Inject TestWorker worker;

    private BackendStack stack;

    @BeforeEach
    void aStack() {
        stack = new BackendStack(ledger);
    }

    @Test
    void whoSaidAllItWantsIsAnsweredAndTheConnectionThenClosed() throws IOException {
        String state = state("lin", 1, "x");
        try (LogWatch log = LogWatch.begin()) {
            assertThat(whole("LOCK", lockInfo("a")).status()).isEqualTo(200);
            assertThat(whole("POST", state).status()).isEqualTo(204);
            assertThat(whole("GET", "").body()).isEqualTo(state);
            assertThat(whole("LOCK", lockInfo("b")).body()).contains("\"ID\":\"a\"");
            assertThat(whole("UNLOCK", lockInfo("a")).status()).isEqualTo(200);
            assertThat(log.errors()).isEmpty();
        }
        assertThat(stack.tryLock("b").status()).isEqualTo(200);
    }

    @Test
    void whatIsCutShortIsRefusedAndTakesNothing() throws IOException {
        for (String method : new String[] {"LOCK", "POST", "UNLOCK"}) {
            try (RawConnection connection = RawConnection.to(stack.person.base())) {
                connection.send(head(method, stack.path, "Content-Length: 500") + "{\"ID\":\"a\"}");
                connection.half();

                RawConnection.Answer answer = connection.answer();

                assertThat(answer.status()).as(method).isEqualTo(400);
                assertThat(answer.body()).contains("REQUEST_INVALID", "cut short");
                assertThat(connection.isClosed()).isTrue();
            }
        }
        assertThat(stack.tryLock("b").status()).isEqualTo(200);
    }

    /** It may as well be gone: a worker that was killed ends its connections like this. */
    @Test
    void whoWaitsForWorkAndSaysNoMoreIsGivenNone() throws IOException {
        worker.beginsWithNothingDue();
        String claim =
                "{\"worker\":\"w1\",\"bootId\":\"boot-1\",\"requestId\":\"half-closed\",\"lane\":\"LIFECYCLE\",\"waitMillis\":15000}";
        URI base = stack.person.base();
        try (RawConnection connection = RawConnection.to(base)) {
            connection.send(
                    "POST %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                            .formatted(Paths.CLAIMS, TestTokens.WORKER, claim.length(), claim));
            connection.half();

            assertThat(connection.answer().status()).isZero();
        }

        // Its first look may have been under way: this one comes after it.
        assertThat(worker.claim("boot-1", "after-it", Lane.LIFECYCLE, 0)).isEmpty();
        StackRef due = ledger.due(stack.tenant);
        assertThat(worker.mustClaim().stack()).isEqualTo(due);
    }

    private RawConnection.Answer whole(String method, String body) throws IOException {
        try (RawConnection connection = RawConnection.to(stack.person.base())) {
            connection.send(
                    head(method, stack.path + "?ID=a", "Content-Length: " + body.length()) + body);
            connection.half();

            RawConnection.Answer answer = connection.answer();

            assertThat(connection.isClosed()).as(method).isTrue();
            return answer;
        }
    }

    private static String head(String method, String path, String header) {
        return "%s %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n%s\r\n\r\n"
                .formatted(method, path, TestTokens.OPERATOR, header);
    }
}
